"""Datasets, records and answers for the export tests, so that a test says only what matters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from feedback import exports, fields, metadata, questions
from feedback.exports import Answer, ExportRecord, Row, Suggestion, Tally
from feedback.exports.files import read_back
from feedback.exports.files.account import Account
from feedback.exports.files.card import CARD, card
from feedback.exports.files.folder import Folder
from feedback.exports.files.splits import Splits
from feedback.exports.plan import Plan
from feedback.exports.provenance import Made
from feedback.exports.snapshot import Source
from feedback.shape import DatasetShape, FieldShape, QuestionShape

for family in (exports.kinds, fields.kinds, metadata.kinds, questions.kinds):
    family.load()

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

TEXT = {"type": "text"}
RANK = {"type": "ranking", "field": "answers"}
RATING = {"type": "rating", "options": [{"value": value} for value in range(1, 6)]}


def shape(
    fields_: Mapping[str, str] | None = None, questions_: Mapping[str, Mapping[str, Any]] | None = None
) -> DatasetShape:
    """By default a prompt or a conversation, model answers, a ranking of them, a text and a rating."""
    fields_ = fields_ or {"prompt": "text", "messages": "chat", "answers": "candidates"}
    questions_ = questions_ or {"rank": RANK, "reply": TEXT, "quality": RATING}
    made = {name: fields.kinds[kind]({"type": kind}) for name, kind in fields_.items()}
    asked = {name: questions.kinds[one["type"]](one) for name, one in questions_.items()}
    return DatasetShape(
        fields={name: FieldShape(name, name.title(), False, kind) for name, kind in made.items()},
        questions={name: QuestionShape(name, name, name.title(), True, kind) for name, kind in asked.items()},
    )


def candidates(*texts: str) -> list[dict[str, Any]]:
    """Answers with the ids a, b, c …"""
    named = zip("abcdefghi", texts, strict=False)
    return [{"id": name, "text": text, "model": f"model-{name}"} for name, text in named]


def moment(seconds: int = 0) -> str:
    """So many seconds after noon, as exports have it."""
    return f"{NOON + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.%fZ}"


def tiers(order: str) -> dict[str, Any]:
    """A stored ranking from "a bc d": b and c tie."""
    return {"version": 1, "tiers": [list(tier) for tier in order.split(" ")]}


def answer(
    person: str = "labeler-1", status: Any = "submitted", *, is_extra: bool = False, **values: Any
) -> Answer:
    return Answer(
        id=f"answer-of-{person}",
        person=person,
        status=status,
        values=values,
        presentation={"order": {"rank": ["b", "a"]}},
        active_ms=1500,
        guideline_version=2,
        is_extra=is_extra,
        reason="no expertise" if status == "discarded" else None,
        inserted_at=moment(int(person[-1])),
        updated_at=moment(),
    )


def record(
    *answers: Answer,
    id: str = "r1",
    external_id: str | None = None,
    metadata: dict[str, Any] | None = None,
    suggestions: dict[str, Suggestion] | None = None,
    **fields: Any,
) -> ExportRecord:
    return ExportRecord(
        id=id,
        external_id=external_id,
        status="completed" if answers else "pending",
        fields=fields,
        metadata=metadata or {},
        suggestions=suggestions or {},
        answers=answers,
        inserted_at=moment(),
        updated_at=moment(),
    )


def export(
    name: str, records: Iterable[ExportRecord], of: DatasetShape | None = None, **options: Any
) -> tuple[list[dict[str, Any]], Tally]:
    """The rows of an export, and its tally."""
    tally = Tally()
    return [row.data for row in made(name, records, of, tally, **options)], tally


def written(
    path: Path,
    name: str,
    records: Iterable[ExportRecord],
    of: DatasetShape | None = None,
    *,
    file_type: str = "jsonl",
    splits: Splits | None = None,
    seed: int | None = None,
    **options: Any,
) -> Made:
    """A folder with the files of an export, its card too."""
    kind, of, tally = exports.kinds[name](), of or shape(), Tally()
    chosen, splits, records = kind.options(options, of), splits or Splits(), list(records)
    plan = Plan(format=name, file_type=file_type, splits=splits, shuffle=seed is not None)
    account = Account(of, len(records))
    path.mkdir(parents=True, exist_ok=True)
    folder = Folder(path, kind.columns(chosen, of), file_type=file_type, splits=splits, seed=seed)
    for row in kind.rows(account.of(records), chosen, of, tally):
        folder.add(row)
    folder.close()
    source = Source("d1", "Reviews", "Be kind.", 2, len(records))
    done = Made(kind, chosen, plan, source, account, tally, folder, read_back.dates(folder))
    (path / CARD).write_text(card(done), encoding="utf-8")
    return done


def made(
    name: str,
    records: Iterable[ExportRecord],
    of: DatasetShape | None = None,
    tally: Tally | None = None,
    **options: Any,
) -> Iterator[Row]:
    """The rows of an export, with what they were made of."""
    kind, of = exports.kinds[name](), of or shape()
    return kind.rows(records, kind.options(options, of), of, tally or Tally())


def user(*texts: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text} for text in texts]


def said(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]


def pairs(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each row as "chosen>rejected", of conversational rows."""
    return [f"{row['chosen'][-1]['content']}>{row['rejected'][-1]['content']}" for row in rows]
