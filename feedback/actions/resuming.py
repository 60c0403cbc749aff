"""Uploads that go on where the line broke: begun, filled part by part, and kept as a file to import (docs/imports.md).

Each part is an object of the storage, whatever the storage is; a row says that it is there. So nothing is ever written
to twice, and an upload can be gone on with by another web server than the one that it began at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from hashlib import sha256 as digest_of
from tempfile import TemporaryFile
from typing import IO, BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.models import Membership
from core.errors import Conflict, Invalid, NotFound
from core.joined import joined
from core.text import check_text
from feedback.actions.forgetting import forget_parts
from feedback.actions.uploads import keep_upload, start_import
from feedback.imports.archive import bundled
from feedback.models import Dataset, Job, UploadPart, UploadSession
from feedback.parts_of_files import MB, most_at_once

MOST_AT_ONCE = 1000  # unfinished uploads of an organization
BLOCK = 1 << 20  # bytes read at a time


@transaction.atomic
def begin_upload(
    dataset: Dataset, *, filename: str, size: int, by: Membership, sha256: str = "", fingerprint: str = ""
) -> UploadSession:
    """Make room for a file of so many bytes. `Invalid` if it is too large, or too many are unfinished."""
    if not dataset.is_published:
        raise Invalid(gettext("The dataset is a draft. Publish it before importing records."))
    check_text(filename)
    check_text(fingerprint)
    if not 1 <= size <= settings.UPLOAD_MOST_MB * MB:
        most = f"{settings.UPLOAD_MOST_MB:,}"
        raise Invalid(gettext("A file may have from 1 byte to %(most)s MB.") % {"most": most})
    _check_quota(dataset, size)
    return UploadSession.objects.create(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        filename=filename[:300],
        fingerprint=fingerprint[:500],
        size=size,
        sha256=sha256.lower(),
        expires_at=_later(),
    )


def _check_quota(dataset: Dataset, size: int) -> None:
    """One after another, so that two who begin at once do not both find the room of one."""
    organization = dataset.organization_id
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"uploads {organization}"])
    found = UploadSession.objects.filter(organization=organization).aggregate(n=Count("pk"), size=Sum("size"))
    if found["n"] >= MOST_AT_ONCE or (found["size"] or 0) + size > settings.UPLOAD_QUOTA_MB * MB:
        raise Invalid(
            gettext("Your organization has too many unfinished uploads. Finish or cancel some of them first.")
        )


def _later() -> datetime:
    return now() + timedelta(hours=settings.UPLOAD_KEPT_HOURS)


@transaction.atomic
def receive_part(
    session: UploadSession, stream: IO[bytes], *, offset: int, sha256: str = ""
) -> UploadSession:
    """Keep the bytes that follow those that are here. A part counts whole or not at all.

    `Conflict` if it is not the next one: `received` says where to go on. `Invalid` if it is empty, too long, or its
    digest is another.
    """
    _check_offset(session, offset)
    with TemporaryFile() as file:
        # Read before anything is locked: the line may be slow.
        size, digest = _read(stream, file, min(most_at_once(), session.size - offset))
        if sha256 and digest != sha256.lower():
            raise Invalid("These bytes are not what was sent: their digest differs. Send them again.")
        locked = (
            UploadSession.objects.select_for_update(no_key=True, of=("self",)).filter(pk=session.pk).first()
        )
        if locked is None:
            raise NotFound(gettext("This upload was canceled."))
        session = locked
        _check_offset(session, offset)
        file.seek(0)
        name = session.name_at(offset)
        default_storage.delete(name)  # what one may have left there whose transaction came to nothing
        default_storage.save(name, File(file))
    UploadPart.objects.create(
        organization_id=session.organization_id, session=session, offset=offset, size=size
    )
    session.received, session.expires_at, session.updated_at = offset + size, _later(), now()
    session.save(update_fields=["received", "expires_at", "updated_at"])
    return session


def _check_offset(session: UploadSession, offset: int) -> None:
    if offset != session.received:
        raise Conflict(f"{session.received} bytes are here. Go on from there, not from {offset}.")


def _read(stream: IO[bytes], into: IO[bytes], most: int) -> tuple[int, str]:
    size, digest = 0, digest_of()
    while block := stream.read(BLOCK):
        size += len(block)
        if size > most:
            raise Invalid(f"At most {most:,} bytes may come here.")
        digest.update(block)
        into.write(block)
    if not size:
        raise Invalid("There is nothing in it.")
    return size, digest.hexdigest()


@transaction.atomic
def keep_uploads(dataset: Dataset, sessions: Sequence[UploadSession], *, by: Membership) -> Job:
    """Make of what came a kept file that waits for its mapping, as `keep_upload` does, and forget the parts.

    `Invalid` if something is missing, if a digest differs, or if the file cannot be read.
    """
    with ExitStack() as opened:
        files = [(opened.enter_context(whole(session)), session.filename) for session in sessions]
        file, name = bundled(files)
        job = keep_upload(dataset, file, filename=name, by=by)
    for session in sessions:
        drop_upload(session)
    return job


@transaction.atomic
def import_upload(
    session: UploadSession,
    *,
    by: Membership,
    mapping: Mapping[str, str] | None = None,
    format: str | None = None,
) -> Job:
    """Ask for its import, as `start_import` does, and forget the parts."""
    with whole(session) as file:
        job = start_import(
            session.dataset, file, filename=session.filename, by=by, mapping=mapping, format=format
        )
    drop_upload(session)
    return job


def whole(session: UploadSession) -> BinaryIO:
    """The file that came, to be read from anywhere; nothing of it is copied. `Invalid` if it is not all here."""
    if not session.is_complete:
        raise Invalid(f"{session.filename}: only {session.received:,} of {session.size:,} bytes are here.")
    parts = session.parts.order_by("offset").values_list("offset", "size")
    file = joined(default_storage, [(session.name_at(offset), size) for offset, size in parts])
    _check_digest(session, file)
    return cast(BinaryIO, file)


def _check_digest(session: UploadSession, file: IO[bytes]) -> None:
    if not session.sha256:
        return
    digest = digest_of()
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    if digest.hexdigest() != session.sha256:
        raise Invalid(f"{session.filename} is not what was sent: its digest differs. Upload it again.")


@transaction.atomic
def drop_upload(session: UploadSession) -> None:
    """Throw away what came of a file."""
    forget_parts(session)
    UploadSession.objects.filter(pk=session.pk)._raw_delete(using="default")


@transaction.atomic
def forget_sessions() -> int:
    """Throw away uploads with which nobody went on for long; how many."""
    due = UploadSession.objects.filter(expires_at__lt=now()).order_by("expires_at")
    old = list(due.select_for_update(skip_locked=True, of=("self",))[:50])
    for session in old:
        drop_upload(session)
    return len(old)
