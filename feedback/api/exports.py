"""JSON about taking records out as files: what it would be like, the job, snapshots that are made again."""

from __future__ import annotations

from typing import Annotated, Any, BinaryIO, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from pydantic import BaseModel, Field, StringConstraints
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MANAGERS, Verb
from core.api import AnyJsonParser, ApiView, ShapeError, body, json_from, path_id, read
from core.operations import Items, Time, operation
from core.text import Text
from feedback.actions.export_plans import plan_export
from feedback.actions.export_samples import look_ahead
from feedback.actions.export_starts import start_export
from feedback.actions.snapshots import delete_snapshot, produce_again
from feedback.api.datasets import fetch_dataset
from feedback.api.job_json import JobJson, show_job
from feedback.exports.files.splits import Splits
from feedback.exports.plan import Against, Filters
from feedback.models import Job, Snapshot

Word = Annotated[Text, StringConstraints(min_length=1, max_length=200)]


class ExportBody(BaseModel):
    """The body of POST /datasets/{id}/exports (docs/exports.md). What is not said is as usual."""

    format: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    options: dict[str, Any] | None = None
    file_type: Annotated[str, StringConstraints(max_length=20)] | None = Field(
        None, description="jsonl, json, csv or parquet; the first that the format is written as, if not said."
    )
    filters: Filters | None = None
    splits: Splits | None = None
    shuffle: bool | None = None
    weights: dict[Word, float] | None = Field(None, description="Username -> how much that person counts.")
    against: Against | None = None
    license: Word | None = None
    language: list[Word] | None = None
    name: Word | None = Field(
        None, description="Keep a snapshot under this name, from which it is made again."
    )

    @property
    def asked(self) -> dict[str, Any]:
        """What was said, as JSON."""
        return self.model_dump(mode="json", exclude_none=True, exclude_unset=True)


class LookJson(TypedDict):
    """The first rows of an export, and about how much it will be. `is_more`: there are more records than counted."""

    columns: list[str]
    rows: list[dict[str, Any]]
    records: int
    is_more: bool
    estimated_rows: int
    estimated_bytes: int
    looked_at: int
    left_out: dict[str, int]
    problems: list[str]


class SnapshotJson(TypedDict):
    """An export that can be made again. `is_frozen`: its data is kept; before that it is being made, or failed."""

    id: UUID
    name: str
    format: str
    file_type: str
    records: int
    rows: int
    is_frozen: bool
    job_id: UUID | None
    dataset_id: UUID
    inserted_at: Time


class Exports(ApiView):
    """Files to take out."""

    parser_classes = (MultiPartParser, AnyJsonParser)

    @operation("start_export", MANAGERS, body=ExportBody, gives={202: JobJson}, refuses={409})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Export files. The answer is a job to follow.

        To keep apart from the prompts of a file, send a multipart form: this body as the text `export`, the file as
        `against`.
        """
        path_id(dataset_id, "dataset_id")
        is_form = str(request.content_type).startswith("multipart/")
        wanted, file = _form(request) if is_form else (body(request, ExportBody), None)
        dataset = fetch_dataset(self, Verb.EDIT, dataset_id)
        _may_keep_apart(self, wanted)
        job = start_export(dataset, **wanted.asked, file=cast(BinaryIO | None, file), by=self.by)
        return Reply(show_job(job), status=202)


class ExportPreview(ApiView):
    """What an export would be like."""

    @operation("preview_export", MANAGERS, body=ExportBody, gives={200: LookJson})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Show the first rows as they would be written, and about how many there will be, from some records."""
        path_id(dataset_id, "dataset_id")
        wanted = body(request, ExportBody)
        dataset = fetch_dataset(self, Verb.INSPECT, dataset_id)
        _may_keep_apart(self, wanted)
        look = look_ahead(dataset, plan_export(dataset, wanted.asked))
        said: LookJson = {
            "columns": list(look.columns),
            "rows": list(look.rows),
            "records": look.records,
            "is_more": look.is_more,
            "estimated_rows": look.estimated_rows,
            "estimated_bytes": look.bytes,
            "looked_at": look.looked_at,
            "left_out": look.left_out,
            "problems": list(look.faults),
        }
        return Reply(said)


class Snapshots(ApiView):
    """Exports of a dataset that can be made again."""

    @operation("list_snapshots", MANAGERS, gives={200: Items[SnapshotJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List the snapshots of a dataset, the newest first."""
        path_id(dataset_id, "dataset_id")
        dataset = fetch_dataset(self, Verb.INSPECT, dataset_id)
        return Reply({"items": [snapshot_json(one) for one in dataset.snapshots.all()]})


class SnapshotDetail(ApiView):
    """One snapshot."""

    @operation("delete_snapshot", MANAGERS, gives={204: None})
    def delete(self, request: Request, snapshot_id: str) -> Reply:
        """Forget a snapshot and its data. Files that were made of it stay with their jobs."""
        delete_snapshot(_fetch(self, snapshot_id))
        return Reply(status=204)


class SnapshotExports(ApiView):
    """Making a snapshot's files again."""

    @operation("produce_again", MANAGERS, gives={202: JobJson}, refuses={409})
    def post(self, request: Request, snapshot_id: str) -> Reply:
        """Make the files of a snapshot again, from the data as it was. The answer is a job to follow."""
        return Reply(show_job(produce_again(_fetch(self, snapshot_id), by=self.by)), status=202)


def snapshot_json(one: Snapshot) -> SnapshotJson:
    """A snapshot, without its data."""
    return {
        "id": one.pk,
        "name": one.name,
        "format": one.plan["format"],
        "file_type": one.plan["file_type"],
        "records": one.records,
        "rows": one.rows,
        "is_frozen": one.is_frozen,
        "job_id": one.job_id,
        "dataset_id": one.dataset_id,
        "inserted_at": one.inserted_at,
    }


def _fetch(view: ApiView, snapshot_id: str) -> Snapshot:
    return Snapshot.objects.fetch(Verb.EDIT, view.by, pk=path_id(snapshot_id, "snapshot_id"))


def _may_keep_apart(view: ApiView, wanted: ExportBody) -> None:
    """Another export is read only for those who manage its dataset."""
    if wanted.against and wanted.against.job:
        Job.objects.fetch(Verb.INSPECT, view.by, pk=wanted.against.job)


def _form(request: Request) -> tuple[ExportBody, UploadedFile[bytes] | None]:
    """The same body as a text of a form, and the file that came with it."""
    try:
        form: Any = request.data
        text, file = form.get("export"), request.FILES.get("against")
    except ParseError as error:
        raise ShapeError([{"type": "missing", "loc": ["body"], "msg": str(error.detail)}]) from None
    if not isinstance(text, str):
        sentence = "Send what you want as the text `export` of the form, in JSON."
        raise ShapeError([{"type": "missing", "loc": ["body", "export"], "msg": sentence}])
    return read(ExportBody, json_from(text.encode(), "body", "export"), "body"), file
