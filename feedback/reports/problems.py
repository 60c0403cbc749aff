"""The rows that an import could not take in, as a file to correct and to import again."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from feedback.models import Job

CHUNK = 1000  # rows read at a time
FILES = "files"  # among the options of a job (feedback/actions/sources.py)
TYPES = {
    ".jsonl": "application/jsonl",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".zip": "application/zip",
}


class BadRows:
    """The file, what it is called, and what it is.

    Rows stand there as they stood in their file: lines of JSON, or lines of CSV under the names of its columns. Rows
    of tables (Parquet, workbooks) are lines of JSON. Where files had different names of columns, it is a zip archive
    with a file for each.

    Written out before it is sent: a response is streamed after its transaction, when nothing can be read any more.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.heads = {one["name"]: (one["head"], _ending(one)) for one in job.options.get(FILES, [])}
        self.file: IO[bytes] = TemporaryFile()  # noqa: SIM115  whoever sends it closes it
        named = job.problems.exclude(row=b"").order_by("file").values_list("file", flat=True).distinct()
        found = {self.heads.get(name, ("", ".jsonl")) for name in named} or {("", ".jsonl")}
        self.ending = next(iter(found))[1] if len(found) == 1 else ".zip"
        if len(found) == 1:
            self._write(next(iter(found))[0], self._rows(), self.file)
        else:
            self._zip()
        self.file.seek(0)

    @property
    def type(self) -> str:
        """The media type."""
        return TYPES[self.ending]

    def name(self, suffix: str) -> str:
        """As the imported file is called, with this before its ending."""
        return f"{self.job.filename.rpartition('.')[0] or self.job.filename or 'rows'}{suffix}{self.ending}"

    def _zip(self) -> None:
        with ZipFile(self.file, "w", ZIP_DEFLATED) as archive:
            for number, (file, rows) in enumerate(groupby(self._rows(), lambda row: row["file"]), 1):
                head, ending = self.heads.get(file, ("", ".jsonl"))
                with archive.open(
                    f"{number} {PurePosixPath(file).stem}{ending}", "w", force_zip64=True
                ) as place:
                    self._write(head, rows, place)

    def _write(self, head: str, rows: Iterator[dict[str, Any]], place: IO[bytes]) -> None:
        if head:
            place.write(head.encode() + b"\n")
        for row in rows:
            place.write(bytes(row["row"]) + b"\n")

    def _rows(self) -> Iterator[dict[str, Any]]:
        """Those that stand in a file: a file that breaks off is a problem, too, and no row."""
        last = 0
        problems: Any = self.job.problems.exclude(row=b"").order_by("pk").values("pk", "file", "row")
        while rows := list(problems.filter(pk__gt=last)[:CHUNK]):
            yield from rows
            last = rows[-1]["pk"]


def _ending(file: dict[str, Any]) -> str:
    """Of a file of its rows."""
    return f".{file['format']}" if file["head"] else ".jsonl"
