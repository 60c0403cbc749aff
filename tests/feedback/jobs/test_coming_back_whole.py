"""What our own export writes comes back without any loss: a second export is equal to the first."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.importing import run_import
from feedback.actions.known_people import people_of
from feedback.actions.responses import Circumstances, discard_response, save_draft, submit_response
from feedback.actions.suggestions import Given, suggest
from feedback.models import Dataset, LabelerTally, QueueItem, Record, Response
from tests import make
from tests.cast import Cast, assemble
from tests.feedback.jobs.filling import bring_in, start

FIELDS = {
    "prompt": {"type": "text"},
    "talk": {"type": "chat"},
    "answers": {"type": "candidates"},
    "photo": {"type": "image"},
}
LABELS = [{"value": "good", "text": "Good"}, {"value": "bad", "text": "Bad"}]
QUESTIONS = {
    "ranking": {"type": "ranking", "field": "answers"},
    "each": {"type": "rating_each", "for_each": "answers", "options": [{"value": n} for n in range(1, 6)]},
    "label": {"type": "label_selection", "options": LABELS},
    "labels": {"type": "multi_label_selection", "options": LABELS},
    "marks": {"type": "span", "field": "prompt", "options": LABELS},
    "comment": {"type": "text"},
}
SAID: dict[str, Any] = {
    "ranking": {"version": 1, "tiers": [["m2"], [], ["m1", "m3"]], "flags": {"m1": ["unsafe"]}},
    "each": {"version": 1, "ratings": {"m1": 1, "m2": 5, "m3": 3}},
    "label": "good",
    "labels": ["good", "bad"],
    "marks": [{"label": "bad", "start": 0, "end": 3}],
    "comment": " So.\r\n\u2028 ",
}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    """Records with everything that can be said about them, by people in all states."""
    made = make.dataset(cast.workspace, fields=FIELDS, questions=QUESTIONS, min_submitted=2, guidelines="Old")
    talk = [{"role": "user", "content": "Hi", "name": "u"}]
    extra = {"talk": talk, "photo": "data:image/png;base64,aa"}
    rows = [
        make.record(
            made, fields=make.fields(n) | (extra if n % 2 else {}), external_id=f"r-{n}" if n != 3 else None
        )
        for n in range(1, 6)
    ]
    Record.objects.filter(pk=rows[1].pk).update(
        metadata={"lang": "en", "deep": {"n": [1, 1.0, None]}, "no": None}
    )
    questions = {name: UUID(question.id) for name, question in made.shape.questions.items()}
    for name, value in SAID.items():
        score = [0.5, 1.0] if name == "labels" else 0.25
        if name != "marks":
            suggest(rows[0], Given(questions[name], value, score, "model-7", "model"))
    suggest(rows[1], Given(questions["label"], "bad"))
    how = Circumstances(device="mouse", active_ms=1234)
    for by in (cast.ben, cast.max, cast.ana):
        submit_response(rows[0], SAID, by=by, how=how)
    submit_response(rows[1], SAID, by=cast.ben)
    save_draft(rows[2], {"comment": "Not yet"}, by=cast.max)
    discard_response(rows[3], {"comment": "No"}, by=cast.ben, reason="bad_prompt")
    discard_response(rows[3], {}, by=cast.max)
    # The first to answer changed the answer after the last one came: who is extra does not change.
    submit_response(rows[0], SAID | {"comment": "Better"}, by=cast.ben)
    return made


def exported(dataset: Dataset, **options: Any) -> bytes:
    job = start_export(dataset, format="records", options=options, by=None)
    run_export(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    with job.result.open("rb") as file:
        return file.read()


def like(dataset: Dataset) -> Dataset:
    return make.dataset(dataset.workspace, fields=FIELDS, questions=QUESTIONS, min_submitted=2)


def rows(content: bytes) -> list[dict[str, Any]]:
    """As they are, but for the ids of the records themselves, which are new."""
    found = [json.loads(line) for line in content.splitlines()]
    for row in found:
        row.pop("id")
        for one in row["responses"]:
            one.pop("id", None)
    return found


@pytest.mark.parametrize("columns", ["nested", "text"])
def test_a_fresh_dataset_exports_what_came_in(cast: Cast, dataset: Dataset, columns: str) -> None:
    assert [(one.is_extra, one.status) for one in Response.objects.filter(is_extra=True)] == [
        (True, "submitted")
    ]
    first = exported(dataset, columns=columns)
    fresh = like(dataset)
    job = bring_in(fresh, first)
    assert (job.state, job.problems_count, job.detail) == ("finished", 0, "5 rows came in: 5 new.")
    assert job.options["mapping"]["*"] == "shape.assay"
    before, after = rows(exported(dataset)), rows(exported(fresh))
    assert before == after
    assert len(before[0]["responses"]) == 3
    assert before[0]["responses"][0]["presentation"]["seed"]


def test_who_answered_is_counted_and_what_is_done_is_done(cast: Cast, dataset: Dataset) -> None:
    fresh = like(dataset)
    bring_in(fresh, exported(dataset))

    def counted(of: Dataset) -> Any:
        names = ("membership", "submitted", "discarded", "drafts")
        return sorted(LabelerTally.objects.filter(dataset=of).values_list(*names))

    def places(of: Dataset) -> Any:
        items = QueueItem.objects.filter(dataset=of).order_by("record__position")
        return list(items.values_list("open_places", "submitted", "completed"))

    assert counted(fresh) == counted(dataset)
    assert places(fresh) == places(dataset)
    assert fresh.records.exclude(updated_at=None).count() == 5


def test_coming_back_to_where_it_was_it_changes_nothing(cast: Cast, dataset: Dataset) -> None:
    content = exported(dataset)
    job = bring_in(dataset, content)
    assert job.detail == "5 rows came in: 5 already there."
    assert exported(dataset) == content


def test_what_somebody_answered_since_stays(cast: Cast, dataset: Dataset) -> None:
    content = exported(dataset)
    record = Record.objects.get(external_id="r-2")
    submit_response(record, SAID | {"comment": "Later"}, by=cast.ben)
    bring_in(dataset, content)
    assert Response.objects.get(record=record, membership=cast.ben).values["comment"] == "Later"


def test_answers_of_strangers_are_left_out_unless_somebody_says_whose_they_are(
    cast: Cast, dataset: Dataset
) -> None:
    content = (
        exported(dataset)
        .replace(b'"annotator": "labeler-', b'"annotator": "stranger-')
        .replace(b'"annotator":"labeler-', b'"annotator":"stranger-')
    )
    fresh = like(dataset)
    job = bring_in(fresh, content)
    assert job.options["mapping"]["responses"] == "skip"
    assert not Response.objects.filter(dataset=fresh).exists()
    again = like(dataset)
    job = bring_in(again, content, mapping={**job.options["mapping"], "responses": "responses"})
    assert job.problems_count == 4
    assert "Nobody in this organization is called 'stranger-" in job.problems.first().reason


def test_people_are_known_by_all_their_names(cast: Cast) -> None:
    user = cast.ben.user
    assert user is not None
    user.email = "Ben@Example.org"
    user.save(update_fields=["email"])
    people = people_of(make.dataset(cast.workspace))
    ben = str(cast.ben.pk)
    assert people["ben"] == people["ben@example.org"] == people[ben] == ben
    assert "cleo" not in people


@pytest.mark.django_db(transaction=True)
def test_answers_come_in_where_each_step_has_a_transaction_of_its_own() -> None:
    """As a worker does it, which has none around the whole."""
    with transaction.atomic():
        people = assemble()
        dataset = make.dataset(people.workspace)
        given = [{"annotator": "ben", "status": "submitted", "values": make.RANKED}]
        row = {"id": "r1", **make.fields(), "said": given}
        places = {"id": "external_id", "prompt": "fields.prompt", "answers": "fields.answers"}
        job = start(dataset, [row], mapping={**places, "said": "responses"})
    if not job.has_ended:
        run_import(str(job.organization_id), str(job.pk))
    with transaction.atomic():
        job.refresh_from_db()
        assert (job.state, job.problems_count) == ("finished", 0), job.detail
        assert LabelerTally.objects.get(dataset=dataset, membership=people.ben).submitted == 1
