"""How far a file is that comes in parts, for programs and for the page that sends it."""

from __future__ import annotations

from uuid import UUID

from typing_extensions import TypedDict

from core.operations import Time
from feedback.models import UploadSession
from feedback.parts_of_files import most_at_once, part_size


class UploadJson(TypedDict):
    """A file on its way: the first `received` of its `size` bytes are here. Go on from there, by `part_size` bytes.

    `most_at_once`: bytes that one request may have at most. `expires_at`: it is thrown away then, unless more comes.
    """

    id: UUID
    dataset_id: UUID
    filename: str
    fingerprint: str
    size: int
    received: int
    part_size: int
    most_at_once: int
    expires_at: Time


def upload_json(session: UploadSession) -> UploadJson:
    """A file on its way."""
    return {
        "id": session.pk,
        "dataset_id": session.dataset_id,
        "filename": session.filename,
        "fingerprint": session.fingerprint,
        "size": session.size,
        "received": session.received,
        "part_size": part_size(),
        "most_at_once": most_at_once(),
        "expires_at": session.expires_at,
    }
