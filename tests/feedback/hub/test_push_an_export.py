"""The files of an export, pushed to the Hub: all at once, and loaded from there as they are here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import Invalid
from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.hub import start_hub_folder
from feedback.actions.hub_folder import run_hub_folder
from feedback.models import Dataset, Job
from feedback.models.jobs import SEALED, State
from tests import make
from tests.cast import Cast
from tests.feedback.hub.conftest import NAME
from tests.stand_in_hub import TOKEN


@pytest.fixture
def answered(cast: Cast, dataset: Dataset) -> Dataset:
    for record in make.records(dataset, 5):
        make.response(record, cast.ben)
    return dataset


def exported(dataset: Dataset, **asked: Any) -> Job:
    job = start_export(dataset, format="preference", by=None, **asked)
    run_export(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def pushed(export: Job, **given: Any) -> Job:
    job = start_hub_folder(export, **({"name": NAME, "token": TOKEN, "by": None} | given))
    run_hub_folder(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def test_all_files_are_there_as_they_are_here(hub: Any, answered: Dataset) -> None:
    export = exported(answered, splits={"train": 0.5, "test": 0.5, "seed": 1})
    job = pushed(export)
    assert job.detail == "10 rows are on the Hub: ana/wells."
    assert (job.state, job.done, job.total) == (State.FINISHED, len(export.files), len(export.files))
    found = hub.files(NAME)
    storage = export.result.storage
    for one in export.files:
        with storage.open(one["path"], "rb") as file:
            assert found[one["name"]] == file.read()
    assert SEALED not in job.options
    assert job.counts["address"].endswith(NAME)


def test_another_push_takes_away_what_it_does_not_have(hub: Any, answered: Dataset) -> None:
    pushed(exported(answered, splits={"train": 0.5, "test": 0.5, "seed": 1}))
    pushed(exported(answered, file_type="parquet"))
    data = {name for name in hub.files(NAME) if name.endswith((".jsonl", ".parquet"))}
    assert data == {"data/train-00000-of-00001.parquet", "trace.jsonl"}
    origin = hub.files(NAME)["trace.jsonl"].splitlines()
    assert {json.loads(line)["split"] for line in origin} == {"train"}


def test_an_export_without_files_is_not_pushed(hub: Any, dataset: Dataset) -> None:
    make.record(dataset)
    with pytest.raises(Invalid, match="made no files"):
        pushed(exported(dataset))


def test_a_wrong_token_is_told(hub: Any, answered: Dataset) -> None:
    job = pushed(exported(answered), token="hf_wrong")
    assert job.state == State.FAILED
    assert job.detail.endswith(".")
    assert not Job.objects.filter(options__has_key=SEALED).exists()
