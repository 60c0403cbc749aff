"""A push to the Hub: what is there can be read by everybody's tools, and comes back as it was."""

from __future__ import annotations

import gc
import io
import json
import tracemalloc
from typing import Any

import datasets
import pyarrow.parquet as pq
import pytest

from core.errors import Invalid
from feedback.actions import hub_exporting
from feedback.actions.entries import Entry
from feedback.actions.hub import start_hub_export
from feedback.actions.jobs import cancel_job
from feedback.actions.records import create_records
from feedback.actions.responses import save_draft
from feedback.actions.schema import add_metadata_property, add_vector_settings
from feedback.actions.suggestions import Given, suggest
from feedback.hub import shards
from feedback.hub.repository import card_of
from feedback.models import Job, Record, Suggestion
from feedback.models.jobs import State
from tests import make
from tests.feedback.hub.conftest import NAME, bring_in, push
from tests.stand_in_hub import TOKEN

TRAIN = "data/train-00000-of-00001.parquet"
datasets.disable_progress_bars()


@pytest.fixture
def full(cast: Any, dataset: Any) -> Any:
    """Two records with all that a record can have, a third with nothing but a prompt."""
    add_metadata_property(dataset, name="source", title="Source", settings={"type": "terms"})
    add_metadata_property(dataset, name="length", title="Length", settings={"type": "integer"})
    add_vector_settings(dataset, name="embedding", title="Embedding", dimensions=2)
    entries = [
        Entry(
            external_id=f"r{n}",
            fields=make.fields(n),
            metadata={"source": "web", "length": n, "further": f"x{n}"},
            vectors={"embedding": [n, 0.5]},
        )
        for n in range(2)
    ]
    create_records(dataset, [*entries, Entry(fields={"prompt": "Alone"})])
    first, second, _ = Record.objects.order_by("position")
    make.response(first, cast.ben, make.RANKED | {"quality": 4})
    make.response(first, cast.max, {**make.RANKED, "comment": "So."})
    save_draft(second, {"comment": "Hm."}, by=cast.ben)
    questions = {one.name: one.pk for one in dataset.questions.all()}
    suggest(first, Given(questions["quality"], 3, agent="model-x", score=0.5))
    suggest(first, Given(questions["ranking"], {"version": 1, "tiers": [["m2"], ["m3"], ["m1"]]}))
    return dataset


def table(hub: Any, path: str = TRAIN) -> Any:
    return pq.read_table(io.BytesIO(hub.files(NAME)[path]))


def test_the_columns_are_those_of_the_contract(hub: Any, cast: Any, full: Any) -> None:
    job = push(full)
    assert (job.state, job.done, job.total) == (State.FINISHED, 3, 3), job.detail
    assert job.detail == "3 records are on the Hub: ana/wells, subset default, split train."
    found = table(hub)
    asked = [
        f"{name}.{part}"
        for name in ("ranking", "quality", "comment")
        for part in (
            "responses",
            "responses.users",
            "responses.status",
            "suggestion",
            "suggestion.agent",
            "suggestion.score",
        )
    ]
    assert found.column_names == [
        *("id", "status", "inserted_at", "updated_at", "_server_id", "prompt", "answers"),
        *asked,
        *("metadata.source", "metadata.length", "metadata.further", "vector.embedding"),
    ]
    first, second, third = found.to_pylist()
    assert (first["id"], first["status"], third["id"]) == ("r0", "completed", None)
    assert first["answers"]["candidates"][0]["text"] == "Answer 1 to 0"
    people = [str(cast.ben.pk), str(cast.max.pk)]
    assert first["ranking.responses.users"] == people
    assert first["ranking.responses.status"] == ["submitted", "submitted"]
    assert first["ranking.responses"][0] == [
        {"value": "m2", "rank": 1},
        {"value": "m1", "rank": 2},
        {"value": "m3", "rank": 2},
    ]
    assert (first["quality.responses"], first["quality.responses.users"]) == ([4], people[:1])
    assert (second["comment.responses"], second["comment.responses.status"]) == (["Hm."], ["draft"])
    assert first["quality.suggestion"] == 3
    assert (first["quality.suggestion.agent"], first["quality.suggestion.score"]) == ("model-x", 0.5)
    assert first["ranking.suggestion"] == ["m2", "m3", "m1"]
    assert (first["metadata.source"], first["metadata.length"]) == (["web"], 0)
    assert (second["vector.embedding"], third["vector.embedding"]) == ([1.0, 0.5], None)
    assert third["prompt"] == "Alone"


def test_what_was_pushed_comes_back_into_a_new_dataset_as_it_was(hub: Any, cast: Any, full: Any) -> None:
    push(full)
    other = make.dataset(cast.workspace)
    names = ("source", "length", "further")
    job = bring_in(
        other,
        fields=[(name, name) for name in ("prompt", "answers")],
        metadata=[(f"metadata.{name}", name) for name in names],
        suggestions=[(f"{name}.suggestion", name) for name in ("ranking", "quality", "comment")],
        external_id="id",
    )
    assert (job.state, job.problems_count) == (State.FINISHED, 0)

    def said(dataset: Any) -> Any:
        rows = Record.objects.filter(dataset=dataset).order_by("position")
        suggestions = Suggestion.objects.filter(record__dataset=dataset).order_by("record__position")
        return (
            [(one.external_id, one.fields, one.metadata or {}) for one in rows],
            sorted(suggestions.values_list("question__name", "value")),
        )

    (records, suggested), (came, came_suggested) = said(full), said(other)
    records[2] = ("train_2", *records[2][1:])  # it had no name, so it got one
    for _, _, metadata in records[:2]:
        metadata["source"] = ["web"]  # a column of terms holds lists
    assert came == records
    assert came_suggested == suggested


