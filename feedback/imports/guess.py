"""A first mapping for a file that nobody has described: by names of columns and by what stands in them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Columns
from typing import Any

from core.columns import as_parts
from core.errors import Invalid
from feedback.fields import Kind as FieldKind
from feedback.fields.image_address import is_picture
from feedback.imports.answered import authors
from feedback.imports.mapping import Mapping, home
from feedback.imports.shapes import Kind, looks_like
from feedback.imports.targets import (
    AS,
    EXTERNAL_ID,
    RESPONSES,
    SKIP,
    WHOLE,
    is_target,
    known_target,
    suggested,
)
from feedback.item import Item
from feedback.shape import DatasetShape, QuestionShape

LOOKED_AT = 50  # values of a column; a guess, so not all of them

# Names that mean the same. The first group is what names a row, in order of trust.
IDS = ("external_id", "id", "prompt_id", "record_id", "example_id", "uuid", "uid", "key")
ASKED = frozenset({"prompt", "instruction", "instructions", "question", "query", "input", "text", "task"})
ANSWER = frozenset({"response", "answer", "completion", "output", "demonstration", "reply", "target"})
SAME = (
    ASKED,
    ANSWER,
    frozenset({"system", "system_prompt", "system_message"}),
    frozenset({"context", "passage", "document", "source_text", "background", "article", "story"}),
    frozenset({"reference", "reference_answer", "gold", "ground_truth"}),
    frozenset(
        {"messages", "conversation", "conversations", "chat", "dialog", "dialogue", "turns", "history"}
    ),
    frozenset({"responses", "answers", "completions", "candidates", "outputs", "generations", "replies"}),
)

Values = Columns[str, Sequence[Any]]  # column -> what stands in it, without nulls
Proposals = Iterator[tuple[str, str]]  # (column, target), the surest first


def guess(
    sample: Sequence[Columns[str, Any]], shape: DatasetShape, *, is_table: bool = False, plainly: bool = False
) -> Mapping:
    """Where each column of these rows goes. What fits nowhere becomes metadata, or is left out.

    `is_table`: lists and objects may stand in them as JSON in a text. Rows of a known shape are read so, unless more of
    the dataset is filled if they are not; `plainly`: never.
    """
    as_they_are = _guess(unfolded(sample) if is_table else sample, shape)
    kind = None if plainly else looks_like(sample, is_table=is_table)
    if kind is None:
        return as_they_are
    mapping = guess_as(kind, sample, shape, is_table=is_table)
    return as_they_are if _filled(mapping) < _filled(as_they_are) else mapping


def unfolded(sample: Sequence[Columns[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a table, whose lists and objects may stand as JSON in a text."""
    return [{column: as_parts(value) for column, value in row.items()} for row in sample]


def guess_as(
    kind: Kind, sample: Sequence[Columns[str, Any]], shape: DatasetShape, *, is_table: bool = False
) -> Mapping:
    """The same for rows that are read as of this shape."""
    rows = [kind.row(kind.unfolded(row) if is_table else row) for row in sample]
    return Mapping({WHOLE: AS + kind.name} | _guess(rows, shape, kind).root)


def _filled(mapping: Mapping) -> int:
    return sum(target.partition(".")[0] not in {"metadata", SKIP} for target in mapping.places.values())


def _guess(sample: Sequence[Columns[str, Any]], shape: DatasetShape, kind: Kind | None = None) -> Mapping:
    found = _values(sample, _opened(sample, shape))
    chosen: dict[str, str] = _said(found, shape, kind) if kind else {}
    for column, target in _proposals(found, shape, kind):
        if column not in chosen and target not in chosen.values():
            chosen[column] = target
    unfit = [f"fields.{name}" for name in shape.fields]
    for column, values in found.items():
        if column not in chosen:
            target = home(column, shape, [*chosen.values(), *unfit] if values else chosen.values())
            chosen[column] = f"metadata.{column}" if target in chosen.values() and target != SKIP else target
    return Mapping({column: chosen[column] for column in found})


