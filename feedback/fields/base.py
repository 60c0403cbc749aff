"""What every kind of field is. The kinds know no model and no request."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.http import QueryDict

from core.errors import Invalid
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


@dataclass(frozen=True)
class Framed:
    """What stands in a frame that is shut off from the page: HTML, the variable `record` for its scripts if they
    may have it, or the `problem` that kept it from being made.
    """

    html: str = ""
    record: Mapping[str, Any] | None = None
    problem: str = ""


class Kind(ABC, Generic[S]):
    """Everything that depends on the kind of a field. Nothing outside this package asks for its name."""

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]
    schema: type[S]
    example: ClassVar[Example]
    holds_candidates: ClassVar[bool] = False  # whether its values are model answers, which a ranking can rank
    holds_text: ClassVar[bool] = False  # whether its values are texts, which spans can mark
    holds_turns: ClassVar[bool] = False  # whether its values are conversations, which a text can go on with
    is_written: ClassVar[bool] = False  # whether people can write its values: its template has #write
    is_picture: ClassVar[bool] = False  # whether its values are addresses of pictures
    changeable: ClassVar[frozenset[str]] = frozenset({"use_markdown"})  # what a PATCH changes, and has to say
    preview: ClassVar[str] = ""  # the template below the form of its settings, where one can try them

    settings: S

    def __init_subclass__(cls) -> None:
        if "name" in vars(cls):
            kinds.add(cls)

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = parse(self.schema, settings)

    @classmethod
    def from_wire(cls, settings: Mapping[str, Any]) -> Self:
        """A field from settings as an Argilla client writes them, which may have keys that nobody knows."""
        return cls(parse(cls.schema, settings, extra="ignore").model_dump())

    @property
    def template(self) -> str:
        """Has the partial #show."""
        return f"feedback/fields/{self.name}.html"

    @property
    def is_markdown(self) -> bool:
        """Whether its text is to be shown as Markdown."""
        return bool(getattr(self.settings, "use_markdown", False))

    @abstractmethod
    def clean(self, value: Any) -> Any:
        """The value as it is stored, nothing trimmed or normalized; or `Invalid` (contract section 5.2)."""

    def read(self, form: QueryDict, name: str) -> Any | None:
        """The value that somebody wrote on a page; None if they left it blank."""
        # Browsers send every line break as CR LF; what the person wrote has LF.
        text = (form.get(name) or "").replace("\r\n", "\n")
        return text if text.strip() else None

    def fill(self, value: Any) -> Any:
        """The value as the partial #write takes it; None is one that is still to be written."""
        return value

    def recognizes(self, value: Any) -> bool:
        """Whether a value found in a file looks like one of this kind: imports guess columns by it."""
        return False

    def adopt(self, value: Any) -> Any:
        """A value found in a file, brought to the shape that `clean` takes, losing nothing."""
        return value

    def from_column(self, value: Any) -> Any:
        """A value of a typed table (Parquet, CSV), where a text may stand as a number: as `clean` takes it."""
        return value

    def restore(self, value: Any) -> Any:
        """The value as it stood in the file: undoes `adopt`."""
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

    def brief(self, value: Any) -> str:
        """What stands in a list for a value that has no text."""
        return ""

    def thumbnail(self, value: Any) -> str | None:
        """The address of a picture that a list can show in small."""
        return None

    def framed(self, record: Mapping[str, Any]) -> Framed | None:
        """What a frame shows of it, for kinds that do not show themselves; `record`: as the person may have it."""
        return None

    @classmethod
    def has_text(cls) -> bool:
        """Whether there is text in it at all, to be searched."""
        return cls.plain is not Kind.plain

    def for_labeler(self, value: Any, shown: Sequence[str]) -> Any:
        """The value as a labeler may have it: nothing in it says which model wrote what.

        `shown`: candidate ids in the order of this person; letters follow it.
        """
        return value

    def wire(self, value: Any) -> Any:
        """The value as the API has it, which `clean` takes again; for those who may know the models."""
        return value

    def wire_for_labeler(self, value: Any, shown: Sequence[str]) -> Any:
        """The same as a labeler may have it."""
        return self.for_labeler(value, shown)

    @classmethod
    def wire_shape(cls) -> type[Shape]:
        """The shape of settings as `from_wire` takes and `wire_settings` gives them, for the API's document."""
        return cls.schema

    def wire_settings(self) -> dict[str, Any]:
        """The settings as the Argilla contract writes them (section 4.4); the nearest kind that it knows."""
        return self.settings.model_dump()

    def changed(self, patch: Mapping[str, Any]) -> dict[str, Any]:
        """The settings after a PATCH (section 4.4); `Invalid` for another type or a part left out."""
        self._refuse_other_type(patch)
        missing = {name: f"Say {name} as well." for name in sorted(self.changeable - patch.keys())}
        if missing:
            raise Invalid(" ".join(missing.values()), missing)
        new = {name: patch[name] for name in self.changeable}
        return parse(self.schema, self.settings.model_dump() | new).model_dump()

    def _refuse_other_type(self, patch: Mapping[str, Any]) -> None:
        if patch.get("type") not in (self.name, self.wire_settings()["type"]):  # of any JSON type
            sentence = f"This is a field of type {self.name!r}, and that stays. Name the same type."
            raise Invalid(sentence, {"type": sentence})


kinds: Registry[Kind[Any]] = Registry("feedback.fields", "field")


def from_wire(settings: Mapping[str, Any]) -> Kind[Any]:
    """The field that these settings of the Argilla contract describe (section 4.4), or `Invalid`.

    Kinds that Argilla does not know travel as its custom field, with their own name beside it as `kind`.
    """
    return kinds[str(settings.get("kind") or settings.get("type"))].from_wire(settings)
