"""What an export leaves in the storage: which records and answers it takes, what it says about them, what it keeps."""

import gzip
import json

import datasets
import pytest
import yaml
from django.db import transaction

from core.errors import Conflict, Invalid
from feedback.actions import export_documents, export_reading
from feedback.actions.datasets import delete_dataset, remove_dataset, update_dataset
from feedback.actions.entries import Entry
from feedback.actions.export_files import open_file
from feedback.actions.export_plans import plan_export
from feedback.actions.export_samples import look_ahead
from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.records import create_records
from feedback.actions.schema import add_metadata_property
from feedback.actions.snapshots import produce_again
from feedback.exports import kinds
from feedback.exports.files import read_back
from feedback.models import Job, Record, Response, Snapshot
from feedback.models.jobs import State
from tests import make

datasets.disable_progress_bars()
UPSIDE_DOWN = {"ranking": {"version": 1, "tiers": [["m1", "m3"], ["m2"]]}}


@pytest.fixture
def dataset(cast):
    """Six records: Ben and Max agree on two, not on the next two; Ben alone answered the fifth; nobody the last."""
    dataset = make.dataset(cast.workspace, "Replies", min_submitted=2, guidelines="Be kind.\n\n# Really")
    add_metadata_property(dataset, name="topic", title="Topic", settings={"type": "terms"})
    add_metadata_property(dataset, name="length", title="Length", settings={"type": "integer"})
    given = [
        {"fields": make.fields(n), "metadata": {"topic": "law" if n < 3 else "art", "length": n}}
        for n in range(6)
    ]
    records = make.each(dataset, given)
    for n, record in enumerate(records[:5]):
        make.response(record, cast.ben)
        if n < 4:
            make.response(record, cast.max, make.RANKED if n < 2 else UPSIDE_DOWN)
    return dataset


def export(dataset, format="records", **asked):
    return run(start_export(dataset, format=format, by=None, **asked))


def run(job):
    run_export(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def content(job, name):
    with open_file(job, name) as file:
        return file.read()


def rows(job):
    return [json.loads(line) for one in job.data_files for line in content(job, one["name"]).splitlines()]


def lengths(job):
    return [row["metadata"]["length"] for row in rows(job)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"status": "completed"}, [0, 1, 2, 3]),
        ({"metadata": {"topic": ["law"]}}, [0, 1, 2]),
        ({"metadata": {"topic": "art", "length": {"ge": 4}}}, [4, 5]),
        ({"search": {"query": {"text": {"q": "prompt"}}}, "metadata": {"length": [2, 3]}}, [2, 3]),
        ({"address": "metadata.length.min=2&metadata.topic=law"}, [2]),
        ({"people": ["max"]}, [0, 1, 2, 3]),
        ({"people": ["max", "ben"], "status": "pending"}, [4]),
        ({"guidelines_versions": [1]}, [0, 1, 2, 3, 4]),
        ({"guidelines_versions": [9]}, []),
        ({"answered": {"ge": "2020-01-01"}}, [0, 1, 2, 3, 4]),
        ({"answered": {"le": "2020-01-01"}}, []),
        ({"inserted": {"ge": "2020-01-01"}, "updated": {"ge": "2020-01-01"}}, [0, 1, 2, 3, 4, 5]),
        ({"inserted": {"le": "2020-01-01T00:00:00Z"}}, []),
        ({"agreement": {"question": "ranking", "distance": 0.1}}, [0, 1]),
        ({"agreement": {"question": "ranking", "distance": 1}}, [0, 1, 2, 3]),
    ],
    ids=repr,
)
@pytest.mark.parametrize(("chunk", "piece"), [(2, 1 << 20), (500, 1 << 20), (500, 200)])
def test_filters_choose_records(dataset, filters, expected, chunk, piece, monkeypatch):
    monkeypatch.setattr(export_reading, "CHUNK", chunk)
    monkeypatch.setattr(export_documents, "PIECE", piece)
    assert lengths(export(dataset, filters=filters)) == expected


def test_filters_choose_answers(dataset):
    job = export(dataset, filters={"people": ["max"]})
    assert {len(row["responses"]) for row in rows(job)} == {1}
    assert job.counts["labelers"] == 1
    assert job.counts["filters"] == {"people": 1}


