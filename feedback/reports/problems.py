"""The rows that an import could not take in."""

from tempfile import TemporaryFile
from typing import IO

from feedback.models import Job

CHUNK = 1000  # rows read at a time


def bad_rows(job: Job) -> IO[bytes]:
    """The rows as they stood, one a line: a file to correct and to import again.

    Written out before it is sent: a response is streamed after its transaction, when nothing can be read any more.
    """
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    after = (0, 0)
    while rows := list(
        job.problems.filter(line__gte=after[0])
        .exclude(line=after[0], pk__lte=after[1])
        .order_by("line", "pk")
        .values_list("line", "pk", "row")[:CHUNK]
    ):
        for line, pk, row in rows:
            file.write(bytes(row) + b"\n")
            after = (line, pk)
    file.seek(0)
    return file
