"""JSON about files that come in parts, so that a large one survives a lost connection (docs/imports.md)."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import MANAGERS, SENDERS, Verb
from core.api import ApiView, RawParser, body, path_id, query
from core.operations import Items, Raw, operation
from core.text import Text
from feedback.actions.resuming import begin_upload, drop_upload, receive_part
from feedback.api.datasets import fetch_dataset
from feedback.models import UploadSession
from feedback.reports.upload_status import UploadJson, upload_json

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]


class UploadBody(BaseModel):
    """The body of POST /datasets/{id}/uploads. `sha256`: of the whole file, which is then held against it."""

    filename: Annotated[Text, StringConstraints(min_length=1, max_length=300)]
    size: int = Field(ge=1, lt=2**63, description="Bytes.")
    sha256: Digest | None = None
    fingerprint: Annotated[Text, StringConstraints(max_length=500)] = Field(
        "", description="Whatever you know the file by, to find its upload again."
    )


class PartQuery(BaseModel):
    """The query of PUT /uploads/{id}. `offset`: where in the file the bytes begin. `sha256`: of these bytes."""

    offset: int = Field(ge=0, lt=2**63)
    sha256: Digest | None = None


def fetch_upload(view: ApiView, upload_id: str, verb: Verb = Verb.EDIT) -> UploadSession:
    """The upload in the path: one's own."""
    return UploadSession.objects.fetch(verb, view.by, pk=path_id(upload_id, "upload_id"))


class Uploads(ApiView):
    """Files on their way into a dataset."""

    @operation("list_uploads", MANAGERS, gives={200: Items[UploadJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List the uploads that you began and did not import yet."""
        path_id(dataset_id, "dataset_id")
        dataset = fetch_dataset(self, Verb.INSPECT, dataset_id)
        found = UploadSession.objects.allowing(Verb.INSPECT, self.by).filter(dataset=dataset)
        return Reply({"items": [upload_json(one) for one in found]})

    @operation("begin_upload", MANAGERS, body=UploadBody, gives={201: UploadJson})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Begin to send a file in parts. Then send them, one after another, to PUT /uploads/{id}."""
        path_id(dataset_id, "dataset_id")
        wanted = body(request, UploadBody)
        dataset = fetch_dataset(self, Verb.EDIT, dataset_id)
        session = begin_upload(
            dataset,
            filename=wanted.filename,
            size=wanted.size,
            sha256=wanted.sha256 or "",
            fingerprint=wanted.fingerprint,
            by=self.by,
        )
        return Reply(upload_json(session), status=201)


class UploadDetail(ApiView):
    """One file on its way."""

    parser_classes = (RawParser,)

    @operation("get_upload", SENDERS, gives={200: UploadJson})
    def get(self, request: Request, upload_id: str) -> Reply:
        """Show how much of a file is here: ask this after whatever went wrong, and go on from `received`."""
        return Reply(upload_json(fetch_upload(self, upload_id, Verb.INSPECT)))

    @operation("send_part", SENDERS, query=PartQuery, body=Raw(), gives={200: UploadJson}, refuses={409})
    def put(self, request: Request, upload_id: str) -> Reply:
        """Send the next bytes of a file. A part counts whole or not at all; 409 if other bytes come next."""
        path_id(upload_id, "upload_id")
        part = query(request, PartQuery)
        session = fetch_upload(self, upload_id)
        stream: Any = request.data
        if not hasattr(stream, "read"):
            stream = BytesIO()
        return Reply(upload_json(receive_part(session, stream, offset=part.offset, sha256=part.sha256 or "")))

    @operation("cancel_upload", SENDERS, gives={204: None})
    def delete(self, request: Request, upload_id: str) -> Reply:
        """Throw away what came of a file."""
        drop_upload(fetch_upload(self, upload_id))
        return Reply(status=204)