def test_what_agreement_leaves_out_is_counted(dataset):
    job = export(dataset, filters={"agreement": {"question": "ranking", "distance": 0.1}})
    assert job.counts["left_out"] == {
        "records_with_fewer_than_two_answers_to_compare": 2,
        "records_with_too_little_agreement": 2,
    }


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"filters": {"status": "done"}}, "filters.status"),
        ({"filters": {"people": ["nobody"]}}, "filters.people"),
        ({"filters": {"metadata": {"absent": ["x"]}}}, None),
        ({"filters": {"metadata": {"topic": {"x": 1}}}}, None),
        ({"filters": {"search": {"query": {"vector": {"name": "v", "value": [1]}}}}}, None),
        ({"filters": {"search": {"nothing": 1}, "address": "q=x"}}, None),
        ({"filters": {"agreement": {"question": "comment", "distance": 1}}}, "filters.agreement"),
        ({"filters": {"answered": {"ge": "2026-02-01", "le": "2026-01-01"}}}, "filters.answered"),
        ({"filters": {"inserted": {}}}, "filters.inserted"),
        ({"filters": {"colour": "red"}}, "filters.colour"),
        ({"splits": {"train": 0.5}}, "splits"),
        ({"splits": {"train": 1, "seed": -1}}, "splits.seed"),
        ({"weights": {"ben": -1}}, "weights.ben"),
        ({"weights": {"nobody": 1}}, "weights"),
        ({"file_type": "xml"}, "file_type"),
        ({"against": {"words": 2}}, "against"),
        ({"against": {"words": 13}}, "against"),
        ({"against": {"job": "00000000-0000-4000-8000-000000000000"}}, "against.job"),
        ({"language": ["English"]}, "language.0"),
        ({"name": "x" * 300}, "name"),
        ({"nonsense": 1}, "nonsense"),
    ],
    ids=repr,
)
def test_what_cannot_be_meant_is_a_sentence(dataset, asked, where):
    with pytest.raises(Invalid, match=r"\.") as refused:
        start_export(dataset, format="records", by=None, **asked)
    assert where is None or where in refused.value.errors
    assert not Job.objects.exists()


def test_weights_reach_the_rows_and_nobody_counts_with_zero(dataset, cast, monkeypatch):
    seen = {}

    def look(self, records, options, shape, tally):
        for record in records:
            seen[record.id] = {one.weight for one in record.answers}
            yield from ()

    monkeypatch.setattr(kinds["records"], "rows", look)
    export(dataset, weights={"ben": 2.5})
    assert set().union(*seen.values()) == {1.0, 2.5}
    seen.clear()
    export(dataset, weights={"max": 0})
    assert set().union(*seen.values()) == {1.0}
    monkeypatch.undo()
    assert sum(len(row["responses"]) for row in rows(export(dataset, weights={"max": 0}))) == 5


def test_the_same_prompt_is_in_the_same_split_in_every_format(dataset):
    create_records(dataset, [Entry(fields=make.fields(n)) for n in range(6, 60)])
    splits = {"train": 0.6, "validation": 0.2, "test": 0.2, "seed": 5}
    found = {}
    for name, options in (("records", {}), ("preference", {}), ("preference", {"form": "standard"})):
        job = export(dataset, name, options=options, splits=splits)
        assert {one["name"] for one in job.data_files} <= {"train.jsonl", "validation.jsonl", "test.jsonl"}
        for line in content(job, "trace.jsonl").splitlines():
            traced = json.loads(line)
            assert found.setdefault(traced["record"], traced["split"]) == traced["split"]
    assert set(found.values()) == {"train", "validation", "test"}


def test_prompts_of_an_earlier_export_are_kept_apart(dataset):
    earlier = export(dataset, "preference", filters={"metadata": {"length": [0, 1]}}, file_type="parquet")
    job = export(dataset, against={"job": str(earlier.pk)})
    assert lengths(job) == [2, 3, 4, 5]
    assert job.counts["left_out"] == {"records_whose_prompt_is_in_the_other_file": 2}
    assert job.counts["against"] == {"job": str(earlier.pk), "words": 0}


