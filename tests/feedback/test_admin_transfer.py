"""Files into and out of datasets by the admin: looked at, mapped, imported, exported, canceled."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.importing import run_import
from feedback.models import Dataset, Job, Record
from tests import make
from tests.cast import Cast

ROWS = [{"id": f"r{n}", "instruction": f"Say {n}", "answers": [f"{n}", f"{n} times"]} for n in range(3)]


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(client: Client, dataset: Dataset, *rows: Any) -> Any:
    content = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    file = SimpleUploadedFile("in.jsonl", content.encode())
    return client.post(f"/admin/feedback/dataset/{dataset.pk}/import/", {"file": file}, follow=True)


def confirm(client: Client, page: Any, **changed: str) -> Any:
    """Post what the preview shows, with other targets for some columns."""
    targets = {
        f"target-{number}": changed.get(row["name"], row["chosen"])
        for number, row in enumerate(page.context["rows"])
    }
    return client.post(f"/admin/feedback/job/{page.context['original'].pk}/columns/", targets)


def test_a_file_comes_in_after_a_look_at_where_its_columns_go(cast: Cast) -> None:
    dataset, client = make.dataset(cast.workspace), cast.pages(cast.max)
    page = upload(client, dataset, *ROWS, "no json")
    guessed = {row["name"]: row["chosen"] for row in page.context["rows"]}
    assert guessed == {"id": "external_id", "instruction": "fields.prompt", "answers": "fields.answers"}
    assert "Say 1" in page.content.decode()
    assert not Record.objects.exists()
    answer = confirm(client, page)
    job = Job.objects.get()
    assert answer.url == f"/admin/feedback/job/{job.pk}/change/"
    assert job.by == cast.max
    run_import(str(job.organization_id), str(job.pk))
    assert set(Record.objects.values_list("external_id", flat=True)) == {"r0", "r1", "r2"}
    shown = client.get(answer.url).content.decode()
    assert "3 rows came in" in shown
    assert "no json" in shown
    problems = client.get(f"/admin/feedback/job/{job.pk}/problems/")
    assert b"".join(problems.streaming_content) == b"no json\n"


def test_a_mapping_that_does_not_fit_is_explained_and_can_be_corrected(cast: Cast) -> None:
    dataset, client = make.dataset(cast.workspace), cast.pages(cast.ana)
    page = upload(client, dataset, *ROWS)
    again = confirm(client, page, instruction="skip")
    assert again.status_code == 422
    assert "is required" in again.content.decode()
    assert confirm(client, again, instruction="fields.prompt").status_code == 302


def test_an_upload_is_begun_once_and_by_nobody_else(cast: Cast) -> None:
    page = upload(cast.pages(cast.ana), make.dataset(cast.workspace), *ROWS)
    assert confirm(cast.pages(cast.cleo), page).status_code == 404
    for _ in range(2):
        assert confirm(cast.pages(cast.ana), page).status_code == 302
    assert Job.objects.get().state == "waiting"


def test_drafts_and_pictures_are_refused_in_words(cast: Cast) -> None:
    client = cast.pages(cast.ana)
    draft = make.dataset(cast.workspace, published=False)
    assert (
        "Publish it before importing"
        in client.get(f"/admin/feedback/dataset/{draft.pk}/import/", follow=True).content.decode()
    )
    dataset = make.dataset(cast.workspace)
    address = f"/admin/feedback/dataset/{dataset.pk}/import/"
    assert client.post(address).status_code == 422
    assert client.post(address, {"file": SimpleUploadedFile("a.png", b"\x89PNG")}).status_code == 422


def test_an_export_is_chosen_made_and_downloaded(cast: Cast) -> None:
    dataset, client = make.dataset(cast.workspace), cast.pages(cast.max)
    make.response(make.record(dataset), cast.ben)
    address = f"/admin/feedback/dataset/{dataset.pk}/export/"
    page = client.get(address)
    assert "preference" in {kind.name for kind, _ in page.context["groups"]}
    answer = client.post(address, {"format": "records"})
    job = Job.objects.get()
    assert answer.url == f"/admin/feedback/job/{job.pk}/change/"
    assert client.get(f"/admin/feedback/job/{job.pk}/download/").status_code == 404
    run_export(str(job.organization_id), str(job.pk))
    file = client.get(f"/admin/feedback/job/{job.pk}/download/")
    assert "attachment" in file.headers["Content-Disposition"]
    assert len(b"".join(file.streaming_content).splitlines()) == 1
    assert client.post(address, {"format": "no such format"}).status_code == 422


def test_every_format_takes_the_options_that_its_page_offers(cast: Cast) -> None:
    dataset, client = make.dataset(cast.workspace), cast.pages(cast.ana)
    address = f"/admin/feedback/dataset/{dataset.pk}/export/"
    for kind, options in client.get(address).context["groups"]:
        posted: dict[str, Any] = {"format": kind.name}
        for option in options:
            if option["control"].type == "flag":
                posted |= {option["name"]: "on"} if option["is_on"] else {}
            elif option["values"]:
                posted[option["name"]] = option["values"]
        assert client.post(address, posted).status_code == 302, kind.name


def test_jobs_that_wait_are_canceled_one_or_many(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    one, two = (start_export(dataset, format="records", by=cast.max) for _ in range(2))
    foreign = start_export(make.dataset(cast.rival_workspace), format="records", by=None)
    client = cast.pages(cast.max)
    client.post(f"/admin/feedback/job/{one.pk}/cancel/")
    client.post(
        "/admin/feedback/job/",
        {"action": "cancel", "confirmed": "yes", "_selected_action": [str(two.pk), str(foreign.pk)]},
    )
    assert {job.pk for job in Job.objects.filter(state="canceled")} == {one.pk, two.pk}


def test_jobs_are_retried_and_those_that_cannot_be_say_why(cast: Cast) -> None:
    dataset, client = make.dataset(cast.workspace), cast.pages(cast.max)
    failed, waiting = (start_export(dataset, format="records", by=cast.max) for _ in range(2))
    foreign = start_export(make.dataset(cast.rival_workspace), format="records", by=None)
    Job.objects.filter(pk__in=[failed.pk, foreign.pk]).update(state="failed", detail="The disk is full.")
    sent = {
        "action": "retry",
        "_selected_action": [str(job.pk) for job in (failed, waiting, foreign)],
    }
    assert "begin anew" in client.post("/admin/feedback/job/", sent).content.decode(), "it is asked first"
    assert Job.objects.get(pk=failed.pk).state == "failed"
    page = client.post("/admin/feedback/job/", {**sent, "confirmed": "yes"}, follow=True).content.decode()
    assert f"{failed} is tried again." in page
    assert f"{waiting}: It has not ended yet." in page
    job = Job.objects.get(pk=failed.pk)
    assert (job.state, job.detail) == ("waiting", "")
    assert Job.objects.get(pk=foreign.pk).state == "failed"
