"""Bringing records in by a file, taking them out as one, and following both."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from core.workers import Workers
from feedback.models import Dataset, Job
from feedback.reports import waiting
from tests import make
from tests.cast import Cast

ROWS = [
    b'{"prompt": "What is a well?", "external_id": "a"}',
    b'{"prompt": 3}',
    b'{"prompt": "Was ist ein Brunnen? \\ud83d\\udd73", "source": "web"}',
    b'{"prompt": ',
]


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace)


def upload(cast: Cast, dataset: Dataset, rows: list[bytes], **texts: str) -> Any:
    file = SimpleUploadedFile("rows.jsonl", b"\n".join(rows) + b"\n")
    path = f"/datasets/{dataset.pk}/imports"
    return cast.api(cast.max).post(path, {"file": file, **texts}, content_type=MULTIPART_CONTENT)


def read(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_an_import_takes_good_rows_in_and_hands_bad_ones_back(
    cast: Cast, dataset: Dataset, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        started = upload(cast, dataset, ROWS)
    assert started.status_code == 202, started.content
    max_ = cast.api(cast.max)
    job = max_.get(f"/jobs/{started.json()['id']}").json()
    assert (job["status"], job["state"], job["kind"]) == ("finished", "finished", "import")
    assert (job["done"], job["total"], job["errors"], job["counts"]["created"]) == (4, 4, 2, 2)
    assert job["detail"].endswith(".")
    path = f"/jobs/{job['id']}/errors"
    assert read(max_.get(path)) == ROWS[1] + b"\n" + ROWS[3] + b"\n"
    report = max_.get(f"{path}?format=report").json()
    assert report["total"] == 2
    assert [one["line"] for one in report["items"]] == [2, 4]
    assert report["items"][0].keys() == {"file", "line", "column", "reason"}
    assert max_.get(path, headers={"accept": "application/json"}).json() == report
    assert max_.get(f"{path}?format=report&offset=1&limit=1").json()["items"] == report["items"][1:]
    assert max_.get(f"/datasets/{dataset.pk}/jobs").json() == {"items": [job], "total": 1}
    records = max_.get(f"/datasets/{dataset.pk}/records").json()["items"]
    assert [one["external_id"] for one in records] == ["a", None]
    assert records[1]["metadata"] == {"source": "web"}


def test_a_mapping_says_what_columns_become(
    cast: Cast, dataset: Dataset, django_capture_on_commit_callbacks: Any
) -> None:
    mapping = json.dumps({"question": "fields.prompt", "source": "skip"})
    with django_capture_on_commit_callbacks(execute=True):
        started = upload(
            cast, dataset, [b'{"question": "Why?", "source": "web"}'], mapping=mapping, format="jsonl"
        )
    assert started.status_code == 202, started.content
    [record] = cast.api(cast.max).get(f"/datasets/{dataset.pk}/records").json()["items"]
    assert record["fields"] == {"prompt": "Why?"}
    assert not record["metadata"]


@pytest.mark.parametrize(
    "texts",
    [{"mapping": "{"}, {"mapping": "[]"}, {"mapping": '{"a": 1}'}, {"mapping": '{"prompt": "nowhere"}'},
     {"mapping": '{"prompt": "fields.other"}'}, {"mapping": '{"a\\u0000": "skip"}'}, {"format": "unheard-of"}],
    ids=repr,
)  # fmt: skip
def test_a_mapping_that_does_not_work_is_refused(cast: Cast, dataset: Dataset, texts: dict[str, str]) -> None:
    assert upload(cast, dataset, ROWS, **texts).status_code == 422
    assert not Job.objects.exists()


def test_without_a_file_there_is_no_import(cast: Cast, dataset: Dataset) -> None:
    path, max_ = f"/datasets/{dataset.pk}/imports", cast.api(cast.max)
    assert max_.post(path, {"file": "rows"}).status_code == 422
    assert max_.post(path, {"mapping": "{}"}, content_type=MULTIPART_CONTENT).status_code == 422
    assert max_.post(path, b"nonsense", content_type="multipart/form-data").status_code == 422
    draft = make.dataset(cast.workspace, published=False)
    assert upload(cast, draft, ROWS).status_code == 422


def test_an_export_is_made_and_downloaded(
    cast: Cast, dataset: Dataset, django_capture_on_commit_callbacks: Any
) -> None:
    make.response(make.record(dataset), cast.ben)
    max_, path = cast.api(cast.max), f"/datasets/{dataset.pk}/exports"
    with django_capture_on_commit_callbacks(execute=True):
        started = max_.post(path, {"format": "records", "options": {}})
    assert started.status_code == 202, started.content
    job = max_.get(f"/jobs/{started.json()['id']}").json()
    assert (job["status"], job["kind"], job["errors"]) == ("finished", "export", 0)
    file = max_.get(f"/jobs/{job['id']}/file", headers={"accept": "text/html"})
    assert "attachment" in file.headers["content-disposition"]
    [row] = [json.loads(line) for line in read(file).splitlines()]
    assert "Prompt 1" in json.dumps(row)
    assert max_.post(f"/jobs/{job['id']}/cancel").json() == job


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"format": "unheard-of"},
        {"format": "records", "options": {"x": 1}},
        {"format": "records", "options": []},
    ],
)
def test_an_export_that_cannot_be_is_refused(cast: Cast, dataset: Dataset, sent: dict[str, Any]) -> None:
    assert cast.api(cast.max).post(f"/datasets/{dataset.pk}/exports", sent).status_code == 422


def test_a_job_waits_in_words_and_can_be_canceled(
    cast: Cast, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = upload(cast, dataset, ROWS).json()
    max_, path = cast.api(cast.max), f"/jobs/{job['id']}"
    assert (job["status"], job["state"], job["detail"]) == ("queued", "waiting", "")
    assert (job["waits_because"], job["jobs_before"]) == ("its_turn", 0)
    second = upload(cast, dataset, ROWS).json()
    assert (second["waits_because"], second["jobs_before"]) == ("jobs_before", 1)
    max_.post(f"/jobs/{second['id']}/cancel")
    monkeypatch.setattr(waiting, "workers", lambda: Workers.NONE)
    waits = max_.get(path).json()
    assert (waits["waits_because"], waits["jobs_before"]) == ("no_worker", None)
    assert "no worker" in waits["detail"]
    monkeypatch.setattr(waiting, "workers", lambda: Workers.UNKNOWN)
    assert max_.get(path).json()["waits_because"] == "broker_away"
    assert max_.get(f"{path}/file").status_code == 404
    canceled = max_.post(f"{path}/cancel").json()
    assert (canceled["status"], canceled["state"]) == ("canceled", "canceled")
    assert read(max_.get(f"{path}/errors")) == b""


def test_a_job_that_is_not_there_is_404_before_anything_else(cast: Cast) -> None:
    for unknown in (uuid4(), "rq:job:7", "x"):
        reply = cast.api(cast.ben).get(f"/jobs/{unknown}")
        assert (reply.status_code, type(reply.json()["detail"])) == (404, str)


def test_managers_elsewhere_learn_how_a_job_goes_and_nothing_of_what_it_does(
    cast: Cast, dataset: Dataset
) -> None:
    job = upload(cast, dataset, ROWS).json()
    gus, path = cast.api(cast.gus), f"/jobs/{job['id']}"
    assert gus.get(path).json() == {"id": job["id"], "status": "queued"}
    assert gus.get(f"{path}/errors").status_code == 404
    assert gus.post(f"{path}/cancel").status_code == 404
    assert cast.api(cast.ben).get(path).status_code == 403


def test_all_jobs_are_listed_page_by_page_and_narrowed(cast: Cast, dataset: Dataset) -> None:
    first, second = (upload(cast, dataset, ROWS).json()["id"] for _ in range(2))
    export = cast.api(cast.ana).post(f"/datasets/{dataset.pk}/exports", {"format": "records"}).json()["id"]
    max_ = cast.api(cast.max)

    def listed(query: str) -> list[str]:
        return [one["id"] for one in max_.get(f"/jobs?{query}").json()["items"]]

    page = max_.get("/jobs?limit=2").json()
    assert ([one["id"] for one in page["items"]], page["next"]) == ([export, second], second)
    rest = max_.get(f"/jobs?limit=2&before={second}").json()
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([first], None)
    assert listed("kind=export") == [export]
    assert listed("mine=true") == [second, first]
    assert listed("state=finished") == []
    assert listed(f"dataset_id={dataset.pk}&kind=import") == [second, first]
    assert listed(f"dataset_id={uuid4()}") == []
    assert cast.api(cast.gus).get("/jobs").json() == {"items": [], "next": None}
    assert cast.api(cast.ben).get("/jobs").status_code == 403
    assert max_.get("/jobs?state=unheard-of").status_code == 422


def test_a_canceled_job_is_tried_again_by_a_program(
    cast: Cast, dataset: Dataset, django_capture_on_commit_callbacks: Any
) -> None:
    job = upload(cast, dataset, ROWS).json()
    max_, path = cast.api(cast.max), f"/jobs/{job['id']}"
    assert max_.post(f"{path}/retry").status_code == 409
    canceled = max_.post(f"{path}/cancel").json()
    assert canceled["can_be_retried"]
    assert canceled["kept_until"]
    with django_capture_on_commit_callbacks(execute=True):
        again = max_.post(f"{path}/retry").json()
    assert (again["state"], again["kept_until"]) == ("waiting", None)
    done = max_.get(path).json()
    assert (done["state"], done["done"], done["counts"]["created"]) == ("finished", 4, 2)
    assert not done["can_be_retried"]
