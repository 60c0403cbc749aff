"""Files as replies, to be kept under a name: one out of the storage, or several in a zip made on the way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

ANY = "application/octet-stream"
TYPES = {
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "md": "text/markdown",
    "csv": "text/csv",
    "yaml": "application/yaml",
    "zip": "application/zip",
}


def one_file(file: IO[bytes], name: str, size: int) -> FileResponse:
    """A file. `name`: what it is called where it arrives; `size`: bytes."""
    kind = TYPES.get(name.rpartition(".")[2], ANY)
    reply = FileResponse(file, as_attachment=True, filename=name, content_type=kind)
    reply.headers["Content-Length"] = str(size)
    return reply


def zip_file(parts: Iterable[bytes], name: str) -> StreamingHttpResponse:
    """A zip out of parts that come one after the other. How large it gets nobody knows before."""
    reply = StreamingHttpResponse(parts, content_type="application/zip")
    reply.headers["Content-Disposition"] = str(content_disposition_header(True, name))
    return reply
