"""The stand-in for all tests of this folder, and what they put on it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feedback.actions.hub import start_hub_export, start_hub_import
from feedback.actions.hub_exporting import run_hub_export
from feedback.actions.hub_importing import run_hub_import
from feedback.models import Dataset, Job
from tests import make
from tests.cast import Cast
from tests.stand_in_hub import TOKEN, hub

__all__ = ["hub"]

NAME = "ana/wells"


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace)


def parquet(rows: Iterable[Mapping[str, Any]], features: Any = None, **given: Any) -> bytes:
    """A Parquet file; with `features` as the Hub's own library writes them."""
    table = pa.Table.from_pylist([dict(row) for row in rows])
    if features is not None:
        import json

        said = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": said})
    out = io.BytesIO()
    pq.write_table(table, out, **given)
    return out.getvalue()


def ask(dataset: Dataset, **given: Any) -> Job:
    """An import that waits; by default of the texts into prompts."""
    place = {"name": NAME, "subset": "default", "split": "train", "fields": [("text", "prompt")], "by": None}
    return start_hub_import(dataset, **(place | given))


def run(job: Job) -> Job:
    """Do it, as a worker does."""
    work = run_hub_import if job.brings_in else run_hub_export
    work(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def bring_in(dataset: Dataset, **given: Any) -> Job:
    return run(ask(dataset, **given))


def push(dataset: Dataset, **given: Any) -> Job:
    return run(start_hub_export(dataset, **({"name": NAME, "token": TOKEN, "by": None} | given)))
