"""An import from the Hub: what the Hub's own readers read comes in, once, and what does not fit is listed."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime
from typing import Any

import pytest

from core.errors import Invalid
from feedback.actions import hub_importing, importing
from feedback.actions.jobs import cancel_job
from feedback.models import Job, Record, Suggestion
from feedback.models.jobs import State
from tests import make
from tests.feedback.hub.conftest import NAME, ask, bring_in, parquet, run

TRAIN = "data/train-00000-of-00001.parquet"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def records() -> list[Any]:
    return list(Record.objects.order_by("position").values_list("external_id", "fields"))


def test_rows_become_records_named_by_split_and_number(hub: Any, dataset: Any) -> None:
    hub.put(NAME, {TRAIN: parquet([{"text": "One"}, {"text": "Two"}])})
    job = bring_in(dataset)
    assert (job.state, job.done, job.total) == (State.FINISHED, 2, 2)
    assert job.detail == "2 rows came in: 2 new."
    assert records() == [("train_0", {"prompt": "One"}), ("train_1", {"prompt": "Two"})]


def test_a_second_import_changes_nothing(hub: Any, dataset: Any) -> None:
    hub.put(NAME, {TRAIN: parquet([{"text": "One"}, {"text": "Two"}])})
    bring_in(dataset)
    assert bring_in(dataset).detail == "2 rows came in: 2 already there."


def test_a_column_may_name_records_and_go_to_several_places(hub: Any, dataset: Any) -> None:
    hub.put(NAME, {TRAIN: parquet([{"key": 7, "text": "One"}])})
    bring_in(dataset, external_id="key", metadata=[("text", "words"), ("key", "number")])
    record = Record.objects.get()
    assert (record.external_id, record.metadata) == ("7", {"words": "One", "number": 7})


def test_a_record_without_a_name_of_its_own_is_named_by_its_number(hub: Any, dataset: Any) -> None:
    hub.put(NAME, {TRAIN: parquet([{"key": "a", "text": "One"}, {"key": None, "text": "Two"}])})
    bring_in(dataset, external_id="key")
    assert [name for name, _ in records()] == ["a", "train_1"]


def test_bad_rows_are_listed_and_take_no_suggestion_away_from_others(hub: Any, dataset: Any) -> None:
    rows = [{"text": "One", "stars": 1}, {"text": None, "stars": 2}, {"text": "Three", "stars": 9}]
    hub.put(NAME, {TRAIN: parquet([*rows, {"text": "Four", "stars": 4}])})
    job = bring_in(dataset, suggestions=[("stars", "quality")])
    said = list(Suggestion.objects.values_list("record__fields__prompt", "value"))
    assert sorted(said) == [("Four", 4), ("One", 1)]
    problems = [(one.line, one.column, json.loads(bytes(one.row))) for one in job.problems.all()]
    assert problems == [
        (2, "text", {"text": None, "stars": 2}),
        (3, "stars", {"text": "Three", "stars": 9}),
    ]
    assert all(one.reason.endswith(".") for one in job.problems.all())
    assert job.detail == "2 rows came in: 2 new. 2 could not: download them, correct them, import that file."


def test_values_come_as_the_kinds_take_them(hub: Any, cast: Any) -> None:
    dataset = make.dataset(
        cast.workspace,
        fields={"prompt": {"type": "text"}},
        questions={
            "verdict": {"type": "label_selection", "options": [{"value": one, "text": one} for one in "01"]},
            "topics": {
                "type": "multi_label_selection",
                "options": [{"value": one, "text": one} for one in "12"],
            },
            "quality": {"type": "rating", "options": [{"value": 1}, {"value": 2}]},
            "comment": {"type": "text"},
        },
    )
    row = {"n": 3, "verdict": 1, "topics": [2, 1], "stars": 2.0, "comment": 1.5, "at": datetime(2026, 1, 2)}
    hub.put(NAME, {TRAIN: parquet([row])})
    same = [(name, name) for name in ("verdict", "topics", "comment")]
    job = bring_in(
        dataset, fields=[("n", "prompt")], suggestions=[*same, ("stars", "quality")], metadata=[("at", "at")]
    )
    assert job.problems_count == 0, job.problems.first().reason
    assert dict(Suggestion.objects.values_list("question__name", "value")) == {
        "verdict": "1",
        "topics": ["2", "1"],
        "quality": 2,
        "comment": "1.5",
    }
    record = Record.objects.get()
    assert (record.fields, record.metadata) == ({"prompt": "3"}, {"at": "2026-01-02T00:00:00"})


CLASSES = {"_type": "ClassLabel", "names": ["bad", "good"]}


@pytest.mark.parametrize("in_card", [False, True])
def test_class_labels_come_by_their_names(hub: Any, dataset: Any, in_card: bool) -> None:
    rows = [{"text": "a", "label": 1, "all": [0, 1]}, {"text": "b", "label": -1, "all": []}]
    features = {"label": CLASSES, "all": {"_type": "List", "feature": CLASSES}}
    card = """---
dataset_info:
  features:
  - {name: label, dtype: {class_label: {names: {'0': bad, '1': good}}}}
  - {name: all, list: {class_label: {names: {'0': bad, '1': good}}}}
