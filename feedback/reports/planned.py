"""How a planned dataset will look, before it is made: what each column can be, and its first record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from json import dumps
from typing import Any

from django.utils.translation import gettext

from core.errors import Invalid
from feedback import fields, metadata, questions
from feedback.imports.convert import Incoming, convert
from feedback.imports.planning import Plan, plan_of
from feedback.imports.proposals import KEPT, VECTOR, Planned, kind_of, labels_of, roles_for, values_of
from feedback.imports.shapes import Kind
from feedback.imports.targets import EXTERNAL_ID, RESPONSES, SKIP
from feedback.shape import DatasetShape, FieldShape, PropertyShape, QuestionShape

LENGTH = 120  # characters of a value
UNTITLED = {EXTERNAL_ID, RESPONSES, SKIP}
SPECIAL = ("question:ranking", "question:rating", "question:label_selection", "question:text")


@dataclass(frozen=True)
class Line:
    """A column, or a question without one: what it is planned to be, and can be. `groups`: (words, roles)."""

    planned: Planned
    sample: str
    groups: list[tuple[str, list[tuple[str, str]]]]
    has_labels: bool
    has_title: bool
    error: str | None


@dataclass
class Planning:
    """A plan with all that is said about it. `first`: the first record, if there is one by this plan."""

    lines: list[Line]
    problem: str = ""
    shape: DatasetShape | None = None
    first: Incoming | None = None
    unfit: int = 0
    looked_at: int = 0
    reasons: list[str] = field(default_factory=list)


def planning(
    planned: Sequence[Planned],
    rows: Sequence[Mapping[str, Any]],
    known: Kind | None,
    *,
    is_table: bool = False,
) -> Planning:
    """What becomes of these rows by this plan. `is_table`: as for `convert`."""
    found = values_of(rows, known)
    errors: Mapping[str, str] = {}
    plan = None
    try:
        plan = plan_of(planned, rows, known)
    except Invalid as error:
        errors = error.errors
    lines = [_line(one, found.get(one.column, []), errors) for one in planned]
    result = Planning(lines, problem=errors.get("", ""), looked_at=len(rows))
    if plan:
        result.shape = shape_of(plan)
        _look(result, plan, rows, is_table=is_table)
    return result


def shape_of(plan: Plan) -> DatasetShape:
    """What the dataset will ask for."""
    return DatasetShape(
        fields={
            part.name: FieldShape(
                part.name, part.title, part.required, fields.kinds[part.settings["type"]](part.settings)
            )
            for part in plan.fields
        },
        questions={
            part.name: QuestionShape(
                part.name,
                part.name,
                part.title,
                part.required,
                questions.kinds[part.settings["type"]](part.settings),
            )
            for part in plan.questions
        },
        metadata={
            one.name: PropertyShape(one.name, one.title, metadata.kinds[one.settings["type"]](one.settings))
            for one in plan.metadata
        },
        vectors=plan.vectors,
    )


def _look(result: Planning, plan: Plan, rows: Sequence[Mapping[str, Any]], *, is_table: bool) -> None:
    assert result.shape is not None
    columns = plan.columns
    # Whose answers come in is known when they do.
    mapping = columns.model_copy(update={"root": {**columns.root, RESPONSES: SKIP}})
    for number, row in enumerate(rows, 1):
        try:
            incoming = convert(row, mapping, result.shape, is_table=is_table)
        except Invalid as error:
            column, sentence = next(iter(error.errors.items()), ("", str(error)))
            result.unfit += 1
            if len(result.reasons) < 3:
                result.reasons.append(
                    gettext("Row %(number)s, %(column)s: %(sentence)s")
                    % {"number": number, "column": column, "sentence": sentence}
                )
        else:
            result.first = result.first or incoming


def _line(one: Planned, values: Sequence[Any], errors: Mapping[str, str]) -> Line:
    first = values[0] if values else ""
    sample = first if isinstance(first, str) else dumps(first, ensure_ascii=False)
    roles = roles_for(one.column, values) if one.column else [*SPECIAL, SKIP]
    if one.role not in roles:
        roles = [one.role, *roles]
    has_labels = bool(one.labels) or bool(labels_of(one.role, values)) or _takes_labels(one.role)
    error = errors.get(one.column or one.title)
    return Line(one, sample[:LENGTH], _grouped(roles), has_labels, one.role not in UNTITLED, error)


def _takes_labels(role: str) -> bool:
    kind = kind_of(role)
    return role.startswith("question:") and kind is not None and bool(kind.means() & {"chosen"})


def _grouped(roles: Sequence[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups = {
        "field": gettext("People see it"),
        "question": gettext("People answer it"),
        "metadata": gettext("To find records by"),
        "": gettext("Otherwise"),
    }
    found: dict[str, list[tuple[str, str]]] = {words: [] for words in groups.values()}
    for role in roles:
        family = role.partition(":")[0] if kind_of(role) else ""
        found[groups[family]].append((role, _words(role, family)))
    return [(words, some) for words, some in found.items() if some]


def _words(role: str, family: str) -> str:
    single = {
        EXTERNAL_ID: gettext("Your own id of the record"),
        RESPONSES: gettext("Answers of people, as they are"),
        VECTOR: gettext("Vector"),
        KEPT: gettext("Keep it, nothing more"),
        SKIP: gettext("Leave it out"),
    }
    if role in single:
        return single[role]
    label = gettext(kind_of(role).label)
    patterns = {
        "field": gettext("Field: %(label)s"),
        "question": gettext("Question: %(label)s"),
        "metadata": gettext("Property: %(label)s"),
    }
    return patterns[family] % {"label": label}
