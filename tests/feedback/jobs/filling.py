"""Files to import, and a file that an import reads in front of everybody's eyes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from feedback.actions import importing
from feedback.actions.uploads import start_import
from feedback.models import Dataset, Job


def row(number: int, **more: Any) -> dict[str, Any]:
    """A row that fits the dataset of tests/make.py."""
    answers = [{"id": "a", "text": f"A {number}"}, {"id": "b", "text": f"B {number}"}]
    return {"id": f"row-{number}", "prompt": f"Prompt {number}", "answers": answers, **more}


def lines(*rows: Any) -> bytes:
    """A file of these rows; bytes stand as they are."""
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in rows)


def start(dataset: Dataset, file: bytes | Iterable[Any], **given: Any) -> Job:
    """Ask for an import of this file, or of these rows."""
    content = file if isinstance(file, bytes) else lines(*file)
    return start_import(dataset, io.BytesIO(content), **{"filename": "rows.jsonl", "by": None, **given})


def run(job: Job) -> Job:
    """Do the import, as a worker does."""
    importing.run_import(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def bring_in(dataset: Dataset, file: bytes | Iterable[Any], **given: Any) -> Job:
    """Both."""
    return run(start(dataset, file, **given))


def after_chunks(monkeypatch: Any, number: int, act: Callable[[], None]) -> None:
    """Let something happen when so many chunks are written, before the next one is."""
    take, written = importing._take, []

    def watched(job: Job, chunk: Any) -> bool:
        if len(written) == number:
            act()
        written.append(chunk)
        return take(job, chunk)

    monkeypatch.setattr(importing, "_take", watched)
