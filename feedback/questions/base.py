"""What every kind of question is. The kinds know no model and no request: a form body is data."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.http import QueryDict
from django.utils.translation import gettext_noop
from pydantic import Field

from core.errors import Invalid
from core.registry import Registry
from core.schema import Shape, parse
from feedback import fields as field_kinds
from feedback.item import Item
from feedback.questions.meaning import Meaning
from feedback.questions.shown_when import ShownWhen


class Settings(Shape):
    """What the author of a dataset decides about a question. Stored as JSON in `Question.settings`."""

    type: str
    shown_when: ShownWhen | None = Field(
        None,
        title=gettext_noop("Ask it only when"),
        description=gettext_noop(
            "An earlier question decides whether this one is asked. Where it is not, no answer is missed."
        ),
        exclude_if=lambda value: value is None,
    )


S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Example:
    """A worked example, read by the contract tests, the admin's preview and the documentation.

    For the first of `answers`: `posted` is the form body that says it (field name -> value or list),
    for a question named "quality", and `wire` how the Argilla contract writes it. `item` is what it is about.
    """

    settings: dict[str, Any]
    answers: list[Any]
    mistakes: list[Any] = field(default_factory=list)
    posted: dict[str, Any] = field(default_factory=dict)
    item: Item = field(default_factory=lambda: Item(fields={}))
    wire: Any = None


class Kind(Meaning, ABC, Generic[S]):
    """Everything that depends on the kind of a question. Nothing outside this package asks for its name."""

    name: ClassVar[str]  # the word on the wire, in the database and in the template's file name
    label: ClassVar[str]
    order: ClassVar[int]
    travels_as: ClassVar[str | None] = (
        None  # the nearest kind that Argilla knows, if it does not know this one
    )
    schema: type[S]
    example: ClassVar[Example]
    distance: ClassVar["staticmethod[[Any, Any], float] | None"] = None  # None: agreement has no meaning
    distance_unit: ClassVar[str] = ""  # what the distance counts, for people
    changeable: ClassVar[frozenset[str]] = frozenset()  # the settings that a PATCH may change
    is_sought: ClassVar[bool] = False  # whether records are found by its answers: words or numbers …
    is_many: ClassVar[bool] = False  # … or lists of them
    told_by: ClassVar[str] = ""  # the key that its answers have, if they are objects: imports know them by it
    fits_any: ClassVar[bool] = False  # whether one answer can hold for records of any content

    settings: S

    def __init_subclass__(cls) -> None:
        cls.changeable = cls.changeable | {"shown_when"}
        if "name" in vars(cls):
            kinds.add(cls)

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = parse(self.schema, settings)

    @classmethod
    def from_wire(cls, settings: Mapping[str, Any]) -> Self:
        """A question from settings as an Argilla client writes them, with keys that nobody knows."""
        return cls(parse(cls.schema, settings, extra="ignore").model_dump())

    @property
    def template(self) -> str:
        """Has the partials #ask (the widget) and #show (read-only)."""
        return f"feedback/questions/{self.name}.html"

    # What is an answer?

    @abstractmethod
    def clean(self, value: Any, item: Item, *, final: bool = True) -> Any:
        """The answer as it is stored, or `Invalid`. `final=False`: a draft or suggestion, maybe partial.

        Accepts the stored form and the contract's form (section 5.3). Cleaning twice changes nothing.
        """

    def read(self, form: QueryDict, name: str, item: Item) -> Any | None:
        """Find the answer in a submitted form; None if it was left blank."""
        return form.get(name) or None

    def fill(self, answer: Any, item: Item) -> Any:
        """The stored answer as the widget shows it to this person (a ranking: letter -> tier)."""
        return answer

    def wire(self, answer: Any) -> Any:
        """The stored answer as the Argilla contract writes it; for those who may know the models."""
        return answer

    def wire_for_labeler(self, answer: Any, item: Item) -> Any:
        """The same for a labeler: letters in place of ids, for an id may be a model's name."""
        return self.wire(answer)

    def from_labeler(self, value: Any, item: Item) -> Any:
        """What `clean` takes, from the form of `wire_for_labeler`; `Invalid` for an unknown letter."""
        return value

    def align(self, value: Any, answer: Any, scores: Sequence[float]) -> list[float]:
        """The scores of a suggestion's parts, from the order of `value` as sent to that of `wire(answer)`."""
        return list(scores)

    def suggested(self, answer: Any) -> Any:
        """The stored answer as published clients read a suggestion in a table (contract section 11.4)."""
        return self.wire(answer)

    def from_column(self, value: Any) -> Any:
        """A value of a typed table (Parquet, CSV), where texts and numbers pass for each other: as `clean` takes it."""
        return value

    @classmethod
    def settings_for(cls, answers: Sequence[Any]) -> dict[str, Any] | None:
        """Settings under which these, found in a file, are answers; None if they are none of this kind. What a question
        is about (`field`) they do not tell.
        """
        found = cls.told_by and all(isinstance(one, Mapping) and cls.told_by in one for one in answers)
        return {"type": cls.name} if found else None

    # What can other questions depend on?

    @property
    def offered(self) -> Mapping[str, str]:
        """Value -> text of the labels or ratings that a condition may name; none: only whether it is answered."""
        return {}

    def said(self, answer: Any) -> Sequence[Any]:
        """Those of them that an answer gives, which may be one that `clean` would refuse."""
        return ()

    # How does it look?

    def is_main(self, *, required: bool) -> bool:
        """Whether it stands beside the record's texts (the work itself) or in the rail (remarks about it)."""
        return False

    @property
    def goes_on_with(self) -> str | None:
        """The name of the field with the conversation whose next turn an answer is."""
        return None

    @property
    def takes_over(self) -> frozenset[str]:
        """Names of fields that this question shows itself, because what is judged is what is acted on."""
        return frozenset()

    def shows(self, item: Item) -> frozenset[str]:
        """Those of them that it can show of this record."""
        return self.takes_over

    def show(self, item: Item) -> Mapping[str, Any]:
        """What its template needs beside settings and answer (a ranking: the cards, without models)."""
        return {}

    @property
    def judges(self) -> frozenset[str]:
        return self.takes_over

    # How may it be changed?

    @classmethod
    def wire_shape(cls) -> type[Shape]:
        """The shape of settings as `from_wire` takes and `wire_settings` gives them, for the API's document."""
        return cls.schema

    def wire_settings(self) -> dict[str, Any]:
        """The settings as the Argilla contract writes them (section 4.5)."""
        return self.settings.model_dump()

    def changed(self, patch: Mapping[str, Any]) -> dict[str, Any]:
        """The settings after a PATCH (section 4.5), merged and checked; what is fixed is passed over."""
        if patch.get("type") not in (self.name, self.wire_settings()["type"]):  # of any JSON type
            sentence = f"This is a question of type {self.name!r}, and that stays. Name the same type."
            raise Invalid(sentence, {"type": sentence})
        new = {key: value for key, value in patch.items() if key in self.changeable}
        return parse(self.schema, self.settings.model_dump() | new, extra="ignore").model_dump()

    def suits(self, fields: Mapping[str, str], others: Sequence["Kind[Any]"] = ()) -> None:
        """Raise `Invalid` if the dataset's fields (name -> kind's name), or its other questions, do not allow it."""

    @classmethod
    def may_be_about(cls, kind: type[field_kinds.Kind[Any]]) -> bool:
        """Whether the builder offers fields of this kind for the setting `field`."""
        return False


kinds: Registry[Kind[Any]] = Registry("feedback.questions", "question")


def from_wire(settings: Mapping[str, Any]) -> Kind[Any]:
    """The question that these settings of the Argilla contract describe (section 4.5), or `Invalid`.

    Kinds that Argilla does not know travel as the nearest that it knows, with their own name beside it as `kind`.
    """
    named, sent = str(settings.get("kind")), str(settings.get("type"))
    is_ours = named in kinds and kinds[named].travels_as == sent
    return kinds[named if is_ours else sent].from_wire(settings)


def whole(text: str) -> int | str:
    """A whole number out of a form; the text itself if it is none, for `clean` to refuse."""
    return int(text) if text.isdecimal() and len(text) < 10 else text
