"""What every kind of question is. The kinds know no model and no request: a form body is data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from django.http import QueryDict

from core.registry import Registry
from core.schema import Shape, parse
from feedback.item import Item


class Settings(Shape):
    """What the author of a dataset decides about a question. Stored as JSON in `Question.settings`."""

    type: str


S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Example:
    """A worked example, read by the contract tests, the admin's preview and the documentation.

    `posted` is the form body (field name -> value or list of values) that says the first of `answers`, for a question
    named "quality"; `item` is what it is asked about. `wire` is the first answer as the Argilla contract writes it.
    """

    settings: dict[str, Any]
    answers: list[Any]
    mistakes: list[Any] = field(default_factory=list)
    posted: dict[str, Any] = field(default_factory=dict)
    item: Item = Item(fields={})
    wire: Any = None


class Kind(Generic[S]):
    """Everything that depends on the kind of a question. Nothing outside this package asks for its name."""

    name: ClassVar[str]  # the word on the wire, in the database and in the template's file name
    label: ClassVar[str]
    order: ClassVar[int]
    schema: type[S]
    example: ClassVar[Example]
    distance: ClassVar[Callable[[Any, Any], float] | None] = None  # None: agreement has no meaning here

    settings: S

    def __init_subclass__(cls) -> None:
        if "name" in vars(cls):
            kinds.add(cls)

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = parse(self.schema, settings)

    @property
    def template(self) -> str:
        """Has the partials #ask (the widget) and #show (read-only)."""
        return f"feedback/questions/{self.name}.html"

    # What is an answer?

    def clean(self, value: Any, item: Item, *, final: bool = True) -> Any:
        """The answer as it is stored, or `Invalid`. `final=False`: a draft or a suggestion, which may be partial.

        Accepts both the stored form and the Argilla contract's form (section 5.3). Cleaning twice changes nothing.
        """
        raise NotImplementedError

    def read(self, form: QueryDict, name: str, item: Item) -> Any | None:
        """Find the answer in a submitted form; None if it was left blank."""
        return form.get(name) or None

    def fill(self, answer: Any, item: Item) -> Any:
        """The stored answer as the widget shows it to this person (a ranking: letter -> tier)."""
        return answer

    def wire(self, answer: Any) -> Any:
        """The stored answer as the Argilla contract writes it."""
        return answer

    # How does it look?

    def is_main(self, *, required: bool) -> bool:
        """Whether it stands beside the record's texts (the work itself) or in the rail (remarks about it)."""
        return False

    @property
    def takes_over(self) -> frozenset[str]:
        """Names of fields that this question shows itself, because what is judged is what is acted on."""
        return frozenset()

    def show(self, item: Item) -> Mapping[str, Any]:
        """What its template needs beside settings and answer (a ranking: the cards, without names of models)."""
        return {}

    # How may it be changed?

    def wire_settings(self) -> dict[str, Any]:
        """The settings as the Argilla contract writes them (section 4.5)."""
        return self.settings.model_dump()

    def changed(self, patch: Mapping[str, Any]) -> dict[str, Any]:
        """The settings after a PATCH, merged and checked (section 4.5); `Invalid` for what may not change."""
        raise NotImplementedError

    def suits(self, fields: Mapping[str, str]) -> None:
        """Raise `Invalid` if the dataset's fields (name -> kind's name) are not what this question needs."""

    # What does an answer mean? None: nothing of the sort. Exports and reports ask these, never the kind's name.

    def text(self, answer: Any) -> str | None:
        """The text that the person wrote."""
        return None

    def score(self, answer: Any) -> float | None:
        """How good, as a number; higher is better."""
        return None

    def tiers(self, answer: Any) -> Sequence[Sequence[str]] | None:
        """Candidate ids (or options), best first; those of one tier are tied. Empty tiers are left out."""
        return None

    def chosen(self, answer: Any) -> Sequence[str] | None:
        """The labels that the person chose."""
        return None


kinds: Registry[Kind[Any]] = Registry("feedback.questions", "question")
