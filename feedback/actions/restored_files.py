"""Files of an archive on their way back into the storage, which knows no transactions: taken away if it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile

from django.core.files.base import File
from django.core.files.storage import default_storage

from core.errors import Invalid
from feedback.actions.backup_tables import file_columns
from feedback.actions.moved_ids import Move
from feedback.archive import Reader


@contextmanager
def restore_files(archive: Reader, move: Move, progress: Callable[[str, int, int], None]) -> Iterator[None]:
    """Keep them under their names (with the ids that their jobs have here). Those of a restore that was killed before
    it could take them away are written over by the next one, whose names are the same."""
    kept: list[str] = []
    try:
        for number, (name, member) in enumerate(archive.manifest.files.items()):
            progress("files", number, len(archive.manifest.files))
            kept.append(_keep(archive, move.text(name), member, is_moved=bool(move.by)))
        yield
    except BaseException:
        for name in kept:
            default_storage.delete(name)
        raise


def _keep(archive: Reader, name: str, member: str, *, is_moved: bool) -> str:
    places = tuple(place for columns in file_columns().values() for place in columns.values())
    if not name.startswith(places) or (is_moved and name in archive.manifest.files):
        raise Invalid(f"The archive holds a file that belongs to nothing: {name}.")
    with TemporaryFile() as file:
        archive.copy(member, file)
        file.seek(0)
        default_storage.delete(name)
        default_storage.save(name, File(file))
    return name
