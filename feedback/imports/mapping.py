"""Which column of a file becomes which part of a record."""

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Columns
from functools import cached_property
from typing import Annotated, Any

from django.utils.translation import gettext
from pydantic import AfterValidator, ConfigDict, RootModel

from core.errors import Invalid
from feedback.shape import DatasetShape

EXTERNAL_ID = "external_id"
SKIP = "skip"
PARTS = ("fields", "metadata", "suggestions")


def _known(target: str) -> str:
    part, dot, name = target.partition(".")
    if target not in {EXTERNAL_ID, SKIP} and not (part in PARTS and dot and name):
        raise ValueError(
            f"{target[:100]!r} is no target. Choose external_id, fields.<name>, metadata.<name>, "
            "suggestions.<question> or skip."
        )
    return target


class Mapping(RootModel[dict[str, Annotated[str, AfterValidator(_known)]]]):
    """Column -> target: external_id, fields.<name>, metadata.<name>, suggestions.<question> or skip.

    A dot in a column goes into an object: "fields.prompt" is the key `prompt` of the column `fields`. What
    the mapping does not name goes home (see `home`), so that nothing is lost by being forgotten.
    """

    model_config = ConfigDict(frozen=True)

    @cached_property
    def opened(self) -> frozenset[str]:
        """The columns whose keys are columns themselves."""
        return frozenset(column[:at] for column in self.root for at, sign in enumerate(column) if sign == ".")

    @cached_property
    def taken(self) -> frozenset[str]:
        """The targets that have a column."""
        return frozenset(self.root.values())

    @property
    def may_identify(self) -> bool:
        """Whether rows may come with external ids: a column is one, or would be by its name."""
        return EXTERNAL_ID in self.taken or EXTERNAL_ID not in self.root

    def spread(self, data: Columns[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
        """Each column of a row with its value."""
        for key, value in data.items():
            column = above + key
            if column in self.opened and column not in self.root and isinstance(value, dict) and value:
                yield from self.spread(value, column + ".")
            else:
                yield column, value

    def target(self, column: str, shape: DatasetShape) -> str:
        """Where this column goes."""
        return self.root.get(column) or home(column, shape, self.taken)


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


def targets(shape: DatasetShape, column: str = "") -> list[tuple[str, str]]:
    """What a column may become, with the words for it; `column` adds metadata of its own name if allowed."""
    found = [(EXTERNAL_ID, gettext("External id"))]
    for name, field in shape.fields.items():
        words = {"title": field.title, "kind": gettext(field.kind.label).lower()}
        found.append((f"fields.{name}", gettext("%(title)s (field, %(kind)s)") % words))
    for name, question in shape.questions.items():
        words = {"title": question.title, "kind": gettext(question.kind.label).lower()}
        label = gettext("%(title)s (suggestion, %(kind)s)") % words
        found.append((f"suggestions.{name}", label))
    for name, one in shape.metadata.items():
        found.append((f"metadata.{name}", gettext("%(title)s (metadata)") % {"title": one.title}))
    if column and shape.allow_extra_metadata and column not in shape.metadata:
        found.append((f"metadata.{column}", gettext("%(title)s (further metadata)") % {"title": column}))
    return [*found, (SKIP, gettext("Leave out"))]


def check(mapping: Mapping, shape: DatasetShape, found: Iterable[str], *, complete: bool = True) -> None:
    """Raise `Invalid` if the mapping does not fit the dataset or `found`, the columns of the file.

    `complete`: no row has other columns; otherwise what the mapping names may still come. `Invalid.errors`
    names the columns, and the required fields that no column fills.
    """
    seen = list(found) if complete else [*found, *mapping.root]
    filled = Counter(mapping.target(column, shape) for column in dict.fromkeys(seen))
    errors: dict[str, str] = {}
    for column, target in mapping.root.items():
        if column not in seen:
            errors[column] = "The file has no such column. Check its name."
        elif target != SKIP and filled[target] > 1:
            errors[column] = f"Several columns go to {target}. Choose one, and another place for the others."
        elif sentence := _misplaced(target, shape):
            errors[column] = sentence
    for name, field in shape.fields.items():
        if field.required and not filled[f"fields.{name}"]:
            errors.setdefault(name, f"The field {name!r} is required. Choose the column that fills it.")
    if errors:
        raise Invalid("This mapping does not fit.", errors)


def _misplaced(target: str, shape: DatasetShape) -> str | None:
    part, _, name = target.partition(".")
    if part == "fields" and name not in shape.fields:
        return f"The dataset has no field named {name!r}. {_choices(shape.fields)}"
    if part == "suggestions" and name not in shape.questions:
        return f"The dataset has no question named {name!r}. {_choices(shape.questions)}"
    if part == "metadata" and name not in shape.metadata and not shape.allow_extra_metadata:
        return f"The dataset has no metadata named {name!r} and allows no other. {_choices(shape.metadata)}"
    return None


def _choices(names: Iterable[str]) -> str:
    known = ", ".join(names)
    return f"Choose one of: {known}." if known else "Leave the column out: skip."
