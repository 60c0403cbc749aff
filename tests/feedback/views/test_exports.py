"""The export dialog: what suits, a look at the first rows, files, snapshots."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from feedback.models import Dataset, Job, Snapshot
from tests import make
from tests.cast import Cast

PROMPTS = b"""{"prompt": "prompt  3\\n"}
{"prompt": [{"role": "user", "content": "Prompt 1"}]}
"""


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def read(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    """Four records, all answered by Ben, one by Max too."""
    dataset = make.dataset(cast.workspace, "Wells/lakes", min_submitted=2)
    records = make.records(dataset, 4)
    for record in records:
        make.response(record, cast.ben)
    make.response(records[0], cast.max)
    return dataset


@pytest.fixture
def started(cast: Cast, dataset: Dataset, django_capture_on_commit_callbacks: Any) -> Any:
    """Begins an export as the dialog does, and does it; the job's page."""

    def start(format: str, **sent: Any) -> Any:
        max_ = cast.pages(cast.max)
        with django_capture_on_commit_callbacks(execute=True):
            response = max_.post(f"/acme/datasets/{dataset.pk}/export/{format}", sent)
        assert response.status_code == 302, text(response)
        return max_.get(response.url)

    return start


def test_only_formats_that_suit_are_offered(cast: Cast) -> None:
    dataset = make.dataset(
        cast.workspace,
        fields={"prompt": {"type": "text"}},
        questions={"good": {"type": "rating", "options": [{"value": 1}, {"value": 2}]}},
    )
    page = text(cast.pages(cast.max).get(f"/acme/datasets/{dataset.pk}/export/"))
    assert "/export/records" in page
    assert "/export/preference" not in page
    assert "Not for this dataset" in page
    assert cast.pages(cast.max).post(f"/acme/datasets/{dataset.pk}/export/preference").status_code == 422


def test_an_export_with_options_runs(cast: Cast, started: Any) -> None:
    page = started(
        "preference",
        **{"preference-policy": "majority", "preference-threshold": "0.5", "preference-margin": "votes"},
    )
    job = Job.objects.get()
    assert (job.options["options"]["policy"], job.options["options"]["margin"]) == ("majority", "votes")
    assert "8 rows from 4 records." in text(page)
    assert "<dt>Several labelers</dt>" in text(page)
    max_ = cast.pages(cast.max)
    result = max_.get(f"/acme/jobs/{job.pk}/result")
    assert "Wells lakes preference train.jsonl" in result.headers["Content-Disposition"]
    rows = [json.loads(line) for line in read(result).splitlines()]
    assert {"prompt", "chosen", "rejected", "margin"} <= rows[0].keys()


