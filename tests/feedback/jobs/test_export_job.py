"""An export as a job: started as a page or a program starts it, read as trainers read it."""

import json
import tracemalloc

import datasets
import pytest

from core.errors import Invalid
from feedback.actions import export_documents, export_reading
from feedback.actions.entries import Entry
from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.jobs import cancel_job
from feedback.actions.records import create_records
from feedback.actions.responses import discard_response, save_draft
from feedback.exports.files import read_back
from feedback.models import Job, Response
from feedback.models.jobs import State
from tests import make

datasets.disable_progress_bars()
WORDS = {"comment": "Because it is."}


@pytest.fixture
def dataset(cast):
    return make.dataset(cast.workspace, min_submitted=2)


@pytest.fixture
def answered(cast, dataset):
    """Three records: one with two answers, one with a draft, one that was discarded."""
    first, second, third = make.records(dataset, 3)
    make.response(first, cast.ben, make.RANKED | WORDS)
    make.response(first, cast.max, make.RANKED | WORDS)
    save_draft(second, WORDS, by=cast.ben)
    discard_response(third, WORDS, by=cast.ben, reason="bad_prompt")
    return dataset


def export(dataset, format, **options):
    job = start_export(dataset, format=format, options=options, by=None)
    return run(job)


def run(job):
    run_export(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def content(job):
    with job.result.open("rb") as file:
        return file.read()


def load(tmp_path, job):
    path = tmp_path / "train.jsonl"
    path.write_bytes(content(job))
    return datasets.load_dataset(
        "json", data_files=str(path), cache_dir=str(tmp_path / "cache"), split="train"
    )


def test_preference_pairs_are_read_by_a_trainers_library(answered, tmp_path):
    job = export(answered, "preference", form="standard")
    found = load(tmp_path, job)
    assert set(found.column_names) >= {"prompt", "chosen", "rejected", "group", "record_id", "annotator"}
    assert found.num_rows == 4  # m2 above m1 and above m3, by two people
    assert set(found["chosen"]) == {"Answer 2 to 1"}
    assert len(set(found["annotator"])) == 2
    assert (job.state, job.done, job.total) == (State.FINISHED, 3, 3)


def test_written_answers_leave_drafts_and_discarded_ones_out(answered, tmp_path):
    found = load(tmp_path, export(answered, "prompt_completion", question="comment", form="standard"))
    assert found.num_rows == 2
    assert set(found["completion"]) == {"Because it is."}


def test_records_have_everything_that_was_said(answered, tmp_path):
    job = export(answered, "records")
    rows = [json.loads(line) for line in content(job).splitlines()]
    assert [[one["status"] for one in row["responses"]] for row in rows] == [
        ["submitted", "submitted"],
        ["draft"],
        ["discarded"],
    ]
    assert [row["status"] for row in rows] == ["completed", "pending", "pending"]
    assert load(tmp_path, export(answered, "records", columns="text")).num_rows == 3


@pytest.mark.parametrize("format", ["records", "preference", "prompt_completion"])
def test_the_same_export_gives_the_same_bytes(answered, format, monkeypatch):
    whole = content(export(answered, format))
    monkeypatch.setattr(export_reading, "CHUNK", 1)
    assert content(export(answered, format)) == whole


def test_records_that_are_large_are_read_one_by_one(answered, monkeypatch):
    monkeypatch.setattr(export_documents, "PIECE", 1)
    read = export_documents.after(answered, -1, 500, Response.objects.all())
    assert len(read) == 1
    assert export(answered, "records").counts["rows"] == 3


def test_nobodys_name_leaves_the_house(answered):
    text = content(export(answered, "records")).decode()
    assert "labeler-" in text
    assert not any(name in text for name in ("Ben", "ben", "max"))


def test_an_export_of_nothing_says_what_was_missing(dataset):
    make.record(dataset)
    job = export(dataset, "preference")
    assert (job.state, bool(job.result)) == (State.FINISHED, False)
    assert job.detail.endswith(".")


def test_an_export_that_does_not_suit_is_refused_at_once(cast):
    plain = make.dataset(
        cast.workspace, fields={"prompt": {"type": "text"}}, questions={"comment": {"type": "text"}}
    )
    with pytest.raises(Invalid, match="does not suit"):
        start_export(plain, format="preference", by=None)
    with pytest.raises(Invalid, match="There is no export of kind"):
        start_export(plain, format="parquet", by=None)
    assert not Job.objects.exists()


def test_a_canceled_export_makes_no_file(answered, monkeypatch):
    monkeypatch.setattr(export_reading, "CHUNK", 1)
    job, records = start_export(answered, format="records", by=None), export_reading.Reader.records

    def cancel_after_two(*given):
        for number, record in enumerate(records(*given), 1):
            if number == 2:
                cancel_job(job)
            yield record

    monkeypatch.setattr(export_reading.Reader, "records", cancel_after_two)
    run(job)
    assert (job.state, bool(job.result)) == (State.CANCELED, False)
    assert job.detail == "Canceled after 2 of 3 rows."


def test_a_worker_that_died_at_the_end_is_followed_by_one_that_begins_again(answered, monkeypatch):
    job = start_export(answered, format="records", by=None)
    with monkeypatch.context() as patch:
        patch.setattr(Job, "finish", lambda *given, **more: False)  # killed before it could tell
        run(job)
    assert job.state == State.RUNNING
    Job.objects.filter(pk=job.pk).update(leased_until="2020-01-01T00:00Z")
    run(job)
    assert (job.state, job.done, job.result.name) == (State.FINISHED, 3, f"exports/{job.pk}/train.jsonl")
    assert content(job) == content(export(answered, "records"))


def test_memory_does_not_grow_with_the_dataset(dataset, monkeypatch, settings, tmp_path):
    """Ten times the records, and hardly more memory."""
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    }
    monkeypatch.setattr(export_reading, "CHUNK", 50)
    monkeypatch.setattr(read_back, "READ", 100_000)

    def peak(records):
        create_records(dataset, [Entry(fields={"prompt": "x" * 10_000}) for _ in range(records)])
        tracemalloc.start()
        export(dataset, "records")
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    little, much = peak(60), peak(540)
    assert much < 2 * little
