"""A dataset is cloned: what it is made of, and each of its records once, with what belongs to it, whatever dies."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F
from django.forms.models import model_to_dict

from core.errors import Conflict
from feedback.actions import cloning
from feedback.actions.cloning import With, clone_dataset, run_clone
from feedback.actions.datasets import delete_dataset, update_dataset
from feedback.actions.entries import Entry
from feedback.actions.indexing import index_records
from feedback.actions.jobs import cancel_job
from feedback.actions.priority import prioritize
from feedback.actions.records import create_records, delete_records
from feedback.actions.responses import discard_response, save_draft
from feedback.actions.retrying import retry_job
from feedback.actions.rules import pause_dataset, update_rules
from feedback.actions.schema import add_metadata_property, add_vector_settings
from feedback.actions.suggestions import Given
from feedback.models import (
    Assignment,
    Dataset,
    Job,
    LabelerTally,
    QueueItem,
    QueueRules,
    Record,
    Response,
    SearchBacklog,
    Suggestion,
    Vector,
)
from feedback.models.jobs import State
from feedback.reports.progress import progress
from feedback.search.find import find
from feedback.search.query import RecordQuery
from feedback.search.scope import Scope
from tests import make
from tests.cast import Cast
from tests.feedback.adding_up import assert_everything_adds_up

PARTS = ("fields", "questions", "metadata_properties", "vectors_settings")


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    """Seven records of which one is gone again, with everything that can belong to them."""
    made = make.dataset(cast.workspace, "Wells", guidelines="Old ones.", min_submitted=2, metadata={"a": 1})
    add_metadata_property(made, name="lang", title="Language", settings={"type": "terms", "values": None})
    add_vector_settings(made, name="meaning", title="Meaning", dimensions=2)
    comment = made.questions.get(name="comment")
    entries = [
        Entry(
            external_id=f"r{n}" if n else None,
            fields=make.fields(n),
            metadata={"lang": "sw" if n % 2 else "de", "n": n},
            suggestions=[Given(comment.pk, f"Suggested {n}", score=0.5, agent="bot")],
            vectors={"meaning": [n, 1.5]},
        )
        for n in range(7)
    ]
    ids = create_records(made, entries).ids
    for pk in ids[:3]:
        make.response(Record.objects.get(pk=pk), cast.ben)
    make.response(Record.objects.get(pk=ids[0]), cast.max)
    update_dataset(made, guidelines="New ones.")
    discard_response(Record.objects.get(pk=ids[3]), {}, by=cast.ben, note="No.")
    save_draft(Record.objects.get(pk=ids[4]), {"comment": "A draft"}, by=cast.ben)
    prioritize(made, [ids[5]], priority=9, more_answers=1)
    update_rules(made, by=None, on_skip="others", most_held=3)
    pause_dataset(made, by=None, note="Lunch")
    delete_records(made, [ids[6]])
    return Dataset.objects.get(pk=made.pk)


def clone(dataset: Dataset, **what: bool) -> Dataset:
    job = clone_dataset(dataset, dataset.workspace, name="Wells again", by=None, what=With(**what))
    run_clone(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    assert job.state == State.FINISHED, job.detail
    return job.dataset


def rows(dataset: Dataset, *names: str) -> list[tuple[Any, ...]]:
    return list(Record.objects.filter(dataset=dataset).order_by("position").values_list(*names))


def answers(dataset: Dataset) -> list[tuple[Any, ...]]:
    names = (
        "record__fields", "membership", "values", "status", "is_extra", "reason", "note", "presentation",
        "guidelines_version", "active_ms", "revision", "submitted_at", "inserted_at", "updated_at",
    )  # fmt: skip
    found = Response.objects.filter(dataset=dataset).exclude(status="draft")
    return list(found.order_by("record__position", "inserted_at").values_list(*names))


def test_what_it_is_made_of_comes_along(dataset: Dataset) -> None:
    made = clone(dataset)
    assert made.status == "ready"
    for name in ("guidelines", "guidelines_version", "min_submitted", "metadata", "allow_extra_metadata"):
        assert getattr(made, name) == getattr(dataset, name), name
    for part in PARTS:
        was, now = (
            [model_to_dict(one, exclude=["id", "dataset"]) for one in getattr(of, part).all()]
            for of in (dataset, made)
        )
        assert was == now
        assert was
    versions = [list(of.guidelines_versions.values_list("number", "text")) for of in (dataset, made)]
    assert versions[0] == versions[1] == [(2, "New ones."), (1, "Old ones.")]
    rules = QueueRules.objects.get(dataset=made)
    assert (rules.on_skip, rules.most_held, rules.is_paused, rules.pause_note) == ("others", 3, False, "")


def test_records_come_with_all_that_belongs_to_them(cast: Cast, dataset: Dataset) -> None:
    made = clone(dataset)
    names = ("external_id", "fields", "metadata", "author", "inserted_at", "updated_at")
    assert rows(made, *names) == rows(dataset, *names)
    assert rows(made, "position") == [(n,) for n in range(6)]
    assert answers(made) == answers(dataset)
    assert len(answers(made)) == 5
    assert {version for *_, version, _, _, _, _, _ in answers(made)} == {1, 2}
    assert not Response.objects.filter(dataset=made, status="draft").exists()
    for model, said in (
        (Suggestion, ("question__name", "value", "score", "agent", "type", "inserted_at")),
        (Vector, ("settings__name", "value")),
    ):
        was, now = (
            list(
                model.objects.filter(record__dataset=of)
                .order_by("record__position")
                .values_list("record__external_id", *said)
            )
            for of in (dataset, made)
        )  # type: ignore[attr-defined]
        assert was == now
        assert len(was) == 6
    places = ("target", "raised", "submitted", "completed", "turned_at", "shuffle")
    was, now = (
        list(
            QueueItem.objects.filter(dataset=of)
            .order_by(F("rank").bitand(2**31 - 1))
            .values_list("rank", *places)
        )
        for of in (dataset, made)
    )
    assert [row[1:] for row in was] == [row[1:] for row in now]
    assert [row[0] >> 59 for row in was] == [row[0] >> 59 for row in now]
    assert (progress(made).total, progress(made).completed) == (6, 1)
    assert LabelerTally.objects.get(dataset=made, membership=cast.ben).submitted == 3
    assert_everything_adds_up(made)
    assert_everything_adds_up(dataset)


def test_search_finds_them_at_once_and_reads_their_words_later(cast: Cast, dataset: Dataset) -> None:
    made = clone(dataset)
    assert SearchBacklog.objects.filter(dataset=made).count() == 6
    found = find(
        RecordQuery.model_validate({"query": {"text": {"q": "Prompt 3"}}}),
        Scope(made, cast.max),
        offset=0,
        limit=10,
    )
    assert Record.objects.get(pk=found.ids[0]).fields["prompt"] == "Prompt 3"
    assert len(found.ids) == 6  # "Prompt" alone is in all of them
    index_records(str(made.pk))
    assert not SearchBacklog.objects.filter(dataset=made).exists()
    assert (
        find(
            RecordQuery.model_validate({"query": {"text": {"q": "Prompt 3"}}}),
            Scope(made, cast.max),
            offset=0,
            limit=10,
        ).ids[0]
        == found.ids[0]
    )


def test_what_is_not_wanted_stays(cast: Cast, dataset: Dataset) -> None:
    made = clone(dataset, responses=False, suggestions=False, vectors=False, rules=False)
    assert len(rows(made, "pk")) == 6
    assert answers(made) == []
    assert not Suggestion.objects.filter(record__dataset=made).exists()
    assert not Vector.objects.filter(record__dataset=made).exists()
    assert QueueRules.objects.get(dataset=made).most_held == 1
    assert set(QueueItem.objects.filter(dataset=made).values_list("target", "raised", "open_places")) == {
        (2, 0, 2)
    }
    assert not Assignment.objects.filter(dataset=made).exists()
    assert_everything_adds_up(made)


def test_a_clone_without_records_is_there_at_once(dataset: Dataset) -> None:
    made = clone(dataset, records=False)
    assert rows(made, "pk") == []
    assert made.jobs.get().detail == "The dataset is there, without records."


def test_a_name_is_taken_once_in_a_workspace(cast: Cast, dataset: Dataset) -> None:
    with pytest.raises(Conflict, match="already has a dataset named"):
        clone_dataset(dataset, dataset.workspace, name="Wells", by=cast.max)
    clone_dataset(dataset, make.workspace(cast.acme), name="Wells", by=cast.ana)


def test_each_record_comes_once_whatever_dies(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloning, "CHUNK", 2)
    job = clone_dataset(dataset, dataset.workspace, name="Wells again", by=None)
    recount, calls = cloning.answers.recount, []

    def dies_in_the_second_chunk(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise ZeroDivisionError
        return recount(*args, **kwargs)

    monkeypatch.setattr(cloning.answers, "recount", dies_in_the_second_chunk)
    with pytest.raises(ZeroDivisionError):
        run_clone(str(job.organization_id), str(job.pk))
    monkeypatch.setattr(cloning.answers, "recount", recount)
    job.refresh_from_db()
    assert (job.state, job.done, len(rows(job.dataset, "pk"))) == (State.FAILED, 2, 2)
    assert_everything_adds_up(job.dataset)
    retry_job(job)
    run_clone(str(job.organization_id), str(job.pk))
    assert rows(job.dataset, "external_id") == rows(dataset, "external_id")
    assert answers(job.dataset) == answers(dataset)
    assert_everything_adds_up(job.dataset)
    assert Job.objects.get(pk=job.pk).counts["records"] == 6


def test_what_was_brought_in_meanwhile_stays_as_it_is(dataset: Dataset) -> None:
    job = clone_dataset(dataset, dataset.workspace, name="Wells again", by=None)
    create_records(job.dataset, [Entry(external_id="r2", fields={"prompt": "Mine"})])
    run_clone(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    assert "1 were left out" in job.detail
    found = dict(rows(job.dataset, "external_id", "fields__prompt"))
    assert (len(found), found["r2"]) == (6, "Mine")
    assert_everything_adds_up(job.dataset)


def test_a_clone_stops_where_it_is_told_to_or_its_dataset_goes(dataset: Dataset) -> None:
    job = clone_dataset(dataset, dataset.workspace, name="Wells again", by=None)
    assert cancel_job(job).state == State.CANCELED
    retry_job(Job.objects.get(pk=job.pk))
    delete_dataset(dataset)
    run_clone(str(job.organization_id), str(job.pk))
    assert "was deleted" in Job.objects.get(pk=job.pk).detail


def test_a_manager_clones_on_the_page(cast: Cast, dataset: Dataset) -> None:
    max_, path = cast.pages(cast.max), f"/acme/datasets/{dataset.pk}/clone"
    page = max_.get(path).content.decode()
    assert 'value="Wells (copy)"' in page
    form = {"name": "Wells", "workspace": str(cast.workspace.pk), "records": "on", "rules": "on"}
    refused = max_.post(path, form)
    assert (refused.status_code, "already has a dataset" in refused.content.decode()) == (422, True)
    elsewhere = make.workspace(cast.acme, "elsewhere")
    assert max_.post(path, form | {"workspace": str(elsewhere.pk)}).status_code == 422
    assert max_.post(path, form | {"name": "Copied"}).status_code == 302
    job = Job.objects.get(kind="clone")
    assert (job.dataset.name, job.by) == ("Copied", cast.max)
    assert job.options["responses"] is False


def test_a_program_clones(cast: Cast, dataset: Dataset, django_capture_on_commit_callbacks: Any) -> None:
    max_, path = cast.api(cast.max), f"/datasets/{dataset.pk}/clone"
    with django_capture_on_commit_callbacks(execute=True):
        started = max_.post(path, {"name": "Copied", "responses": True})
    assert started.status_code == 202, started.content
    job = max_.get(f"/jobs/{started.json()['id']}").json()
    assert (job["state"], job["kind"], job["done"], job["total"]) == ("finished", "clone", 6, 6)
    assert job["detail"] == "Copied: 6 records, 5 responses, 6 suggestions, 6 vectors."
    assert max_.get(f"/datasets/{job['dataset_id']}").json()["name"] == "Copied"
    assert max_.post(path, {"name": "Copied"}).status_code == 409
    elsewhere = make.workspace(cast.acme, "elsewhere")
    assert max_.post(path, {"name": "Mine", "workspace_id": str(elsewhere.pk)}).status_code == 403
    assert cast.api(cast.ana).post(path, {"name": "Hers", "workspace_id": str(uuid4())}).status_code == 422
