"""What every kind of field is. The kinds know no model and no request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from core.registry import Registry
from core.schema import Shape, parse
from feedback.item import Candidate


class Settings(Shape):
    """What the author of a dataset decides about a field. Stored as JSON in `Field.settings`."""

    type: str


S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Example:
    """A worked example, read by the contract tests and the documentation."""

    settings: dict[str, Any]
    values: list[Any]
    mistakes: list[Any] = field(default_factory=list)


class Kind(Generic[S]):
    """Everything that depends on the kind of a field. Nothing outside this package asks for its name."""

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]
    schema: type[S]
    example: ClassVar[Example]

    settings: S

    def __init_subclass__(cls) -> None:
        if "name" in vars(cls):
            kinds.add(cls)

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = parse(self.schema, settings)

    @property
    def template(self) -> str:
        return f"feedback/fields/{self.name}.html"

    def clean(self, value: Any) -> Any:
        """The value as it is stored, nothing trimmed or normalized; or `Invalid` (contract section 5.2)."""
        raise NotImplementedError

    def recognizes(self, value: Any) -> bool:
        """Whether a value found in a file looks like one of this kind: imports guess columns by it."""
        return False

    def adopt(self, value: Any) -> Any:
        """A value found in a file, brought to the shape that `clean` takes, losing nothing."""
        return value

    def candidates(self, value: Any) -> Sequence[Candidate] | None:
        """The model answers in it, if that is what it holds."""
        return None

    def messages(self, value: Any) -> Sequence[Mapping[str, str]] | None:
        """It as a conversation of {"role", "content"}, for exports; None if it is nothing of the sort."""
        return None

    def plain(self, value: Any) -> str:
        """All its text, for search, previews and word counts."""
        return ""

    def for_labeler(self, value: Any, shown: Sequence[str]) -> Any:
        """The value as a labeler may have it: nothing in it says which model wrote what.

        `shown`: candidate ids in the order of this person; letters follow it.
        """
        return value

    def wire_settings(self) -> dict[str, Any]:
        """The settings as the Argilla contract writes them (section 4.4); the nearest kind that it knows."""
        return self.settings.model_dump()

    def changed(self, patch: Mapping[str, Any]) -> dict[str, Any]:
        """The settings after a PATCH (section 4.4)."""
        raise NotImplementedError


kinds: Registry[Kind[Any]] = Registry("feedback.fields", "field")
