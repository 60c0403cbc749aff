"""Where the files of an import lie: in what was uploaded, or in a folder that the operator opened to the organization.

IMPORT_FOLDER, or IMPORT_STORAGE, opens it for the installation; an organization finds its own files below its slug.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from hashlib import sha256
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.module_loading import import_string

from core.errors import Invalid, NotFound
from feedback.imports.files import DataFile, Opener, find
from feedback.models import Job

PIECE = 1 << 20  # bytes
DEEPEST = 10  # folders inside each other
FILES, PREFIX, DIGEST = "files", "prefix", "digest"  # among the options of a job


def is_open() -> bool:
    """Whether the operator opened a folder to imports."""
    return bool(settings.IMPORT_FOLDER or settings.IMPORT_STORAGE)


def opened_storage() -> Storage:
    """That folder."""
    if settings.IMPORT_STORAGE:
        return cast(Storage, import_string(settings.IMPORT_STORAGE)())
    if settings.IMPORT_FOLDER:
        return FileSystemStorage(location=settings.IMPORT_FOLDER)
    raise Invalid(
        "Nobody opened a folder to imports here. Upload the files instead.", {PREFIX: "There is none."}
    )


def files_of(job: Job) -> list[DataFile]:
    """Those that were found when the job was made."""
    if FILES in job.options:
        return [DataFile(**one) for one in job.options[FILES]]
    with job.source.open("rb") as file:  # the first rows of a table on the Hub
        return find(cast(BinaryIO, file), str(job.source.name), "jsonl")


def opener_of(job: Job, *, is_apart: bool = False) -> Opener:
    """Opens its files. `is_apart`: in a process that shares no connection with the one that it is a copy of."""
    if PREFIX in job.options:
        return partial(_open, opened_storage())
    kept: Any = job.source.storage
    if is_apart and not isinstance(kept._wrapped if hasattr(kept, "_wrapped") else kept, FileSystemStorage):
        kept = storages.create_storage(settings.STORAGES["default"])
    name = str(job.source.name)
    return lambda path: _open(kept, name)


def _open(storage: Storage, path: str) -> AbstractContextManager[BinaryIO]:
    try:
        return cast(AbstractContextManager[BinaryIO], storage.open(path, "rb"))
    except FileNotFoundError:
        raise Invalid(f"The file {path} is not there any more. Upload it again.") from None


def files_below(slug: str, prefix: str) -> tuple[list[DataFile], Opener, str]:
    """The files below a prefix of this organization's own folder, what opens them, and their digest.

    `Invalid` for one that leads out of it, `NotFound` if nothing lies there.
    """
    storage = opened_storage()
    parts = [part for part in prefix.replace("\\", "/").split("/") if part not in ("", ".")]
    if ".." in parts or any(not part.isprintable() for part in parts):
        raise Invalid(
            "A folder is named by its path below your own, such as 2026/answers.", {PREFIX: "Not a path."}
        )
    root = "/".join([slug, *parts])
    names = list(_listed(storage, root, slug))
    if not names:
        raise NotFound(f"There are no files below {'/'.join(parts) or 'your folder'}.")
    opener: Opener = partial(_open, storage)
    found: list[DataFile] = []
    digest = sha256()
    for name in names:
        with opener(name) as file:
            own = find(file, name.rpartition("/")[2], path=name)
            size = file.seek(0, os.SEEK_END)
        short = name.removeprefix(f"{root}/").removeprefix(f"{slug}/")
        found += [_named(one, short) for one in own]
        digest.update(f"{name}\0{size}\0{_modified(storage, name)}\0".encode())
    return found, opener, digest.hexdigest()


def _named(one: DataFile, short: str) -> DataFile:
    return DataFile(**{**one.as_json, "name": f"{short}/{one.name}" if one.name else short})


def _listed(storage: Storage, root: str, slug: str) -> Iterator[str]:
    """All files below `root`, or `root` itself if it is a file; not those that systems leave behind."""
    found: list[str] = []
    todo = [root]
    while todo:
        folder = todo.pop()
        try:
            folders, files = storage.listdir(folder)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (SuspiciousOperation, ValueError):
            raise Invalid("This path leads out of your folder.", {PREFIX: "Not a path."}) from None
        found += [f"{folder}/{name}" for name in files if name[:1] not in {"", ".", "_"}]
        if folder.count("/") < DEEPEST:
            todo += [f"{folder}/{name}" for name in folders if name[:1] not in {"", ".", "_"}]
        if len(found) > settings.IMPORT_MOST_FILES:
            raise Invalid(
                f"More than {settings.IMPORT_MOST_FILES:,} files lie there. Choose a folder with fewer."
            )
    if not found and root != slug and storage.exists(root):
        found = [root]
    for name in sorted(found):
        _refuse_link_out(storage, name, slug)
        yield name


def _refuse_link_out(storage: Storage, name: str, slug: str) -> None:
    """A link in the folder of one organization must not lead into that of another."""
    if isinstance(storage, FileSystemStorage):
        own = os.path.realpath(storage.path(slug))
        if os.path.commonpath([own, os.path.realpath(storage.path(name))]) != own:
            raise Invalid("This path leads out of your folder.", {PREFIX: "Not a path."})


def _modified(storage: Storage, name: str) -> Any:
    try:
        return storage.get_modified_time(name)
    except NotImplementedError:
        return ""


def digest_of(file: BinaryIO) -> str:
    """What tells this content from any other."""
    file.seek(0)
    digest = sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def as_options(files: Sequence[DataFile], digest: str) -> dict[str, Any]:
    """What a job keeps of them."""
    return {FILES: [one.as_json for one in files], DIGEST: digest}
