"""An organization in one file: a zip of JSON Lines, one member for each table, the files, and a manifest with digests.

    manifest.json            what wrote it, of whom, and rows, bytes and SHA-256 of every other member
    tables/<table>.jsonl     a row a line, as PostgreSQL writes it
    organization.jsonl       its own row
    people.jsonl             who can sign in
    files/<number>           files of jobs; the manifest has their names

Everything is written and read as it comes: memory does not grow with the archive.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from core.errors import Invalid

FORMAT = 1
MANIFEST = "manifest.json"
ORGANIZATION = "organization.jsonl"
PEOPLE = "people.jsonl"
BLOCK = 1 << 20  # bytes
LEVEL = 4  # of deflate: most of what 9 gives, in a third of the time


def table_member(table: str) -> str:
    """Where the rows of a table are."""
    return f"tables/{table}.jsonl"


@dataclass
class Manifest:
    """What is in an archive. `members`: name -> rows, bytes, sha256. `files`: name in the storage -> member."""

    organization: dict[str, Any]
    schema: dict[str, str]  # app -> its last migration
    made_at: str
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # files that were not in the storage any more
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Of all members."""
        return sum(one["rows"] for one in self.members.values())


class Writer:
    """An archive that is being made."""

    def __init__(self, zip_file: ZipFile, manifest: Manifest) -> None:
        self._zip, self.manifest = zip_file, manifest

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """A member; each piece counts as a row."""
        digest, rows, size = sha256(), 0, 0
        with self._zip.open(name, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                digest.update(piece)
                rows, size = rows + 1, size + len(piece)
        self.manifest.members[name] = {"rows": rows, "bytes": size, "sha256": digest.hexdigest()}

    def finish(self) -> None:
        """The manifest comes last, when all is known: an archive that was cut off has none."""
        self._zip.writestr(MANIFEST, json.dumps(vars(self.manifest), indent=1, ensure_ascii=False))


@contextmanager
def writing(path: Path, manifest: Manifest) -> Iterator[Writer]:
    """A new archive, for its owner's eyes alone. It is there once it is whole; `Invalid` if something is already."""
    if path.exists():
        raise Invalid(f"{path} is there already. Name a file that is not.")
    part = path.with_name(f"{path.name}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise Invalid(f"{part} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=LEVEL) as zip_file:
                writer = Writer(zip_file, manifest)
                yield writer
                writer.finish()
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


class Reader:
    """An archive that is there."""

    def __init__(self, zip_file: ZipFile, manifest: Manifest) -> None:
        self._zip, self.manifest = zip_file, manifest

    def lines(self, name: str) -> Iterator[bytes]:
        """The rows of a member. `Invalid` after the last one, if they are not what was written."""
        if name not in self.manifest.members:
            return
        digest = sha256()
        with self._open(name) as member:
            for line in member:
                digest.update(line)
                yield line
        self._check(name, digest.hexdigest())

    def copy(self, name: str, into: IO[bytes]) -> None:
        """A member as it is."""
        digest = sha256()
        with self._open(name) as member:
            while block := member.read(BLOCK):
                digest.update(block)
                into.write(block)
        self._check(name, digest.hexdigest())

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self._zip.open(name) as member:
                yield member
        except (KeyError, BadZipFile, EOFError, OSError) as error:
            raise Invalid(f"The archive is damaged: {name} cannot be read ({error}).") from None

    def _check(self, name: str, digest: str) -> None:
        if digest != self.manifest.members[name]["sha256"]:
            raise Invalid(f"The archive is damaged: {name} is not what was written.")


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """An archive. `Invalid` if it is none, not whole, or of another format."""
    try:
        zip_file = ZipFile(path)
    except FileNotFoundError:
        raise Invalid(f"There is no file {path}.") from None
    except (BadZipFile, OSError) as error:
        raise Invalid(f"{path} is no archive, or not all of one: {error}.") from None
    with zip_file:
        yield Reader(zip_file, _manifest(zip_file, path))


def _manifest(zip_file: ZipFile, path: Path) -> Manifest:
    try:
        given: Mapping[str, Any] = json.loads(zip_file.read(MANIFEST))
        manifest = Manifest(**given)
    except (KeyError, ValueError, TypeError):
        raise Invalid(f"{path} is no archive of an organization.") from None
    if manifest.format != FORMAT:
        raise Invalid(f"{path} is of another format ({manifest.format}); this release reads {FORMAT}.")
    return manifest
