"""What an export was made from, kept: records with their answers as they were, compressed, never changed again.

A file of JSON Lines under gzip. The first line tells of the dataset, then comes a line for each record, and the last
one tells what was left out before.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import IO, Any

from feedback import fields as field_kinds
from feedback import metadata as metadata_kinds
from feedback import questions as question_kinds
from feedback.exports.base import Answer, ExportRecord, Suggestion, Tally
from feedback.shape import DatasetShape, FieldShape, PropertyShape, QuestionShape

VERSION = 1


@dataclass(frozen=True)
class Source:
    """The dataset that rows come from, as far as files tell of it. `records`: how many it has in all.

    `parts`: its fields, questions and metadata properties with their settings, which the shape is made from.
    """

    id: str
    name: str
    guidelines: str
    guidelines_version: int
    records: int
    parts: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def shape(self) -> DatasetShape:
        """The dataset's kinds as they were."""
        return DatasetShape(
            fields={
                one["name"]: FieldShape(one["name"], one["title"], one["required"], _kind(field_kinds, one))
                for one in self.parts["fields"]
            },
            questions={
                one["name"]: QuestionShape(
                    one["id"],
                    one["name"],
                    one["title"],
                    one["required"],
                    _kind(question_kinds, one),
                    one["description"],
                )
                for one in self.parts["questions"]
            },
            metadata={
                one["name"]: PropertyShape(one["name"], one["title"], _kind(metadata_kinds, one))
                for one in self.parts["metadata"]
            },
        )


def keep(path: Path, source: Source, records: Iterable[ExportRecord], tally: Tally) -> int:
    """Write what is read into a file; how many records. `tally` is complete once all are read."""
    count = 0
    with path.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=3, fileobj=raw, mtime=0) as file:
        about = {one.name: getattr(source, one.name) for one in fields(source)}
        file.write(_line({"version": VERSION, "dataset": about}))
        for record in records:
            file.write(_line(_record(record)))
            count += 1
        file.write(_line({"counts": tally.counts, "left_out": tally.left_out}))
    return count


def source_of(file: IO[bytes]) -> Source:
    """The dataset that a snapshot is of."""
    with gzip.GzipFile(fileobj=file) as lines:
        head = json.loads(lines.readline())
    return Source(**head["dataset"])


def records_of(file: IO[bytes], tally: Tally) -> Iterator[ExportRecord]:
    """The records of a snapshot, as they were; then what had been left out is in the tally."""
    with gzip.GzipFile(fileobj=file) as lines:
        lines.readline()
        for line in lines:
            found = json.loads(line)
            if "left_out" in found:
                tally.counts.update(found["counts"])
                tally.left_out.update(found["left_out"])
            else:
                yield _read(found)


def _kind(family: Any, part: Mapping[str, Any]) -> Any:
    return family.kinds[part["type"]](part["settings"])


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _record(record: ExportRecord) -> dict[str, Any]:
    answers = [one._asdict() for one in record.answers]
    suggestions = {name: one._asdict() for name, one in record.suggestions.items()}
    return record._asdict() | {"answers": answers, "suggestions": suggestions}


def _read(found: dict[str, Any]) -> ExportRecord:
    answers = [Answer(**one) for one in found["answers"]]
    suggestions = {name: Suggestion(**one) for name, one in found["suggestions"].items()}
    return ExportRecord(**found | {"answers": answers, "suggestions": suggestions})