def test_a_folder_loads_and_its_card_says_how_it_came_about(dataset, tmp_path):
    splits = {"train": 0.5, "test": 0.5, "seed": 1}
    job = export(dataset, "preference", splits=splits, license="cc-by-4.0", language=["en"])
    for one in job.files:
        path = tmp_path / "folder" / one["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(job, one["name"]))
    loaded = datasets.load_dataset(str(tmp_path / "folder"), cache_dir=str(tmp_path / "cache"))
    assert {split: len(found) for split, found in loaded.items()} == {
        one["name"].partition(".")[0]: one["rows"] for one in job.data_files
    }
    card = content(job, "README.md").decode()
    head = yaml.safe_load(card.split("---\n")[1])
    assert (head["license"], head["language"], head["pretty_name"]) == ("cc-by-4.0", ["en"], "Replies")
    assert head["size_categories"] == ["n<1K"]
    assert [one["name"] for one in head["dataset_info"][0]["splits"]] == ["train", "test"]
    assert "2 people gave 9 final answers" in card
    assert "> Be kind." in card
    assert "> # Really" in card  # no heading of the card
    assert "| ranking | 0.333 |" in card
    assert not any(name in card for name in ("Ben", "Max", "ben", "max_"))
    assert json.loads(content(job, "provenance.json")) == job.counts


def test_rows_that_break_a_rule_are_listed_and_not_shipped(dataset, monkeypatch):
    def picky(self, data, options):
        return "The length is 3, which nobody likes." if data["metadata"]["length"] == 3 else None

    monkeypatch.setattr(kinds["records"], "check", picky)
    job = export(dataset)
    assert (job.state, job.problems_count, lengths(job)) == (State.FINISHED, 1, [0, 1, 2, 4, 5])
    problem = job.problems.get()
    assert problem.reason == "The length is 3, which nobody likes."
    assert problem.column == str(Record.objects.get(metadata__length=3).pk)
    assert json.loads(bytes(problem.row))["row"]["metadata"]["length"] == 3
    assert job.counts["left_out"] == {"rows_that_break_a_rule": 1}


def test_files_that_cannot_be_read_back_are_not_handed_out(dataset, monkeypatch):
    monkeypatch.setattr(
        read_back, "problems", lambda folder: ["train.jsonl cannot be read back: it is torn."]
    )
    job = export(dataset)
    assert (job.state, job.files, bool(job.result)) == (State.FAILED, [], False)
    assert "it is torn" in job.detail


@pytest.mark.parametrize(
    ("format", "asked"),
    [
        ("records", {}),
        ("records", {"file_type": "parquet", "splits": {"train": 0.5, "test": 0.5}}),
        ("preference", {"options": {"margin": "votes"}, "shuffle": True, "weights": {"ben": 3, "max": 0}}),
        (
            "preference",
            {"filters": {"agreement": {"question": "ranking", "distance": 0.1}, "people": ["ben", "max"]}},
        ),
    ],
    ids=repr,
)
def test_a_snapshot_gives_the_same_bytes_whatever_changed_since(dataset, cast, settings, format, asked):
    first = export(dataset, format, name="Frozen", **asked)
    before = {one["name"]: content(first, one["name"]) for one in first.files}
    snapshot = Snapshot.objects.get()
    assert (snapshot.rows, snapshot.is_frozen, snapshot.files) == (first.counts["rows"], True, first.files)

    Response.objects.filter(membership=cast.ben).delete()
    Response.objects.update(values={"ranking": {"version": 1, "tiers": [["m3"], ["m2"], ["m1"]]}})
    Record.objects.filter(dataset=dataset, metadata__length=0).delete()
    make.records(dataset, 3)
    update_dataset(dataset, name="Renamed", guidelines="Be harsh.")
    settings.SECRET_KEY = "another secret, so pseudonyms made now would be others"

    again = run(produce_again(snapshot, by=cast.ana))
    assert again.detail.endswith("byte for byte.")
    assert {one["name"]: content(again, one["name"]) for one in again.files} == before
    now = export(dataset, format, **asked)
    assert {one["sha256"] for one in now.data_files} != {one["sha256"] for one in first.data_files}


def test_a_snapshot_that_comes_out_otherwise_says_so(dataset, cast, monkeypatch):
    export(dataset, name="Frozen")
    monkeypatch.setattr("feedback.exports.files.card._words", str.upper)  # as a later version may write it
    again = run(produce_again(Snapshot.objects.get(), by=None))
    assert "not the same bytes are README.md" in again.detail
    assert again.state == State.FINISHED


def test_frozen_data_names_nobody(dataset, cast):
    export(dataset, name="Frozen")
    with Snapshot.objects.get().data.open("rb") as file:
        _, *records, _ = gzip.decompress(file.read()).decode().splitlines()
    people = {one["person"] for record in records for one in json.loads(record)["answers"]}
    assert len(people) == 2
    assert all(person.startswith("labeler-") for person in people)
    assert not any(str(one.pk) in "".join(records) for one in (cast.ben, cast.max))


def test_a_snapshot_is_not_made_again_before_it_is_there(dataset):
    start_export(dataset, format="records", name="Frozen", by=None)
    with pytest.raises(Conflict, match="has not ended"):
        produce_again(Snapshot.objects.get(), by=None)
    with pytest.raises(Conflict, match="another name"), transaction.atomic():
        start_export(dataset, format="records", name="Frozen", by=None)


def test_a_dataset_that_is_deleted_takes_its_files_along(dataset, django_capture_on_commit_callbacks):
    job = export(dataset, name="Frozen")
    names = [*job.places, Snapshot.objects.get().data.name]
    storage = job.result.storage
    assert all(map(storage.exists, names))
    with django_capture_on_commit_callbacks(execute=True):
        delete_dataset(dataset)
        assert all(map(storage.exists, names))  # it can be brought back
        remove_dataset(dataset)
    assert not any(map(storage.exists, names))


def test_a_look_ahead_guesses_what_comes(dataset):
    create_records(dataset, [Entry(fields=make.fields(n)) for n in range(6, 2000)])
    plan = plan_export(dataset, {"format": "records"})
    look, job = look_ahead(dataset, plan), export(dataset)
    assert (look.records, look.is_more, len(look.rows)) == (2000, False, 5)
    assert look.looked_at <= 300
    assert list(look.rows) == rows(job)[:5]
    assert look.estimated_rows == job.counts["rows"] == 2000
    assert 0.5 < look.bytes / job.counts["bytes"] < 2


def test_a_look_ahead_looks_at_what_filters_let_pass(dataset):
    filters = {"people": ["max"], "metadata": {"topic": ["law"]}}
    look = look_ahead(dataset, plan_export(dataset, {"format": "preference", "filters": filters}))
    assert (look.records, look.estimated_rows, look.looked_at) == (3, 6, 3)
