"""What every kind of file going out is: handed records, it gives rows. It knows no model and no request."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

import pyarrow as pa

from core.errors import Invalid
from core.registry import Registry
from core.schema import Shape, parse
from feedback.shape import DatasetShape

NOTHING = "Nothing in this dataset suits."
Status = Literal["submitted", "draft", "discarded"]


class Answer(NamedTuple):
    """What one person said about a record. `values`: question -> stored answer; `person`: a pseudonym.

    `id`: the response's; `presentation`: how the record was shown; `active_ms`: milliseconds of work; `is_extra`:
    it came when the record had answers enough; `reason`: why it was discarded; `note`: what else the person had to say;
    `is_taken`: it was discarded, and is one of the answers wanted all the same; `weight`: how much this person counts
    where opinions are joined, above 0. Moments are texts, in UTC to the microsecond: always the same form, whose order
    is that of time, and one that no reader takes for a date and rounds.
    """

    id: str
    person: str
    status: Status
    values: dict[str, Any]
    presentation: dict[str, Any]
    active_ms: int | None
    guideline_version: int | None
    is_extra: bool
    reason: str | None
    inserted_at: str
    updated_at: str
    note: str = ""
    is_taken: bool = False
    weight: float = 1.0

    @property
    def is_counted(self) -> bool:
        """Whether it is one of the answers that the record wanted."""
        return self.is_taken or (self.status == "submitted" and not self.is_extra)


class Suggestion(NamedTuple):
    """What was suggested as an answer. `type`: model or human; `score`: a number, or one for each part."""

    value: Any
    agent: str | None
    score: Any
    type: str | None


class ExportRecord(NamedTuple):
    """One record with everything that was said about it. `suggestions`: by question."""

    id: str
    external_id: str | None
    status: str
    fields: dict[str, Any]
    metadata: dict[str, Any]
    suggestions: dict[str, Suggestion]
    answers: Sequence[Answer]
    inserted_at: str
    updated_at: str

    def submitted(self, *, extra: bool = True) -> list[Answer]:
        """The final answers, in an order that does not depend on when they were fetched."""
        final = [one for one in self.answers if one.status == "submitted" and (extra or not one.is_extra)]
        return sorted(final, key=lambda one: (one.person, one.inserted_at))


class Row(NamedTuple):
    """One row of a file, and where it comes from, so that it can be traced though the file holds only `data`.

    `data`: exactly what stands in the file; `by`: the same for all rows of one prompt (turns.group), which come into
    the same split, or what finds that out if somebody asks; `record` and `responses`: ids of what it was made of;
    `aside`: the name of a table of its own that it belongs in instead of the main one, such as ties, with the same
    columns.
    """

    data: dict[str, Any]
    by: str | Callable[[], str]
    record: str
    responses: tuple[str, ...] = ()
    aside: str = ""

    @property
    def group(self) -> str:
        return self.by if isinstance(self.by, str) else self.by()


class Tally:
    """How many of what were met, and of what were left out: what, in words with _ between -> number."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()


class Options(Shape):
    """What the person who exports decides. Titles, descriptions and `words` for choices are for the form."""


S = TypeVar("S", bound=Options)


class Kind(ABC, Generic[S]):
    """Everything that depends on the kind of an export."""

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]
    description: ClassVar[str]
    schema: type[S]
    needs: ClassVar[
        tuple[str, ...]
    ] = ()  # options that must name something; the first that is offered, if unsaid
    file_types: ClassVar[tuple[str, ...]] = (
        "jsonl",
        "parquet",
        "json",
    )  # that readers take; the default first
    mixes: ClassVar[bool] = False  # whether readers want the rows in a mixed order, if nobody says otherwise
    least_rows: ClassVar[int] = 1  # below which readers refuse a file
    most_bytes: ClassVar[int | None] = None  # above which they do

    def __init_subclass__(cls) -> None:
        if "name" in vars(cls):
            kinds.add(cls)

    def offers(self, shape: DatasetShape) -> dict[str, list[str]]:
        """Option -> the names of questions or fields that it may have, the default first."""
        return {}

    def suits(self, shape: DatasetShape) -> bool:
        """Whether the dataset has what this kind needs."""
        offers = self.offers(shape)
        return all(offers[name] for name in self.needs)

    def options(self, data: Mapping[str, Any], shape: DatasetShape) -> S:
        """The options as they will be used: no blanks, with defaults. `Invalid` for what does not fit."""
        given = {name: value for name, value in data.items() if value not in ("", None)}
        options = parse(self.schema, given, sentence="These options do not work.")
        offers = self.offers(shape)
        if errors := {name: NOTHING for name in self.needs if not offers[name]}:
            raise Invalid(f"{self.label} does not suit this dataset.", errors)
        needed = {name: offers[name][0] for name in self.needs if getattr(options, name) is None}
        options = options.model_copy(update=needed)
        if errors := dict(_strangers(options, offers)):
            raise Invalid("These options do not fit the dataset.", errors)
        return options

    @abstractmethod
    def rows(
        self, records: Iterable[ExportRecord], options: S, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        """The rows, all with the same columns, one type a column. Same input, same rows.

        `tally` counts what is read and left out; the rows that are written are counted by who writes them.
        """

    @abstractmethod
    def columns(self, options: S, shape: DatasetShape) -> pa.Schema:
        """The columns of each row, in order, with their types. What is no text but stands in a column of texts is
        written as JSON into tables (Parquet, CSV), and as it is into JSON."""

    def check(self, data: Mapping[str, Any], options: S) -> str | None:
        """Which rule of those who read the file this row breaks, as a sentence; None if it breaks none.

        A row that breaks one is not written but listed.
        """
        return None

    def prompt_fields(self, options: S) -> Sequence[str]:
        """The fields that make up the prompt, as chosen; none: it is guessed (prompts.py)."""
        chosen: Sequence[str] = getattr(options, "prompt", ())
        return chosen

    def companions(self, options: S, written: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Further small text files that readers want beside the data: name -> content.

        `written`: split (train, validation, test) -> names of its data files in the folder.
        """
        return {}


def _strangers(options: Options, offers: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for name, allowed in offers.items():
        value = getattr(options, name)
        for one in [value] if isinstance(value, str) else value or ():
            if one not in allowed:
                known = ", ".join(allowed)
                yield name, f"{one!r} does not suit. {f'Choose of: {known}.' if known else NOTHING}"


kinds: Registry[Kind[Any]] = Registry("feedback.exports", "export")
