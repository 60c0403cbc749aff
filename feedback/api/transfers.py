"""JSON about bringing records in by a file and taking them out as one. Both become jobs."""

from __future__ import annotations

from typing import Annotated, Any, BinaryIO, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from pydantic import BaseModel, Field, RootModel, StringConstraints
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import MANAGERS, Verb
from core.api import AnyJsonParser, ApiView, ShapeError, body, json_from, path_id, read
from core.operations import Form, operation
from core.text import Text
from feedback.actions.jobs import start_export, start_import
from feedback.actions.resuming import import_upload
from feedback.api.datasets import fetch_dataset
from feedback.api.job_json import JobJson, show_job
from feedback.models import UploadSession

Format = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Columns(RootModel[dict[str, str]]):
    """Column -> what it becomes; what is not named goes home (docs/imports.md)."""


class ImportForm(BaseModel):
    """The texts of the form of POST /datasets/{id}/imports, beside its `file`."""

    mapping: Text | None = Field(None, description="JSON: column -> what it becomes (docs/imports.md).")
    format: Annotated[Text, StringConstraints(max_length=40)] | None = None
    upload: UUID | None = Field(None, description="A file that came in parts (POST /datasets/{id}/uploads).")


class ExportBody(BaseModel):
    """The body of POST /datasets/{id}/exports."""

    format: Format
    options: dict[str, Any] | None = None


class Imports(ApiView):
    """Files to take in."""

    parser_classes = (MultiPartParser, AnyJsonParser)

    @operation(
        "start_import", MANAGERS, body=Form(ImportForm, file="file", needs_file=False), gives={202: JobJson}
    )
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Import a file, or one that was uploaded in parts. The answer is a job to follow."""
        path_id(dataset_id, "dataset_id")
        file, form = _form(request)
        mapping = (
            read(Columns, json_from(form.mapping.encode(), "body", "mapping"), "body").root
            if form.mapping
            else None
        )
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        asked: dict[str, Any] = {"by": self.by, "mapping": mapping, "format": form.format or None}
        if form.upload:
            session = UploadSession.objects.fetch(Verb.MANAGE, self.by, pk=form.upload, dataset=dataset)
            job = import_upload(session, **asked)
        elif file:
            job = start_import(dataset, cast(BinaryIO, file), filename=file.name or "", **asked)
        else:
            raise _wrong(["file"], "Send the file as `file` in a multipart form, or the id of an `upload`.")
        return Reply(show_job(job), status=202)


class Exports(ApiView):
    """Files to take out."""

    @operation("start_export", MANAGERS, body=ExportBody, gives={202: JobJson})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Export a file. The answer is a job to follow."""
        path_id(dataset_id, "dataset_id")
        wanted = body(request, ExportBody)
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        job = start_export(dataset, format=wanted.format, options=wanted.options, by=self.by)
        return Reply(show_job(job), status=202)


def _form(request: Request) -> tuple[UploadedFile[bytes] | None, ImportForm]:
    try:
        texts: Any = request.data
        file = request.FILES.get("file")
    except ParseError as error:
        raise _wrong([], str(error.detail)) from None
    given = {name: texts[name] for name in ImportForm.model_fields if name in texts}
    return file if isinstance(file, UploadedFile) else None, read(ImportForm, given, "body")


def _wrong(place: list[str], message: str) -> ShapeError:
    return ShapeError([{"type": "missing", "loc": ["body", *place], "msg": message}])
