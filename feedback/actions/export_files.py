"""The files that an export made: kept in a folder of the storage, listed, opened, zipped, forgotten."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction

from accounts.audit import note
from core.errors import NotFound
from feedback.actions import jobs
from feedback.models import Job

BLOCK = 1 << 20
DATED = (1980, 1, 1, 0, 0, 0)  # the least date that a zip can tell: the same files, the same zip
PACKED = (".parquet", ".gz")  # are small already


def keep_files(job: Job, folder: Path, rows: Mapping[str, int]) -> list[dict[str, Any]]:
    """Move all files of a folder to the storage; what `Job.files` lists.

    Files with rows come first, whose numbers are `rows` by name.
    """
    names = sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())
    names.sort(key=lambda name: list(rows).index(name) if name in rows else len(rows))
    return [jobs.attend(job, partial(_keep, job, folder, name, rows.get(name))) for name in names]


def _keep(job: Job, folder: Path, name: str, rows: int | None) -> dict[str, Any]:
    path = folder / name
    with path.open("rb") as file:
        digest, size = file_digest(file, "sha256").hexdigest(), file.tell()
        file.seek(0)
        place = f"exports/{job.pk}/{name}"
        storage = job.result.storage
        storage.delete(place)  # in the place of what a worker that died may have left there
        kept = storage.save(place, _Finished(file, str(path)))
    return {"name": name, "path": kept, "bytes": size, "sha256": digest, "rows": rows}


def file_of(job: Job, name: str) -> dict[str, Any]:
    """The file of this name in the folder that a job made; `NotFound` if there is none."""
    for one in job.files:
        if one["name"] == name:
            found: dict[str, Any] = one
            return found
    raise NotFound("This job has no such file.")


def open_file(job: Job, name: str) -> IO[bytes]:
    """Its content, to be read from the storage."""
    opened: IO[bytes] = job.result.storage.open(file_of(job, name)["path"], "rb")
    return opened


def download_file(job: Job, name: str) -> IO[bytes]:
    """The same, for somebody who takes it away."""
    opened = open_file(job, name)
    note("export.downloaded", job.dataset, job=job.pk, file=name)
    return opened


def download_zip(job: Job) -> Iterator[bytes]:
    """All files as one zip, for somebody who takes it away."""
    note("export.downloaded", job.dataset, job=job.pk, files=len(job.files))
    return zipped(job)


def zipped(job: Job) -> Iterator[bytes]:
    """All files as one zip, made while it is sent: nothing of it is kept anywhere."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for one in job.files:
            info = zipfile.ZipInfo(one["name"], DATED)
            small = one["name"].endswith(PACKED)
            info.compress_type = zipfile.ZIP_STORED if small else zipfile.ZIP_DEFLATED
            with open_file(job, one["name"]) as file, archive.open(info, "w", force_zip64=True) as entry:
                while block := file.read(BLOCK):
                    entry.write(block)
                    yield sink.taken()
    yield sink.taken()


def forget_folder(job: Job) -> None:
    """Delete the files, once the transaction is real; the job stays, and says what it made."""
    names = job.places
    forget_stored(job, names)


def forget_stored(job: Job, names: Iterable[str]) -> None:
    """Delete these files of the storage, once the transaction is real."""
    storage = job.result.storage
    for name in names:
        transaction.on_commit(partial(storage.delete, name))


class _Finished(File):  # type: ignore[type-arg]  # it takes none when it runs
    """A file that nobody needs any more where it is: a storage on the same disk takes it instead of copying it."""

    def temporary_file_path(self) -> str:
        """Where it is, as storages ask."""
        return str(self.name)


class _Sink:
    """Where a zip is written to that nobody keeps: it cannot be gone back in."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is held."""

    def seekable(self) -> bool:
        """So that sizes stand behind the files, not before them."""
        return False

    def taken(self) -> bytes:
        """What was written since."""
        found, self.parts = b"".join(self.parts), []
        return found
