"""What every known shape of rows is: recognized by its rows, and turned into columns of ours."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from core.columns import as_parts
from core.registry import Registry
from feedback.shape import DatasetShape

Row = Mapping[str, Any]
SURE, LIKELY, NO = 1.0, 0.6, 0.0
ENOUGH = 0.5  # how certain it must be to be said
LOOKED_AT = 50  # rows


@dataclass(frozen=True)
class Look:
    """What is known of a shape's rows beyond their columns, to set up a dataset for them.

    `roles`: column of ours -> what it is for (proposals.py); `labels`: column -> the labels that it may have.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Kind(ABC):
    """Everything that depends on the shape. `label` goes after “This looks like”."""

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]
    says: ClassVar[frozenset[str]] = (
        frozenset()
    )  # its columns that are named for what they become, without a dot

    def __init_subclass__(cls) -> None:
        if "name" in vars(cls):
            kinds.add(cls)

    @abstractmethod
    def recognizes(self, sample: Sequence[Row]) -> float:
        """How certain it is, 0 to 1, that rows like these have this shape. Never raises."""

    def row(self, data: Row) -> dict[str, Any]:
        """The row in columns of ours: plain ones, or named as targets. One that does not fit stays as it is."""
        try:
            return self.turned(data)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            return dict(data)

    def unfolded(self, data: Row) -> Row:
        """The row of a table, whose lists and objects may stand as JSON in a text. A text that only looks so, in a row
        that has the shape without it, stays.
        """
        found = _parted(data)
        return found if self.recognizes([found]) > ENOUGH or self.recognizes([data]) <= ENOUGH else data

    @abstractmethod
    def turned(self, data: Row) -> dict[str, Any]:
        """The same; what is not as the shape has it may raise."""

    def places(self, columns: Sequence[str], shape: DatasetShape) -> dict[str, str]:
        """Where columns of ours go that their names do not tell, in this dataset."""
        return {}

    def look(self, sample: Sequence[Row]) -> Look:
        """What these rows say about themselves."""
        return Look()


kinds: Registry[Kind] = Registry("feedback.imports.shapes", "shape")


def looks_like(sample: Sequence[Row], *, is_table: bool = False) -> Kind | None:
    """The shape that is the most certain, if one is certain enough. `is_table`: lists and objects may stand in the rows
    as JSON in a text, and texts may only look so.
    """
    rows = [row for row in sample[:LOOKED_AT] if row]
    found = _surest([_parted(row) for row in rows]) if is_table else None
    return found or _surest(rows)


def _surest(rows: Sequence[Row]) -> Kind | None:
    if not rows:
        return None
    found = [(kind().recognizes(rows), -kind.order, kind) for kind in kinds]
    certainty, _, kind = max(found, key=lambda one: one[:2], default=(NO, 0, None))
    return kind() if kind is not None and certainty > ENOUGH else None


def _parted(row: Row) -> dict[str, Any]:
    return {column: as_parts(value) for column, value in row.items()}


def share(sample: Sequence[Row], holds: Callable[[Row], bool]) -> float:
    """Of how many of the rows it holds."""
    return sum(map(holds, sample)) / len(sample)


def ranking_of(columns: Sequence[str], shape: DatasetShape) -> dict[str, str]:
    """Where the column `ranking` goes: to the first question that puts model answers in order."""
    asked = [name for name, one in shape.questions.items() if "tiers" in one.kind.means() and one.kind.judges]
    return {"ranking": f"suggestions.{asked[0]}"} if asked and "ranking" in columns else {}


def ratings_of(columns: Sequence[str], shape: DatasetShape) -> dict[str, str]:
    """Where the column `ratings` goes: to the first question that rates each of the answers."""
    asked = [name for name, one in shape.questions.items() if getattr(one.kind.settings, "for_each", None)]
    return {"ratings": f"suggestions.{asked[0]}"} if asked and "ratings" in columns else {}
