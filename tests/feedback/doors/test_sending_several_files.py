"""Several files, or a folder of the organization's, come in through the page and through the API alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from feedback.models import Job, Record
from tests import make
from tests.cast import Cast
from tests.feedback.jobs.filling import lines, row

CSV = b'id,prompt\nc-1,"One, and two"\n'


@pytest.fixture
def dataset(cast: Cast) -> Any:
    return make.dataset(cast.workspace, name="Replies")


@pytest.fixture
def folder(tmp_path: Path, settings: Any, cast: Cast) -> Path:
    settings.IMPORT_FOLDER = str(tmp_path)
    own = tmp_path / cast.acme.slug / "new"
    own.mkdir(parents=True)
    (own / "a.jsonl").write_bytes(lines(row(1)))
    (own / "b.csv").write_bytes(CSV)
    return own


def sent() -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile("a.jsonl", lines(row(1))), SimpleUploadedFile("b.csv", CSV)]


def came(dataset: Any) -> list[str]:
    return list(
        Record.objects.filter(dataset=dataset).order_by("position").values_list("external_id", flat=True)
    )


def through_the_page(cast: Cast, dataset: Any, path: str, data: dict[str, Any]) -> None:
    browser = cast.pages(cast.max)
    page = browser.post(f"/{cast.acme.slug}/datasets/{dataset.pk}/{path}", data)
    assert page.status_code == 302, page.content.decode()
    job = Job.objects.get()
    looked = browser.get(page["Location"]).content.decode()
    assert "UTF-8, commas between cells" in looked
    mapping = dict(job.options["mapping"])
    fields = {f"column.{n}": name for n, name in enumerate(mapping)}
    fields |= {f"to.{n}": target for n, target in enumerate(mapping.values())}
    assert browser.post(page["Location"], fields).status_code == 302


@pytest.mark.parametrize("door", ["page", "api"])
def test_several_files_are_one_import(
    cast: Cast, dataset: Any, door: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        if door == "page":
            through_the_page(cast, dataset, "import", {"file": sent()})
        else:
            body = {"file": sent(), "mapping": json.dumps({"id": "external_id"})}
            path = f"/datasets/{dataset.pk}/imports"
            assert cast.api(cast.max).post(path, body, content_type=MULTIPART_CONTENT).status_code == 202
    assert came(dataset) == ["row-1", "c-1"]


@pytest.mark.parametrize("door", ["page", "api"])
def test_a_folder_is_one_import(
    cast: Cast, dataset: Any, door: str, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        if door == "page":
            through_the_page(cast, dataset, "import/folder", {"below-folder": "new"})
        else:
            body = {"prefix": "new", "mapping": json.dumps({"id": "external_id"})}
            path = f"/datasets/{dataset.pk}/imports"
            assert cast.api(cast.max).post(path, body, content_type=MULTIPART_CONTENT).status_code == 202
    assert came(dataset) == ["row-1", "c-1"]


def test_a_folder_that_is_not_there_is_said_where_it_was_written(
    cast: Cast, dataset: Any, folder: Path
) -> None:
    page = cast.pages(cast.max).post(
        f"/{cast.acme.slug}/datasets/{dataset.pk}/import/folder", {"below-folder": "old"}
    )
    assert page.status_code == 422
    assert "There are no files below old." in page.content.decode()
    answer = cast.api(cast.max).post(
        f"/datasets/{dataset.pk}/imports", {"prefix": "old"}, content_type=MULTIPART_CONTENT
    )
    assert answer.status_code == 404
