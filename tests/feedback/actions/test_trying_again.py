"""A job that failed or was canceled is tried again: nothing is done twice, nothing is left out."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils.timezone import now

from core.errors import Conflict
from feedback.actions import importing, reading
from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.forgetting import forget_files
from feedback.actions.importing import run_import
from feedback.actions.jobs import cancel_job
from feedback.actions.retrying import retry_job
from feedback.actions.uploads import keep_upload, start_import
from feedback.models import Dataset, Job, JobProblem, Record
from feedback.models.jobs import JobKind, State
from tests import make
from tests.cast import Cast


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace, "Wells")


def rows(number: int) -> BytesIO:
    return BytesIO(b"".join(b'{"prompt": "Prompt %d"}\n' % n for n in range(number)))


def current(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def overdue(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(kept_until=now() - timedelta(seconds=1))


def test_an_import_goes_on_at_its_checkpoint(
    cast: Cast, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 2)
    job = start_import(dataset, rows(5), filename="rows.jsonl", by=cast.max)
    written = importing.import_records
    chunks = 0

    def fails_at_the_second(*args: object) -> object:
        nonlocal chunks
        chunks += 1
        if chunks == 2:
            raise ZeroDivisionError
        return written(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "import_records", fails_at_the_second)
    with pytest.raises(ZeroDivisionError):
        run_import(str(job.organization_id), str(job.pk))
    job = current(job)
    assert (job.state, job.done, Record.objects.count()) == (State.FAILED, 2, 2)
    monkeypatch.setattr(importing, "import_records", written)
    assert retry_job(job).state == State.WAITING
    run_import(str(job.organization_id), str(job.pk))
    job = current(job)
    assert (job.state, job.done, job.total, job.counts["created"]) == (State.FINISHED, 5, 5, 5)
    prompts = Record.objects.order_by("position").values_list("fields__prompt", flat=True)
    assert list(prompts) == [f"Prompt {n}" for n in range(5)]


def test_an_export_begins_anew(cast: Cast, dataset: Dataset) -> None:
    make.records(dataset, 2)
    job = cancel_job(start_export(dataset, format="records", by=cast.max))
    Job.objects.filter(pk=job.pk).update(done=1, checkpoint={"after": 1})
    job = retry_job(job)
    assert (job.done, job.checkpoint, job.by) == (0, {}, cast.max)
    run_export(str(job.organization_id), str(job.pk))
    with current(job).result.open("rb") as file:
        assert len(file.read().splitlines()) == 2


def test_an_upload_that_was_thrown_away_waits_for_its_mapping_again(cast: Cast, dataset: Dataset) -> None:
    job = cancel_job(keep_upload(dataset, rows(1), filename="rows.jsonl", by=cast.max))
    assert retry_job(job).state == State.UPLOADED


def test_what_is_done_or_goes_on_is_not_tried_again(cast: Cast, dataset: Dataset) -> None:
    job = start_import(dataset, rows(1), filename="rows.jsonl", by=cast.max)
    with pytest.raises(Conflict, match="not ended"):
        retry_job(job)
    run_import(str(job.organization_id), str(job.pk))
    with pytest.raises(Conflict, match="is done"):
        retry_job(job)


def test_a_push_whose_token_was_forgotten_is_not_tried_again(cast: Cast, dataset: Dataset) -> None:
    for kind, options in ((JobKind.HUB_EXPORT, {}), (JobKind.HUB_IMPORT, {"guarded": True})):
        job = Job.objects.create(
            organization=cast.acme, dataset=dataset, kind=kind, state=State.FAILED, options=options
        )
        with pytest.raises(Conflict, match="token was forgotten"):
            retry_job(job)


def test_files_and_bad_rows_go_when_their_time_is_over(
    cast: Cast, dataset: Dataset, django_capture_on_commit_callbacks
) -> None:
    file = BytesIO(b'{"prompt": "Good"}\n{"prompt": 3}\n')
    job = start_import(dataset, file, filename="rows.jsonl", by=cast.max, mapping={"prompt": "fields.prompt"})
    run_import(str(job.organization_id), str(job.pk))
    job = current(job)
    assert job.kept_until is not None
    assert timedelta(days=29) < job.kept_until - now() < timedelta(days=31)
    assert forget_files() == 0
    overdue(job)
    with django_capture_on_commit_callbacks() as later:
        assert forget_files() == 1
    assert default_storage.exists(job.source.name)  # until that is real
    for one in later:
        one()
    assert not default_storage.exists(job.source.name)
    job = current(job)
    assert not job.source
    assert job.forgotten_at
    assert not JobProblem.objects.exists()
    assert (job.detail[:26], job.problems_count) == ("1 row came in: 1 new. 1 co", 1)
    assert forget_files() == 0


def test_what_is_kept_for_ever_is_not_forgotten(cast: Cast, dataset: Dataset, settings) -> None:
    settings.FILES_KEPT_DAYS = 0
    job = cancel_job(start_export(dataset, format="records", by=cast.max))
    assert current(job).kept_until is None
    assert forget_files() == 0


def test_an_export_whose_file_is_gone_is_made_again(
    cast: Cast, dataset: Dataset, django_capture_on_commit_callbacks
) -> None:
    make.record(dataset)
    job = start_export(dataset, format="records", by=cast.max)
    run_export(str(job.organization_id), str(job.pk))
    files = current(job).stored
    assert len(files) > 1  # with what describes them
    overdue(job)
    with django_capture_on_commit_callbacks(execute=True):
        forget_files()
    assert not any(map(default_storage.exists, files))
    assert cast.pages(cast.max).get(f"/acme/jobs/{job.pk}/result").status_code == 404
    retry_job(current(job))
    run_export(str(job.organization_id), str(job.pk))
    job = current(job)
    assert all(map(default_storage.exists, job.stored))
    assert (job.forgotten_at, job.state) == (None, State.FINISHED)


def test_an_import_whose_file_is_gone_must_be_uploaded_again(cast: Cast, dataset: Dataset) -> None:
    job = cancel_job(start_import(dataset, rows(1), filename="rows.jsonl", by=cast.max))
    overdue(job)
    forget_files()
    with pytest.raises(Conflict, match="Upload it again"):
        retry_job(current(job))


def test_a_dataset_takes_the_files_of_its_jobs_along(
    cast: Cast, dataset: Dataset, django_capture_on_commit_callbacks
) -> None:
    from feedback.actions.datasets import delete_dataset, remove_dataset

    make.record(dataset)
    job = start_export(dataset, format="records", by=cast.max)
    run_export(str(job.organization_id), str(job.pk))
    files = current(job).stored
    with django_capture_on_commit_callbacks(execute=True):
        delete_dataset(dataset)
        assert all(map(default_storage.exists, files))  # it can be brought back
        remove_dataset(dataset)
    assert files
    assert not any(map(default_storage.exists, files))
