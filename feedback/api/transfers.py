"""JSON about bringing records in by a file. It becomes a job."""

from __future__ import annotations

from typing import Annotated, Any, BinaryIO, TypeVar, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from pydantic import BaseModel, Field, RootModel, StringConstraints
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import MANAGERS, Verb
from core.api import AnyJsonParser, ApiView, ShapeError, json_from, path_id, read
from core.operations import Form, operation
from core.text import Text
from feedback.actions.resuming import import_upload
from feedback.actions.uploads import start_import, start_prefix_import
from feedback.api.datasets import fetch_dataset
from feedback.api.job_json import JobJson, show_job
from feedback.imports.archive import bundled
from feedback.models import UploadSession

B = TypeVar("B", bound=BaseModel)
Format = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Columns(RootModel[dict[str, str]]):
    """Column -> what it becomes; what is not named goes home (docs/imports.md)."""


class ImportForm(BaseModel):
    """The texts of the form of POST /datasets/{id}/imports, beside its files, each a part `file`; or in their place."""

    prefix: Text | None = Field(
        None, max_length=500, description="In place of files: a path below the organization's own folder."
    )
    mapping: Text | None = Field(None, description="JSON: column -> what it becomes (docs/imports.md).")
    format: Annotated[Text, StringConstraints(max_length=40)] | None = None
    upload: UUID | None = Field(None, description="A file that came in parts (POST /datasets/{id}/uploads).")


class Imports(ApiView):
    """Files to take in."""

    parser_classes = (MultiPartParser, AnyJsonParser)

    @operation(
        "start_import",
        MANAGERS,
        body=Form(ImportForm, file="file", is_many=True),
        gives={202: JobJson},
        refuses={409},
    )
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Import files: JSON Lines, JSON, CSV, TSV, Parquet, Arrow or Excel workbooks.

        They may be compressed by gzip or Zstandard, stand in a zip archive, or have come in parts (`upload`).
        The answer is a job to follow.
        """
        path_id(dataset_id, "dataset_id")
        files, form = files_of(request, ImportForm)
        mapping = (
            read(Columns, json_from(form.mapping.encode(), "body", "mapping"), "body").root
            if form.mapping
            else None
        )
        dataset = fetch_dataset(self, Verb.EDIT, dataset_id)
        if form.prefix is not None:
            job = start_prefix_import(dataset, form.prefix, by=self.by, mapping=mapping)
            return Reply(show_job(job), status=202)
        asked: dict[str, Any] = {"by": self.by, "mapping": mapping, "format": form.format or None}
        if form.upload:
            session = UploadSession.objects.fetch(Verb.EDIT, self.by, pk=form.upload, dataset=dataset)
            job = import_upload(session, **asked)
        else:
            file, name = bundled(files)
            job = start_import(dataset, file, filename=name, **asked)
        return Reply(show_job(job), status=202)


def files_of(request: Request, shape: type[B]) -> tuple[list[tuple[BinaryIO, str]], B]:
    """The files of a multipart form with their names, and its texts; `ShapeError` if there are none of either."""
    try:
        texts: Any = request.data
        sent = request.FILES.getlist("file") if isinstance(request.FILES, MultiValueDict) else []
    except ParseError as error:
        raise _wrong([], str(error.detail)) from None
    form = read(shape, {name: texts[name] for name in shape.model_fields if name in texts}, "body")
    files = [(cast(BinaryIO, one), one.name or "") for one in sent if isinstance(one, UploadedFile)]
    if not files and not any(getattr(form, name, None) is not None for name in ("prefix", "upload")):
        raise _wrong(["file"], "Send the file as `file` in a multipart form, or the id of an `upload`.")
    return files, form


def _wrong(place: list[str], message: str) -> ShapeError:
    return ShapeError([{"type": "missing", "loc": ["body", *place], "msg": message}])