def _said(found: Values, shape: DatasetShape, kind: Kind) -> dict[str, str]:
    """Columns that are named for what they become. Answers of people whom nobody here knows are left out."""
    said: dict[str, str] = {}
    for column, values in found.items():
        if not is_target(column) or ("." not in column and column not in kind.says):
            continue
        known = known_target(column, shape)
        if column == RESPONSES:
            known = any(authors(value) & shape.people.keys() for value in values)
        if known or column.partition(".")[0] not in {"fields", "metadata"}:
            said[column] = column if known else SKIP
    for column in said:
        if column.startswith("suggestions."):
            question, beside = suggested(column, shape.questions)
            if beside != "value" and said.get(f"suggestions.{question}", SKIP) == SKIP:
                said[column] = SKIP
    return said


def _values(sample: Sequence[Columns[str, Any]], opened: Mapping) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in sample:
        for column, value in opened.spread(row):
            values = found.setdefault(column, [])
            if value is not None and len(values) < LOOKED_AT:
                values.append(value)
    return found


def _opened(sample: Sequence[Columns[str, Any]], shape: DatasetShape) -> Mapping:
    """Our own export, and Argilla's, have one column for all fields and one for all metadata."""
    paths: dict[str, str] = {}
    beside = {column for row in sample for column in row} | shape.fields.keys()
    for part in ("fields", "metadata"):
        objects = [row[part] for row in sample if row.get(part) is not None]
        if objects and part not in shape.fields and all(isinstance(one, dict) for one in objects):
            names = {name for one in objects for name in one}
            fit = names <= shape.fields.keys() if part == "fields" else not names & beside
            paths |= {f"{part}.{name}": f"{part}.{name}" for name in names if name and fit}
    return Mapping(paths)


def _proposals(found: Values, shape: DatasetShape, kind: Kind | None) -> Proposals:
    yield from (kind.places(list(found), shape) if kind else {}).items()
    yield from (
        (column, column) for column in found if column.startswith("fields.") and home(column, shape) == column
    )
    yield from _fields(found, shape, lambda column, field: plain(column) == plain(field))
    yield from ((column, EXTERNAL_ID) for name in IDS for column in found if _identifies(column, name, found))
    yield from _questions(found, shape, lambda column, question: plain(column) == plain(question.name))
    yield from _fields(found, shape, _alike)
    yield from _by_looks(found, shape)
    yield from _questions(found, shape, lambda column, question: _written(column, question, shape))


def _fields(found: Values, shape: DatasetShape, match: Callable[[str, str], bool]) -> Proposals:
    for name, field in shape.fields.items():
        for column, values in found.items():
            if match(column, name) and _most(_accepts(field.kind, value) for value in values):
                yield column, f"fields.{name}"


def _by_looks(found: Values, shape: DatasetShape) -> Proposals:
    for name, field in shape.fields.items():
        for column, values in found.items():
            telling = [value for value in values if isinstance(value, list | dict) or is_picture(value)]
            if _most(field.kind.recognizes(value) for value in telling):
                yield column, f"fields.{name}"


def _questions(found: Values, shape: DatasetShape, match: Callable[[str, QuestionShape], bool]) -> Proposals:
    for name, question in shape.questions.items():
        for column, values in found.items():
            if match(column, question) and _most(_suggests(question, value) for value in values):
                yield column, f"suggestions.{name}"


def _identifies(column: str, name: str, found: Values) -> bool:
    values = found[column]
    single = all(isinstance(value, str | int) and not isinstance(value, bool) for value in values)
    return plain(column) == name and single and bool(values) and len(set(map(str, values))) == len(values)


def _written(column: str, question: QuestionShape, shape: DatasetShape) -> bool:
    """Whether an answer in the file stands for what people are asked to write."""
    if plain(column) not in ANSWER or "text" not in question.kind.means():
        return False
    asked = [one for one in shape.questions.values() if one.required and "text" in one.kind.means()]
    return plain(question.name) in ANSWER or asked == [question]


def _accepts(kind: FieldKind[Any], value: Any) -> bool:
    try:
        kind.clean(kind.adopt(value))
    except Invalid:
        return False
    return True


def _suggests(question: QuestionShape, value: Any) -> bool:
    try:
        question.kind.clean(value, Item(fields={}), final=False)
    except Invalid:
        return False
    return True


def _most(results: Iterable[bool]) -> bool:
    """Whether more than half are true; a column may hold a bad value. Of none, none are."""
    found = list(results)
    return sum(found) * 2 > len(found)


def _alike(column: str, field: str) -> bool:
    return any(plain(column) in names and plain(field) in names for names in SAME)


def plain(name: str) -> str:
    """A name without what people write differently: case, spaces, dashes."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")