---
"""
    files = {TRAIN: parquet(rows, None if in_card else features)} | ({"README.md": card} if in_card else {})
    hub.put(NAME, files)
    bring_in(dataset, metadata=[("label", "label"), ("all", "all")])
    found = list(Record.objects.order_by("position").values_list("metadata", flat=True))
    assert found == [{"label": "good", "all": ["bad", "good"]}, {"all": []}]


def test_pictures_come_as_data_urls(hub: Any, dataset: Any) -> None:
    pictures = [{"bytes": PNG, "path": None}, {"bytes": None, "path": "https://x.example/a.png"}]
    rows = [{"text": str(n), "image": one} for n, one in enumerate([*pictures, {"bytes": b"no", "path": ""}])]
    hub.put(NAME, {TRAIN: parquet(rows, {"image": {"_type": "Image"}})})
    job = bring_in(dataset, metadata=[("image", "image")])
    found = list(Record.objects.order_by("position").values_list("metadata__image", flat=True))
    assert found == ["data:image/png;base64," + b64encode(PNG).decode(), "https://x.example/a.png"]
    assert [one.column for one in job.problems.all()] == ["image"]


def test_subset_and_split_are_found_as_the_card_says(hub: Any, dataset: Any) -> None:
    card = """---
configs:
- config_name: small
  data_files:
  - {split: held_out, path: 'parts/**/h-*.jsonl'}
  - {split: train, path: [other.csv]}
---
"""
    hub.put(
        NAME,
        {
            "README.md": card,
            "parts/a/h-1.jsonl": '{"text": "One"}\nno json\n',
            "parts/b/h-2.jsonl": '{"text": "Two"}\n',
            "parts/b/x-2.jsonl": '{"text": "Not"}\n',
            "other.csv": "text,more\nThree,1\n,2\n",
        },
    )
    job = bring_in(dataset, subset="small", split="held_out")
    assert records() == [("held_out_0", {"prompt": "One"}), ("held_out_2", {"prompt": "Two"})]
    assert [(one.line, bytes(one.row)) for one in job.problems.all()] == [(2, b"no json")]
    job = bring_in(dataset, subset="small", split="train")
    assert records()[-1] == ("train_0", {"prompt": "Three"})
    assert job.problems.get().line == 2


def test_what_the_hub_made_of_other_files_serves_in_their_place(hub: Any, dataset: Any) -> None:
    hub.put(NAME, {"data/train.tar": b"?"})
    hub.put(NAME, {"plain/train/0000.parquet": parquet([{"text": "One"}])}, branch="refs/convert/parquet")
    assert bring_in(dataset, subset="plain").state == State.FINISHED
    assert records() == [("train_0", {"prompt": "One"})]


def test_several_files_are_one_table_and_a_worker_goes_on_where_another_died(
    hub: Any, dataset: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(hub_importing, "CHUNK", 3)
    files = {
        f"data/train-0000{part}-of-00002.parquet": parquet(
            [{"text": f"{part}.{n}"} for n in range(5)], row_group_size=2
        )
        for part in range(2)
    }
    hub.put(NAME, files)
    job, take, written = ask(dataset), importing._take, []

    def dies_after_two(job: Job, chunk: Any) -> bool:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(chunk.rows)
        return take(job, chunk)

    with monkeypatch.context() as patch:
        patch.setattr(importing, "_take", dies_after_two)
        with pytest.raises(KeyboardInterrupt):
            run(job)
    Job.objects.filter(pk=job.pk).update(leased_until="2020-01-01T00:00Z")
    hub.put(NAME, {name: parquet([{"text": "changed meanwhile"}]) for name in files})
    run(job)
    assert (job.state, job.done, job.total, job.counts["created"]) == (State.FINISHED, 10, 10, 10)
    wanted = [f"{part}.{n}" for part in range(2) for n in range(5)]
    assert records() == [(f"train_{n}", {"prompt": text}) for n, text in enumerate(wanted)]


def test_a_canceled_import_keeps_what_came_in(hub: Any, dataset: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(hub_importing, "CHUNK", 2)
    hub.put(NAME, {TRAIN: parquet([{"text": str(n)} for n in range(9)])})
    job, take = ask(dataset), importing._take

    def cancel_then_take(job: Job, chunk: Any) -> bool:
        if job.done == 4:
            cancel_job(job)
        return take(job, chunk)

    monkeypatch.setattr(importing, "_take", cancel_then_take)
    run(job)
    assert (job.state, Record.objects.count()) == (State.CANCELED, 4)
    assert job.detail == "Canceled after 4 of 9 rows. What came in stays."


def test_targets_that_the_dataset_does_not_have_are_passed_over(hub: Any, dataset: Any) -> None:
    hub.put(NAME, {TRAIN: parquet([{"text": "One"}])})
    job = bring_in(
        dataset, fields=[("text", "prompt"), ("absent", "nowhere")], suggestions=[("text", "none")]
    )
    assert (job.state, job.counts["created"]) == (State.FINISHED, 1)


def test_a_draft_takes_no_records(cast: Any) -> None:
    draft = make.dataset(cast.workspace, published=False)
    with pytest.raises(Invalid, match="is a draft"):
        ask(draft)


@pytest.mark.parametrize(
    "name", ["", "..", "a/b/c", "/etc/passwd", "https://x.example/y", "a b", "../a", "json\n"]
)
def test_a_name_that_no_data_set_can_have_is_refused(dataset: Any, name: str) -> None:
    with pytest.raises(Invalid, match="as it stands on the Hub"):
        ask(dataset, name=name)
    assert not Job.objects.exists()
