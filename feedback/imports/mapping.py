"""Which column of a file becomes which part of a record."""

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Columns
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, RootModel, model_validator

from core.errors import Invalid
from feedback.imports import shapes
from feedback.imports.targets import (
    AS,
    EXTERNAL_ID,
    PERSON,
    RESPONSES,
    SKIP,
    STATUS,
    WHOLE,
    is_target,
    known_target,
    suggested,
)
from feedback.shape import DatasetShape

__all__ = ["EXTERNAL_ID", "SKIP", "Mapping", "check", "columns", "home"]


def _known(target: str) -> str:
    if target.startswith(AS) and target.removeprefix(AS) not in shapes.kinds:
        known = ", ".join(AS + kind.name for kind in shapes.kinds)
        raise ValueError(f"{target[:100]!r} is no shape that is known. Choose one of: {known}.")
    if not target.startswith(AS) and not is_target(target):
        raise ValueError(
            f"{target[:100]!r} is no target. Choose external_id, fields.<name>, metadata.<name>, "
            "suggestions.<question>, responses.<question>, person, vectors.<name> or skip."
        )
    return target


class Mapping(RootModel[dict[str, Annotated[str, AfterValidator(_known)]]]):
    """Column -> target: external_id, fields.<name>, metadata.<name>, suggestions.<question>, responses.<question>,
    vectors.<name> … or skip (targets.py).

    A dot in a column goes into an object or a list: "fields.prompt" is the key `prompt` of the column `fields`,
    "answers.0" the first of `answers`. What the mapping does not name goes home (see `home`), so that nothing is
    lost by being forgotten. `*` names the shape that the rows have (shapes/); the columns are then those of the shape.
    """

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _only_the_whole_has_a_shape(self) -> "Mapping":
        if any(target.startswith(AS) and column != WHOLE for column, target in self.root.items()):
            raise ValueError(f"Only the whole row, {WHOLE!r}, can be of a shape.")
        return self

    @cached_property
    def of_shape(self) -> str:
        """The name of the shape that the rows have; empty if they are read as they are."""
        target = self.root.get(WHOLE, "")
        return target.removeprefix(AS) if target.startswith(AS) else ""

    @property
    def whole(self) -> str:
        """What `*` says, if the rows are of a shape; else nothing."""
        return AS + self.of_shape if self.of_shape else ""

    @cached_property
    def places(self) -> dict[str, str]:
        """Column -> target alone."""
        return {column: target for column, target in self.root.items() if not target.startswith(AS)}

    @cached_property
    def opened(self) -> frozenset[str]:
        """The columns whose parts are columns themselves."""
        return frozenset(
            column[:at] for column in self.places for at, sign in enumerate(column) if sign == "."
        )

    @cached_property
    def taken(self) -> frozenset[str]:
        """The targets that have a column."""
        return frozenset(self.places.values())

    @property
    def brings_answers(self) -> bool:
        """Whether people's answers may come in by it."""
        return any(target.partition(".")[0] == RESPONSES for target in self.taken)

    @property
    def may_repeat(self) -> bool:
        """Whether several rows may be about one record: each holds what one person said about it."""
        return PERSON in self.taken

    @property
    def may_identify(self) -> bool:
        """Whether rows may come with external ids: a column is one, or would be by its name."""
        return EXTERNAL_ID in self.taken or EXTERNAL_ID not in self.root

    def spread(self, data: Columns[str, Any], *, is_table: bool = False) -> Iterator[tuple[str, Any]]:
        """Each column of a row with its value. `is_table`: lists and objects may stand in it as JSON in a text."""
        if self.of_shape:
            kind = shapes.kinds[self.of_shape]()
            data = kind.row(kind.unfolded(data) if is_table else data)
        return self._spread(data, "")

    def _spread(self, data: Columns[str, Any], above: str) -> Iterator[tuple[str, Any]]:
        for key, value in data.items():
            column = above + key
            if (
                column in self.opened
                and column not in self.places
                and value
                and isinstance(value, dict | list)
            ):
                inner = value if isinstance(value, dict) else {str(n): one for n, one in enumerate(value)}
                yield from self._spread(inner, column + ".")
            else:
                yield column, value

    def target(self, column: str, shape: DatasetShape) -> str:
        """Where this column goes."""
        return self.places.get(column) or home(column, shape, self.taken)