def test_the_card_tells_readers_where_everything_is(hub: Any, full: Any) -> None:
    push(full, private=True)
    push(full, subset="second", split="test")
    assert hub.repos[NAME].private
    text = hub.files(NAME)["README.md"].decode()
    assert card_of(text)["configs"] == [
        {"config_name": "default", "data_files": [{"split": "train", "path": "data/train-*.parquet"}]},
        {"config_name": "second", "data_files": [{"split": "test", "path": "second/test-*.parquet"}]},
    ]
    assert f"# {full.name}\n" in text
    assert "| `ranking` | Ranking | Ranking | yes |" in text


def test_a_card_that_somebody_wrote_stays(hub: Any, full: Any) -> None:
    written = "---\nlicense: cc-by-4.0\n---\n# Mine\n\nHands off.\n"
    hub.put(NAME, {"README.md": written, "data/train-00000-of-00002.parquet": b"old", "more.txt": "kept"})
    push(full)
    text = hub.files(NAME)["README.md"].decode()
    assert text.endswith("---\n\n# Mine\n\nHands off.\n")
    assert card_of(text)["license"] == "cc-by-4.0"
    assert set(hub.files(NAME)) >= {TRAIN, "more.txt", ".argilla/settings.json", ".argilla/dataset.json"}
    assert "data/train-00000-of-00002.parquet" not in hub.files(NAME)


def test_the_definition_lies_beside_the_rows(hub: Any, full: Any) -> None:
    push(full)
    files = {
        name: json.loads(hub.files(NAME)[f".argilla/{name}.json"])
        for name in ("version", "dataset", "settings")
    }
    assert files["version"] == {"argilla": "2.8.0"}
    assert files["dataset"]["name"] == full.name
    assert [one["name"] for one in files["settings"]["fields"]] == ["prompt", "answers"]
    assert [one["name"] for one in files["settings"]["questions"]] == ["ranking", "quality", "comment"]
    assert files["settings"]["metadata"][1]["settings"]["type"] == "integer"
    assert files["settings"]["vectors"] == [{"name": "embedding", "title": "Embedding", "dimensions": 2}]


def test_many_rows_become_several_files_that_are_one_table(
    hub: Any, dataset: Any, monkeypatch: Any, tmp_path: Any
) -> None:
    make.records(dataset, 30)
    monkeypatch.setattr(shards, "SHARD", 4000)
    monkeypatch.setattr(hub_exporting, "ROWS", 7)
    job = push(dataset)
    files = sorted(path for path in hub.files(NAME) if path.endswith(".parquet"))
    assert len(files) == job.counts["files"] > 2
    for path in files:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(hub.files(NAME)[path])
    (tmp_path / "README.md").write_bytes(hub.files(NAME)["README.md"])
    found = datasets.load_dataset(str(tmp_path), split="train", cache_dir=str(tmp_path / "cache"))
    assert found["prompt"] == [one.fields["prompt"] for one in Record.objects.order_by("position")]


def test_a_dataset_without_records_is_not_pushed(hub: Any, dataset: Any) -> None:
    with pytest.raises(Invalid, match="has no records"):
        start_hub_export(dataset, name=NAME, token=TOKEN, by=None)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "place", [{"subset": "../up"}, {"split": "a/b"}, {"split": "tr-ain"}, {"name": "a b"}]
)
def test_a_place_that_cannot_be_is_refused(dataset: Any, place: dict[str, str]) -> None:
    make.record(dataset)
    with pytest.raises(Invalid) as refused:
        push(dataset, **place)
    assert list(refused.value.errors) == list(place)


def test_a_name_without_a_slash_is_ones_own(hub: Any, dataset: Any) -> None:
    make.record(dataset)
    assert push(dataset, name="wells").counts["address"] == f"{hub.url}/datasets/ana/wells"


def test_a_canceled_push_shows_nothing(hub: Any, dataset: Any, monkeypatch: Any) -> None:
    make.records(dataset, 3)
    monkeypatch.setattr(hub_exporting, "ROWS", 1)
    monkeypatch.setattr("feedback.actions.export_reading.CHUNK", 1)
    send = hub_exporting._rows

    def cancel_after_one(job: Any, columns: Any) -> Any:
        for number, rows in enumerate(send(job, columns)):
            if number == 1:
                cancel_job(job)
            yield rows

    monkeypatch.setattr(hub_exporting, "_rows", cancel_after_one)
    job = push(dataset)
    assert (job.state, job.detail) == (State.CANCELED, "Canceled after 2 of 3 rows.")
    assert hub.files(NAME) == {}


def test_memory_does_not_grow_with_the_dataset(hub: Any, dataset: Any, monkeypatch: Any) -> None:
    """Three times the records: the memory does not rise by what the further ones hold."""
    monkeypatch.setattr(hub_exporting, "ROWS", 20)
    monkeypatch.setattr("feedback.actions.export_reading.CHUNK", 20)
    monkeypatch.setattr(shards, "ROWS", 20)
    monkeypatch.setattr(hub_exporting.Push, "send", lambda *given: None)  # the stand-in keeps all in memory

    def peak(records: int) -> int:
        create_records(dataset, [Entry(fields={"prompt": "x" * 10_000}) for _ in range(records)])
        gc.collect()
        tracemalloc.start()
        assert push(dataset).state == State.FINISHED
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    little, much = peak(300), peak(600)
    assert much - little < 600 * 10_000 / 2