def test_options_that_do_not_fit_come_back(cast: Cast, dataset: Dataset) -> None:
    path = f"/acme/datasets/{dataset.pk}/export/preference"
    response = cast.pages(cast.max).post(path, {"preference-threshold": "7"})
    assert response.status_code == 422
    assert "less than or equal to 1" in text(response)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"plan-train": "90", "plan-test": "20"}, "They must make 1"),
        ({"plan-people": "nobody-such"}, "Nobody here is called"),
        ({"plan-weights": "ben = many"}, "valid number"),
        ({"plan-language": "English"}, "pattern"),
        ({"metadata.absent": "x"}, "no metadata property"),
        ({"plan-against": "00000000-0000-4000-8000-000000000000"}, "not one of the available choices"),
        ({"plan-words": "13", "plan-file_type": "xlsx"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_meant_is_said_in_the_dialog(
    cast: Cast, dataset: Dataset, sent: dict[str, str], sentence: str
) -> None:
    response = cast.pages(cast.max).post(f"/acme/datasets/{dataset.pk}/export/records", sent)
    assert response.status_code == 422
    assert sentence in text(response)
    assert not Job.objects.exists()


def test_a_look_shows_rows_and_about_how_many_there_will_be(cast: Cast, dataset: Dataset) -> None:
    path = f"/acme/datasets/{dataset.pk}/export/preference"
    sent = {"look": "1", "plan-people": "ben", "status": "completed"}
    page = cast.pages(cast.max).post(path, sent)
    assert page.status_code == 200, text(page)
    assert "From 1 record come about 2 rows" in text(page)
    assert "Answer 2 to 1" in text(page)
    assert "Answer 2 to 2" not in text(page)
    alone = cast.pages(cast.max).post(path, sent, headers={"HX-Request": "true"})
    assert text(alone).startswith('<div class="stack" id="first-rows"')
    assert not Job.objects.exists()


def test_several_files_are_listed_and_come_as_a_zip(cast: Cast, started: Any) -> None:
    page = started(
        "records", **{"plan-file_type": "parquet", "plan-train": "50", "plan-test": "50", "plan-seed": "2"}
    )
    job, max_ = Job.objects.get(), cast.pages(cast.max)
    assert [one["rows"] for one in job.data_files] == [1, 3]
    for one in job.files:
        assert one["name"] in text(page)
        assert len(read(max_.get(f"/acme/jobs/{job.pk}/files/{one['name']}"))) == one["bytes"]
    for address in ("result", "files"):
        reply = max_.get(f"/acme/jobs/{job.pk}/{address}")
        assert "Wells lakes records.zip" in reply.headers["Content-Disposition"]
        archive = zipfile.ZipFile(io.BytesIO(read(reply)))
        assert archive.testzip() is None
        assert {one.filename: one.file_size for one in archive.infolist()} == {
            one["name"]: one["bytes"] for one in job.files
        }
    assert max_.get(f"/acme/jobs/{job.pk}/files/../../secret").status_code == 404
    assert max_.get(f"/acme/jobs/{job.pk}/files/data").status_code == 404


def test_prompts_of_a_file_are_kept_apart(cast: Cast, started: Any) -> None:
    file = SimpleUploadedFile("eval.jsonl", PROMPTS)
    page = started("records", **{"plan-against_file": file})
    assert "2 rows from 2 records." in text(page)
    assert "records whose prompt is in the other file 2" in text(page)


def test_a_snapshot_is_listed_made_again_and_deleted(
    cast: Cast, dataset: Dataset, started: Any, django_capture_on_commit_callbacks: Any
) -> None:
    started("preference", **{"plan-name": "March"})
    snapshot, max_ = Snapshot.objects.get(), cast.pages(cast.max)
    page = text(max_.get(f"/acme/datasets/{dataset.pk}/snapshots/"))
    assert "March" in page
    assert "10 rows" in page
    path = f"/acme/datasets/{dataset.pk}/snapshots/{snapshot.pk}"
    with django_capture_on_commit_callbacks(execute=True):
        again = max_.post(f"{path}/produce")
    assert "byte for byte" in text(max_.get(again.url))
    kept = snapshot.data
    with django_capture_on_commit_callbacks(execute=True):
        assert "March" in text(max_.get(f"{path}/delete"))
        assert max_.post(f"{path}/delete").status_code == 302
    assert not Snapshot.objects.exists()
    assert not kept.storage.exists(kept.name)
    assert "No snapshots yet" in text(max_.get(f"/acme/datasets/{dataset.pk}/snapshots/"))


def test_a_name_that_a_snapshot_has_is_refused(cast: Cast, dataset: Dataset, started: Any) -> None:
    started("records", **{"plan-name": "March"})
    again = cast.pages(cast.max).post(f"/acme/datasets/{dataset.pk}/export/records", {"plan-name": "March"})
    assert again.status_code == 422
    assert "Choose another name" in text(again)
    assert Job.objects.count() == 1


def test_what_was_filled_in_or_is_wrong_is_not_folded_away(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, "Replies")
    pages, page = cast.pages(cast.max), f"/acme/datasets/{dataset.pk}/export/preference"

    def unfolded(answer: Any) -> list[str]:
        return re.findall(
            r'<details class="card fold" open>\s*<summary><h2[^>]*>(\w+)', answer.content.decode()
        )

    assert unfolded(pages.get(page)) == ["Files"]
    assert unfolded(pages.get(page, {"status": "completed"})) == ["Files", "Records"]
    left = {"file_type": "jsonl", "train": "100", "validation": "0", "test": "0", "seed": "0", "words": "0"}
    sent = {f"plan-{name}": value for name, value in {**left, "people": "nobody-such"}.items()}
    answer = pages.post(page, {**sent, "look": "1"})
    assert (answer.status_code, unfolded(answer)) == (422, ["Files", "Answers"])
