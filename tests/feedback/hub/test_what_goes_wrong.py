"""What can go wrong on the way to the Hub: each time a sentence on the job says what, and what to do."""

from __future__ import annotations

import builtins
import errno
from typing import Any

import pytest

from feedback.hub import shards
from feedback.models import Record
from feedback.models.jobs import State
from tests import make
from tests.feedback.hub.conftest import NAME, ask, bring_in, parquet, push, run
from tests.stand_in_hub import TOKEN

ROWS = {"data/train-00000-of-00001.parquet": parquet([{"text": "One"}])}


def failed(job: Any, *parts: str) -> None:
    assert job.state == State.FAILED
    assert job.detail.endswith(".")
    assert not [part for part in parts if part not in job.detail], job.detail
    assert not [word for word in ("Traceback", "Error", "httpx", "127.0.0.1", TOKEN) if word in job.detail]


@pytest.mark.parametrize("door", [bring_in, push])
def test_no_network(hub: Any, settings: Any, dataset: Any, door: Any) -> None:
    make.record(dataset)
    settings.HUB_ENDPOINT = "http://127.0.0.1:9"
    failed(door(dataset), "cannot be reached", "Check the network")


def test_an_unknown_data_set(hub: Any, dataset: Any) -> None:
    failed(bring_in(dataset), NAME, "Check its name", "if it is private, give a token")
    failed(bring_in(dataset, token=TOKEN), NAME, "with this token")


def test_a_private_data_set_is_read_with_a_token(hub: Any, dataset: Any) -> None:
    hub.put(NAME, ROWS, private=True)
    failed(bring_in(dataset), "give a token")
    assert bring_in(dataset, token=TOKEN).state == State.FINISHED


def test_a_gated_data_set(hub: Any, dataset: Any) -> None:
    hub.put(NAME, ROWS, gated=True)
    failed(bring_in(dataset), "whom its authors have let in", "Ask for access")


def test_a_token_that_may_not_write(hub: Any, dataset: Any) -> None:
    make.record(dataset)
    hub.reads_only.add(TOKEN)
    failed(push(dataset), "does not accept this token for writing", "Make one that may write")
    failed(push(dataset, token="hf_wrong"), "does not accept this token for writing")


@pytest.mark.parametrize(("status", "sentence"), [(429, "Wait some minutes"), (500, "Try again later")])
def test_a_hub_that_is_not_well(hub: Any, dataset: Any, status: int, sentence: str) -> None:
    hub.put(NAME, ROWS)
    hub.fails["/revision/"] = [status] * 20
    failed(bring_in(dataset), sentence, str(status))


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({"subset": "other"}, "no subset 'other'. Choose one of: default."),
        ({"split": "test"}, "has no split 'test'. Choose one of: train."),
        ({"fields": [("prompt", "prompt")]}, "no column 'prompt'. It has: text."),
    ],
)
def test_a_place_that_is_not_there(hub: Any, dataset: Any, place: dict[str, Any], sentence: str) -> None:
    hub.put(NAME, ROWS)
    failed(bring_in(dataset, **place), sentence)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a.tar": b"?"}, "no files that can be read"),
        ({}, "no files that can be read"),
        ({"data/train.parquet": b"PAR1 and then nothing of the sort"}, "damaged"),
        ({"train.json": b'[{"text": "One"}]'}, "one long list"),
        ({"train.csv": b"text\n\xff\xfe\n"}, "damaged"),
    ],
)
def test_files_that_cannot_be_read(hub: Any, dataset: Any, files: dict[str, Any], sentence: str) -> None:
    hub.put(NAME, files)
    failed(bring_in(dataset), sentence)


@pytest.mark.parametrize(
    "place", ["/etc/passwd", "../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1/x.csv"]
)
def test_a_card_cannot_point_outside_its_repository(hub: Any, dataset: Any, place: str) -> None:
    card = f"---\nconfigs:\n- config_name: default\n  data_files: ['{place}']\n---\n"
    hub.put(NAME, {"README.md": card})
    failed(bring_in(dataset), "no files that can be read")
    assert not Record.objects.exists()
    assert not [path for _, path, _ in hub.asked if "x.csv" in path or "passwd" in path]


def test_a_failure_in_the_middle_keeps_what_came(hub: Any, dataset: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("feedback.actions.hub_importing.CHUNK", 1)
    two = {f"data/train-0000{n}-of-00002.parquet": parquet([{"text": str(n)}]) for n in range(2)}
    hub.put(NAME, two)
    hub.fails["resolve"] = []
    job = ask(dataset)
    hub.fails["00001-of"] = [403] * 20
    failed(run(job), "does not accept")
    assert Record.objects.count() <= 1
    hub.fails.clear()
    assert bring_in(dataset).state == State.FINISHED
    assert sorted(Record.objects.values_list("external_id", flat=True)) == ["train_0", "train_1"]


def test_a_full_disk(hub: Any, dataset: Any, monkeypatch: Any) -> None:
    make.record(dataset)

    def full(*given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shards.Spool, "add", full)
    failed(push(dataset), "disk of this installation is full")
    assert hub.files(NAME) == {}


@pytest.mark.parametrize("door", [bring_in, push])
def test_an_installation_without_the_library_says_what_to_install(
    hub: Any, dataset: Any, monkeypatch: Any, door: Any
) -> None:
    make.record(dataset)
    found = builtins.__import__

    def missing(name: str, *given: Any, **more: Any) -> Any:
        if name.split(".", maxsplit=1)[0] == "huggingface_hub":
            raise ModuleNotFoundError(name)
        return found(name, *given, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    failed(door(dataset), "installs requirements.txt")
