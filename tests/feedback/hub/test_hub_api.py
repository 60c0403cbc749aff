"""The two routes of the contract (sections 3.4 and 10): a job at once, and what is wrong with a body."""

from __future__ import annotations

from typing import Any

import pytest

from feedback.models import Job, Record
from tests import make
from tests.feedback.hub.conftest import NAME, parquet
from tests.stand_in_hub import TOKEN

ROWS = {"data/train-00000-of-00001.parquet": parquet([{"text": "One", "stars": 2}])}
IMPORT = {
    "name": NAME,
    "subset": "default",
    "split": "train",
    "mapping": {
        "fields": [{"source": "text", "target": "prompt"}],
        "metadata": None,
        "suggestions": [{"source": "stars", "target": "quality"}],
        "external_id": None,
    },
}
EXPORT = {"name": NAME, "token": TOKEN}


def test_an_import_is_a_job(
    hub: Any, cast: Any, dataset: Any, django_capture_on_commit_callbacks: Any
) -> None:
    hub.put(NAME, ROWS)
    with django_capture_on_commit_callbacks(execute=True):
        answer = cast.api(cast.max).post(f"/datasets/{dataset.pk}/import", IMPORT)
    assert answer.status_code == 202, answer.content
    assert (answer.json()["status"], answer.json()["kind"]) == ("queued", "hub_import")
    job = cast.api(cast.max).get(f"/jobs/{answer.json()['id']}").json()
    assert (job["status"], job["done"], job["filename"]) == ("finished", 1, "ana/wells (default, train)")
    assert Record.objects.get().fields == {"prompt": "One"}


def test_a_push_is_a_job(hub: Any, cast: Any, dataset: Any, django_capture_on_commit_callbacks: Any) -> None:
    make.record(dataset)
    with django_capture_on_commit_callbacks(execute=True):
        answer = cast.api(cast.max).post(f"/datasets/{dataset.pk}/export", EXPORT)
    assert answer.status_code == 202, answer.content
    job = cast.api(cast.max).get(f"/jobs/{answer.json()['id']}").json()
    assert (job["status"], job["kind"], job["counts"]["rows"]) == ("finished", "hub_export", 1)
    assert job["counts"]["address"] == f"{hub.url}/datasets/{NAME}"


@pytest.mark.parametrize(
    ("route", "body", "place"),
    [
        ("import", IMPORT | {"mapping": {"fields": []}}, ["body", "mapping", "fields"]),
        ("import", IMPORT | {"mapping": {}}, ["body", "mapping", "fields"]),
        ("import", {"name": NAME, "split": "train", "mapping": IMPORT["mapping"]}, ["body", "subset"]),
        (
            "import",
            IMPORT | {"mapping": {"fields": [{"source": "a"}]}},
            ["body", "mapping", "fields", 0, "target"],
        ),
        ("import", IMPORT | {"name": "a\0b"}, ["body"]),
        ("export", {"name": NAME}, ["body", "token"]),
        ("export", EXPORT | {"name": ""}, ["body", "name"]),
        ("export", EXPORT | {"token": ""}, ["body", "token"]),
        ("export", EXPORT | {"split": ""}, ["body", "split"]),
        ("export", EXPORT | {"private": "perhaps"}, ["body", "private"]),
    ],
)
def test_a_body_of_another_shape_is_refused(
    cast: Any, dataset: Any, route: str, body: Any, place: list[Any]
) -> None:
    make.record(dataset)
    answer = cast.api(cast.max).post(f"/datasets/{dataset.pk}/{route}", body)
    assert answer.status_code == 422
    assert place in [one["loc"] for one in answer.json()["detail"]["params"]["errors"]]
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("route", "body", "sentence"),
    [("import", IMPORT, "is a draft"), ("export", EXPORT, "has no records")],
)
def test_a_dataset_that_is_not_ready_is_refused(cast: Any, route: str, body: Any, sentence: str) -> None:
    draft = make.dataset(cast.workspace, published=False)
    answer = cast.api(cast.max).post(f"/datasets/{draft.pk}/{route}", body)
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]
    assert not Job.objects.exists()


def test_a_job_that_nobody_took_up_is_offered_again(
    hub: Any, cast: Any, dataset: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from feedback.actions.jobs import sweep_jobs

    hub.put(NAME, ROWS)
    started = cast.api(cast.max).post(f"/datasets/{dataset.pk}/import", IMPORT)
    Job.objects.update(updated_at="2020-01-01T00:00Z")
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_jobs() == 1
    assert Job.objects.get(pk=started.json()["id"]).state == "finished"
