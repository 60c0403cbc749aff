"""The files that an export made: listed, downloaded one at a time or all at once, sent to the Hub."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MANAGERS, Verb
from core.api import ApiView, body
from core.downloads import ANY, TYPES, one_file, zip_file
from core.errors import NotFound
from core.operations import File, Items, operation
from feedback.actions.export_files import download_file, download_zip, file_of
from feedback.actions.hub import start_hub_folder
from feedback.api.hub import Token, Word
from feedback.api.job_json import JobJson, show_job
from feedback.api.jobs import fetch_job
from feedback.models import Job

ZIP = "application/zip"
KINDS = (*TYPES.values(), ANY)
NO_FILE = "This job has no file, or has none yet."


class FileJson(TypedDict):
    """A file that an export made. `rows`: None for what holds none, such as the card."""

    name: str
    bytes: int
    sha256: str
    rows: int | None


class HubFolder(BaseModel):
    """The body of POST /jobs/{id}/push."""

    name: Word
    private: bool = False
    token: Token


class JobFile(ApiView):
    """What an export made, as one file."""

    @operation(
        "get_file_of_job",
        MANAGERS,
        gives={200: [File("application/jsonl"), File(ZIP), File(ANY)]},
    )
    def get(self, request: Request, job_id: str) -> HttpResponseBase:
        """Download the file with the rows, or a zip of all files if they lie in several; 404 until there is one."""
        job = fetch_job(self, job_id)
        if not job.data_files:
            raise NotFound(NO_FILE)
        [first, *others] = job.data_files
        if others:
            return _zip(job)
        return _download(job, first["name"], f"{job.format}.{first['name'].rpartition('.')[2]}")


class JobFiles(ApiView):
    """All files that an export made."""

    @operation("list_files_of_job", MANAGERS, gives={200: Items[FileJson]})
    def get(self, request: Request, job_id: str) -> Reply:
        """List the files that an export made: those with rows first, then the card and what else belongs to them."""
        job = fetch_job(self, job_id)
        files: list[FileJson] = [
            {"name": one["name"], "bytes": one["bytes"], "sha256": one["sha256"], "rows": one["rows"]}
            for one in job.files
        ]
        return Reply({"items": files})


class JobFileNamed(ApiView):
    """One of the files that an export made."""

    @operation("get_named_file_of_job", MANAGERS, gives={200: [*map(File, KINDS)]})
    def get(self, request: Request, job_id: str, name: str) -> HttpResponseBase:
        """Download one of the files that an export made."""
        return _download(fetch_job(self, job_id), name)


class JobZip(ApiView):
    """All files that an export made, as one."""

    @operation("get_zip_of_job", MANAGERS, gives={200: File(ZIP)})
    def get(self, request: Request, job_id: str) -> HttpResponseBase:
        """Download all files that an export made as one zip."""
        job = fetch_job(self, job_id)
        if not job.files:
            raise NotFound(NO_FILE)
        return _zip(job)


class JobPush(ApiView):
    """The files of an export, sent to the Hub."""

    @operation("push_files_of_job", MANAGERS, body=HubFolder, gives={202: JobJson})
    def post(self, request: Request, job_id: str) -> Reply:
        """Push the files of an export to a data set on the Hugging Face Hub. The answer is a job to follow."""
        job, wanted = fetch_job(self, job_id, Verb.EDIT), body(request, HubFolder)
        push = start_hub_folder(job, name=wanted.name, private=wanted.private, token=wanted.token, by=self.by)
        return Reply(show_job(push), status=202)


def _download(job: Job, name: str, called: str = "") -> HttpResponseBase:
    found = file_of(job, name)
    return one_file(download_file(job, name), called or name.rpartition("/")[2], found["bytes"])


def _zip(job: Job) -> HttpResponseBase:
    return zip_file(download_zip(job), f"{job.format}.zip")
