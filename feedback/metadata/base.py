"""What every kind of metadata property is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Self, TypeVar

from core.registry import Registry
from core.schema import Shape, parse


class Settings(Shape):
    """What the author of a dataset decides about a property: JSON in `MetadataProperty.settings`."""

    type: str


S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Example:
    """A worked example for the contract tests and the documentation."""

    settings: dict[str, Any]
    values: list[Any]
    mistakes: list[Any] = field(default_factory=list)


class Kind(ABC, Generic[S]):
    """Everything that depends on the kind of a metadata property."""

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]
    schema: type[S]
    example: ClassVar[Example]
    is_number: ClassVar[bool] = False  # whether values are compared as numbers, and not as words

    settings: S

    def __init_subclass__(cls) -> None:
        if "name" in vars(cls):
            kinds.add(cls)

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = parse(self.schema, settings)

    @classmethod
    def from_wire(cls, settings: Mapping[str, Any]) -> Self:
        """A property from settings as an Argilla client writes them, with keys that nobody knows."""
        return cls(parse(cls.schema, settings, extra="ignore").model_dump())

    @abstractmethod
    def clean(self, value: Any) -> Any:
        """The value as it is stored, or `Invalid` (contract section 5.2). Null is fine and not asked here."""

    @classmethod
    def settings_for(cls, values: Sequence[Any]) -> dict[str, Any] | None:
        """Settings under which these, found in a file, fit; None if they are none of this kind."""
        return None

    def from_column(self, value: Any) -> Any:
        """A value of a typed table (Parquet, CSV), where a number may stand as text: as `clean` takes it."""
        return value

    def column(self, value: Any) -> Any:
        """The stored value as a column of one type has it (contract section 10)."""
        return value

    @property
    def choices(self) -> list[str]:
        """The values to choose from, as filters have them; none where any will do."""
        return []

    def measured(self, number: float) -> float:
        """A least or greatest number of records as the contract shows it (section 8.3)."""
        return number

    @classmethod
    def wire_shape(cls) -> type[Shape]:
        """The shape of settings as `from_wire` takes and `wire_settings` gives them, for the API's document."""
        return cls.schema

    def wire_settings(self) -> dict[str, Any]:
        """The settings as the Argilla contract writes them (section 4.6)."""
        return self.settings.model_dump()


kinds: Registry[Kind[Any]] = Registry("feedback.metadata", "metadata property")


def from_wire(settings: Mapping[str, Any]) -> Kind[Any]:
    """The property that these settings of the Argilla contract describe (section 4.6), or `Invalid`."""
    return kinds[str(settings.get("type"))].from_wire(settings)
