"""What our own export writes comes back without any loss: a second export is equal to the first."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from feedback.actions.importing import run_import
from feedback.actions.known_people import people_of
from feedback.actions.responses import submit_response
from feedback.models import Dataset, LabelerTally, QueueItem, Record, Response
from tests import make
from tests.cast import Cast, assemble
from tests.feedback.jobs.filling import bring_in, start
from tests.feedback.whole_records import SAID, exported, like, rows, whole


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return whole(cast)


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
    assert [(one["note"], one["is_counted"]) for one in before[3]["responses"]] == [
        ("Two prompts\n in one. \u2028", False),
        ("", True),
    ]
    assert sum(one["is_counted"] for one in before[0]["responses"]) == 2


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


def test_a_note_that_is_here_stays_unless_another_one_comes(cast: Cast, dataset: Dataset) -> None:
    row = json.loads(exported(dataset).splitlines()[3])
    said = Response.objects.get(note__startswith="Two prompts")
    later = said.updated_at
    for note, stays in (("", said.note), ("Three", "Three")):
        later += timedelta(days=1)
        answer = {"annotator": "ben", "status": "discarded", "note": note, "updated_at": later.isoformat()}
        bring_in(dataset, [row | {"responses": [answer]}])
        said.refresh_from_db()
        assert (said.note, said.updated_at) == (stays, later)


@pytest.mark.parametrize("note", [7, "x" * 2001])
def test_what_is_no_note_is_refused(cast: Cast, dataset: Dataset, note: object) -> None:
    row = json.loads(exported(dataset).splitlines()[3])
    row["responses"] = [{"annotator": "ben", "status": "discarded", "note": note}]
    job = bring_in(like(dataset), [row])
    assert "A note is a text of at most 2,000 characters." in job.problems.get().reason


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
