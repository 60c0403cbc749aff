"""Exports by a program: a look, files by name, one zip, snapshots."""

import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from feedback.models import Dataset, Job, Snapshot
from tests import make
from tests.cast import Cast


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    dataset = make.dataset(cast.workspace)
    for record in make.records(dataset, 6):
        make.response(record, cast.ben)
    return dataset


@pytest.fixture
def start(cast: Cast, dataset: Dataset, django_capture_on_commit_callbacks: Any) -> Any:
    def started(path: str = "", **sent: Any) -> dict[str, Any]:
        with django_capture_on_commit_callbacks(execute=True):
            reply = cast.api(cast.max).post(path or f"/datasets/{dataset.pk}/exports", **sent)
        assert reply.status_code == 202, reply.content
        job: dict[str, Any] = cast.api(cast.max).get(f"/jobs/{reply.json()['id']}").json()
        return job

    return started


def read(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_the_files_of_an_export_are_listed_and_downloaded(cast: Cast, start: Any) -> None:
    job = start(data={"format": "preference", "file_type": "parquet", "splits": {"train": 0.5, "test": 0.5}})
    max_ = cast.api(cast.max)
    files = max_.get(f"/jobs/{job['id']}/files").json()["items"]
    names = [one["name"] for one in files]
    assert names[:2] == ["data/train-00000-of-00001.parquet", "data/test-00000-of-00001.parquet"]
    assert set(names[2:]) == {"README.md", "provenance.json", "trace.jsonl"}
    assert sum(one["rows"] or 0 for one in files) == job["counts"]["rows"] == 12
    for one in files:
        assert len(read(max_.get(f"/jobs/{job['id']}/files/{one['name']}"))) == one["bytes"]
    whole = read(max_.get(f"/jobs/{job['id']}/file"))
    assert sorted(zipfile.ZipFile(io.BytesIO(whole)).namelist()) == sorted(names)
    assert read(max_.get(f"/jobs/{job['id']}/zip")) == whole
    assert max_.get(f"/jobs/{job['id']}/files/data/other.parquet").status_code == 404


def test_a_look_starts_nothing(cast: Cast, dataset: Dataset) -> None:
    sent = {"format": "preference", "filters": {"people": ["ben"], "status": "completed"}}
    look = cast.api(cast.max).post(f"/datasets/{dataset.pk}/exports/preview", sent).json()
    assert (look["records"], look["estimated_rows"], len(look["rows"])) == (6, 12, 5)
    assert look["columns"][:3] == ["prompt", "chosen", "rejected"]
    assert look["problems"] == []
    assert not Job.objects.exists()


def test_prompts_of_a_file_that_is_sent_along_are_kept_apart(start: Any) -> None:
    file = SimpleUploadedFile("eval.csv", b"prompt,answer\nPrompt 1,x\nPROMPT  2,y\n")
    wanted = json.dumps({"format": "records", "against": {"words": 0}})
    job = start(data={"export": wanted, "against": file}, content_type=MULTIPART_CONTENT)
    assert job["counts"]["left_out"] == {"records_whose_prompt_is_in_the_other_file": 2}


@pytest.mark.parametrize(
    "sent",
    [
        {"format": "records", "filters": {"people": ["nobody"]}},
        {"format": "records", "filters": {"metadata": {"absent": [1]}}},
        {"format": "records", "splits": {"train": 0.5}},
        {"format": "records", "against": {"words": 13}},
        {"format": "records", "against": {"job": str(uuid4())}},
        {"format": "records", "weights": {"ben": "x"}},
        {"format": "records", "file_type": "xml"},
        {"format": "records", "license": "Not a license"},
    ],
    ids=repr,
)
def test_what_cannot_be_meant_is_refused(cast: Cast, dataset: Dataset, sent: dict[str, Any]) -> None:
    for path in ("exports", "exports/preview"):
        reply = cast.api(cast.max).post(f"/datasets/{dataset.pk}/{path}", sent)
        if path == "exports" or "against" not in sent:
            assert reply.status_code in (404, 422), reply.content
    assert not Job.objects.exists()


def test_a_snapshot_is_kept_made_again_and_deleted(cast: Cast, dataset: Dataset, start: Any) -> None:
    job = start(data={"format": "preference", "name": "v1"})
    max_, path = cast.api(cast.max), f"/datasets/{dataset.pk}/snapshots"
    [kept] = max_.get(path).json()["items"]
    assert (kept["name"], kept["rows"], kept["is_frozen"], kept["job_id"]) == ("v1", 12, True, job["id"])
    again = start(f"/snapshots/{kept['id']}/exports")
    assert again["detail"].endswith("byte for byte.")
    assert (
        max_.post(f"/datasets/{dataset.pk}/exports", {"format": "records", "name": "v1"}).status_code == 409
    )
    assert max_.delete(f"/snapshots/{kept['id']}").status_code == 204
    assert not Snapshot.objects.exists()
    assert len(max_.get(f"/jobs/{job['id']}/files").json()["items"]) == 4