def home(column: str, shape: DatasetShape, taken: Iterable[str] = ()) -> str:
    """Where a column goes that nobody placed: the free field of its name, else metadata, else nowhere."""
    name = column.removeprefix("fields.")
    if name in shape.fields and f"fields.{name}" not in taken:
        return f"fields.{name}"
    if column == EXTERNAL_ID and EXTERNAL_ID not in taken:
        return EXTERNAL_ID
    name = column.removeprefix("metadata.") or column
    return f"metadata.{name}" if name in shape.metadata or shape.allow_extra_metadata else SKIP


def columns(rows: Iterable[Columns[str, Any]], mapping: Mapping) -> list[str]:
    """The columns of these rows, in the order in which they first appear."""
    return list(dict.fromkeys(column for row in rows for column, _ in mapping.spread(row)))


def check(mapping: Mapping, shape: DatasetShape, found: Iterable[str], *, complete: bool = True) -> None:
    """Raise `Invalid` if the mapping does not fit the dataset or `found`, the columns of the file.

    `complete`: no row has other columns; otherwise what the mapping names may still come. `Invalid.errors`
    names the columns, and the required fields that no column fills.
    """
    seen = list(found) if complete else [*found, *mapping.places]
    filled = Counter(mapping.target(column, shape) for column in dict.fromkeys(seen))
    errors: dict[str, str] = {}
    for column, target in mapping.places.items():
        if column not in seen:
            errors[column] = "The file has no such column. Check its name."
        elif target != SKIP and filled[target] > 1:
            errors[column] = f"Several columns go to {target}. Choose one, and another place for the others."
        elif sentence := _misplaced(target, shape) or _alone(target, mapping, shape):
            errors[column] = sentence
    for name, field in shape.fields.items():
        if field.required and not filled[f"fields.{name}"]:
            errors.setdefault(name, f"The field {name!r} is required. Choose the column that fills it.")
    if errors:
        raise Invalid("This mapping does not fit.", errors)


def _misplaced(target: str, shape: DatasetShape) -> str | None:
    if known_target(target, shape):
        return None
    part, _, name = target.partition(".")
    if part == "fields":
        return f"The dataset has no field named {name!r}. {_choices(shape.fields)}"
    if part in {"suggestions", "responses", PERSON, STATUS}:
        name = suggested(target, shape.questions)[0] if part == "suggestions" else name
        return f"The dataset has no question named {name!r}. {_choices(shape.questions)}"
    if part == "vectors":
        return f"The dataset has no vector named {name!r}. {_choices(shape.vectors)}"
    return f"The dataset has no metadata named {name!r} and allows no other. {_choices(shape.metadata)}"


def _alone(target: str, mapping: Mapping, shape: DatasetShape) -> str | None:
    """Why this target does not work without another one."""
    answers = any(one.startswith(f"{RESPONSES}.") for one in mapping.taken)
    if target.startswith(f"{RESPONSES}.") and PERSON not in mapping.taken:
        return "Say who gave this answer: choose the column that names the person."
    if target in {PERSON, STATUS} and not answers:
        return "There is no answer that goes with it. Choose the columns of the answers, or leave it out."
    if target.startswith("suggestions."):
        question, beside = suggested(target, shape.questions)
        if beside != "value" and f"suggestions.{question}" not in mapping.taken:
            return f"There is no suggestion for {question!r} that it belongs to. Choose its column, or leave it out."
    return None


def _choices(names: Iterable[str]) -> str:
    known = ", ".join(names)
    return f"Choose one of: {known}." if known else "Leave the column out: skip."
