"""Bringing a file in, step by step, and taking one out."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from feedback.actions.uploads import forget_uploads
from feedback.models import Dataset, Job, Record
from tests import make
from tests.cast import Cast

TWINS = [{"id": "a", "text": "Same"}, {"id": "b", "text": "Same"}]
ROWS: list[dict[str, Any]] = [
    {"id": "r1", "prompt": "What is a well?", "responses": ["A hole.", "Water."], "lang": "en"},
    {"id": "r2", "prompt": "And a lake?", "responses": TWINS, "lang": "de"},
]


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def file(rows: Any = None, name: str = "rows.jsonl") -> SimpleUploadedFile:
    content = rows if isinstance(rows, bytes) else "\n".join(map(json.dumps, rows or ROWS)).encode()
    return SimpleUploadedFile(name, content)


def upload(cast: Cast, dataset: Dataset, sent: SimpleUploadedFile | None = None) -> Any:
    return cast.pages(cast.max).post(f"/acme/datasets/{dataset.pk}/import", {"file": sent or file()})


def chosen(**targets: str) -> dict[str, str]:
    pairs = list(enumerate(targets.items()))
    return {f"column.{n}": c for n, (c, _) in pairs} | {f"to.{n}": t for n, (_, t) in pairs}


GUESSED = {
    "id": "external_id",
    "prompt": "fields.prompt",
    "responses": "fields.answers",
    "lang": "metadata.lang",
}


def test_an_upload_shows_what_would_become_of_it(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    page = text(cast.pages(cast.max).get(upload(cast, dataset).url))
    assert '<option value="fields.answers" selected dir="auto">' in page
    assert "What is a well?" in page
    assert "2 answers" in page
    assert "Import 2 rows" in page
    assert "1 of the first 2 rows holds the same answer twice." in page
    assert "Kept as metadata: <bdi>lang</bdi>" in page
    assert not Record.objects.exists()


def test_starting_takes_the_rows_in(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    dataset = make.dataset(cast.workspace)
    path = upload(cast, dataset).url
    with django_capture_on_commit_callbacks(execute=True):
        response = cast.pages(cast.max).post(path, chosen(**GUESSED))
    job = Job.objects.get()
    assert response.url == f"/acme/jobs/{job.pk}/"
    assert (job.state, job.done, job.problems_count) == ("finished", 2, 0)
    assert set(Record.objects.values_list("external_id", flat=True)) == {"r1", "r2"}
    assert cast.pages(cast.max).get(path).url == f"/acme/jobs/{job.pk}/"
    assert cast.pages(cast.max).post(path, chosen(**GUESSED)).url == f"/acme/jobs/{job.pk}/"


def test_looking_again_changes_nothing(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    path = upload(cast, dataset).url
    response = cast.pages(cast.max).post(path, chosen(**GUESSED | {"lang": "skip"}) | {"look": "1"})
    assert response.status_code == 200
    assert "Left out: <bdi>lang</bdi>" in text(response)
    assert Job.objects.get().state == "uploaded"


def test_htmx_gets_the_form_alone(cast: Cast) -> None:
    path = upload(cast, make.dataset(cast.workspace)).url
    response = cast.pages(cast.max).post(
        path, chosen(**GUESSED) | {"look": "1"}, headers={"HX-Request": "true"}
    )
    assert text(response).startswith("<form")


def test_a_mapping_that_does_not_fit_is_said_beside_the_column(cast: Cast) -> None:
    path = upload(cast, make.dataset(cast.workspace)).url
    response = cast.pages(cast.max).post(path, chosen(**GUESSED | {"lang": "fields.prompt"}))
    assert response.status_code == 422
    assert "Several columns go to fields.prompt" in text(response)
    response = cast.pages(cast.max).post(path, chosen(**GUESSED | {"prompt": "skip"}))
    assert response.status_code == 422
    assert "is required. Choose the column that fills it." in text(response)
    assert Job.objects.get().state == "uploaded"


def test_rows_that_will_not_fit_are_told_before(cast: Cast) -> None:
    rows = [*ROWS, {"id": "r3", "prompt": 3, "responses": ["x", "y"]}]
    page = text(cast.pages(cast.max).get(upload(cast, make.dataset(cast.workspace), file(rows)).url))
    assert "1 of the first 3 rows will not come in." in page
    assert "This field holds text." in page


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (file(b"\x1f\x8b\x08\x00" * 9, "rows.jsonl"), "ends too early, or is damaged"),
        (file(b"not json\n"), "no row that can be read"),
        (file(b"\n"), "empty"),
        (SimpleUploadedFile("rows.jsonl", b""), "This file is empty."),
    ],
)
def test_what_is_no_such_file_is_refused(cast: Cast, sent: SimpleUploadedFile, sentence: str) -> None:
    sent.seek(0)
    response = upload(cast, make.dataset(cast.workspace), sent)
    assert response.status_code == 422
    assert sentence in text(response)
    assert not Job.objects.exists()


def test_a_draft_takes_no_file(cast: Cast) -> None:
    draft = make.dataset(cast.workspace, published=False)
    assert "Publish it" in text(cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/files"))
    response = upload(cast, draft)
    assert response.status_code == 422
    assert not Job.objects.exists()


def test_an_upload_stays_within_its_organization(cast: Cast) -> None:
    path = upload(cast, make.dataset(cast.workspace)).url
    assert cast.pages(cast.cleo).get(path).status_code == 404
    assert cast.pages(cast.cleo).get(path.replace("/acme/", "/rival/")).status_code == 404
    assert cast.pages(cast.ben).get(path).status_code == 403


def test_a_canceled_upload_ends(cast: Cast) -> None:
    path = upload(cast, make.dataset(cast.workspace)).url
    job = Job.objects.get()
    cast.pages(cast.max).post(f"/acme/jobs/{job.pk}/cancel")
    assert Job.objects.get().state == "canceled"
    assert cast.pages(cast.max).post(path, chosen(**GUESSED)).url == f"/acme/jobs/{job.pk}/"
    assert not Record.objects.exists()


def test_uploads_that_nobody_starts_are_forgotten(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    dataset = make.dataset(cast.workspace)
    upload(cast, dataset)
    old = Job.objects.get()
    Job.objects.update(updated_at=now() - timedelta(days=2))
    upload(cast, dataset)
    assert old.source.storage.exists(old.source.name)
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_uploads() == 1
    assert not old.source.storage.exists(old.source.name)
    left = Job.objects.get()
    assert left.source.storage.exists(left.source.name)
