"""What somebody asks for beside the format: which records, which files, and how rows are dealt out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, Field, FiniteFloat, StringConstraints, model_validator

from core.schema import Shape
from core.text import Json, Text
from feedback.exports.files.splits import Splits

Name = Annotated[Text, StringConstraints(min_length=1, max_length=200)]
MOST_WORDS = 50


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class Between(Shape):
    """Moments from `ge` to `le`, both included; one may be missing. In UTC unless they say otherwise."""

    ge: Moment | None = None
    le: Moment | None = None

    @model_validator(mode="after")
    def _has_bounds_in_order(self) -> Self:
        if self.ge is None and self.le is None:
            raise ValueError("Say ge, le, or both.")
        if self.ge is not None and self.le is not None and self.ge > self.le:
            raise ValueError("ge must not be after le.")
        return self


class Agreement(Shape):
    """Only records whose answers to a question lie, on average, no further apart than this, by its own distance.

    Records with fewer than two answers to it have no agreement and stay out.
    """

    question: Name
    distance: Annotated[FiniteFloat, Field(ge=0)]


class Filters(Shape):
    """Which records, and which of their answers. Everything said must hold.

    `search`: the body of a search of records; `address`: the same as the page of records has it in its address.
    `people`, `guidelines_versions` and `answered` choose among answers; records without any such answer stay out.
    """

    status: Annotated[str, StringConstraints(pattern="^(pending|completed)$")] | None = None
    metadata: dict[Name, Json] = Field({}, max_length=50)
    search: dict[str, Json] | None = None
    address: Annotated[Text, StringConstraints(max_length=4000)] = ""
    people: list[Name] = Field([], max_length=1000)
    guidelines_versions: list[Annotated[int, Field(ge=1, lt=2**31)]] = Field([], max_length=1000)
    inserted: Between | None = None
    updated: Between | None = None
    answered: Between | None = None
    agreement: Agreement | None = None

    @property
    def chooses_answers(self) -> bool:
        """Whether only some of the answers of a record are meant."""
        return bool(self.people or self.guidelines_versions or self.answered)

    @property
    def said(self) -> dict[str, Any]:
        """Those that somebody set, as JSON."""
        return {
            name: value
            for name, value in self.model_dump(mode="json").items()
            if value not in (None, "", [], {})
        }


class Against(Shape):
    """Prompts that must not be in the export: of an earlier export's files, or of a file that was sent along.

    `words`: records stay out too whose prompt shares so many words in a row with one of them; 0: only equal ones do.
    """

    job: UUID | None = None
    words: int = Field(0, ge=0, le=MOST_WORDS)

    @model_validator(mode="after")
    def _has_words_enough(self) -> Self:
        if 0 < self.words < 4:
            raise ValueError(
                "Fewer than 4 words in a row are in every text. Say 0 for equal prompts only, or 13."
            )
        return self


class Plan(Shape):
    """An export as it was asked for: the same plan of the same data gives the same bytes.

    `name`: of the snapshot to keep; `snapshot`: the one whose data it is made from again.
    `shuffle`: whether rows are mixed, None: as the format wants it; `seed` of `splits` decides the order, too.
    `weights`: person -> how much they count, 0: not at all. `license` and `language` are for the card.
    """

    format: str
    options: dict[str, Any] = {}
    file_type: str = ""
    filters: Filters = Filters()
    splits: Splits = Splits()
    shuffle: bool | None = None
    weights: dict[Name, Annotated[FiniteFloat, Field(ge=0, le=1000)]] = Field({}, max_length=1000)
    against: Against | None = None
    license: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.+-]{0,60}$")] | None = None
    language: list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]] = Field(
        [], max_length=200
    )
    name: Name | None = None
    snapshot: UUID | None = None

    @property
    def policies(self) -> Mapping[str, Any]:
        """What shaped the rows, beside the format's options, as JSON: for provenance. Names of people are no part."""
        filters = self.filters.said
        if "people" in filters:
            filters["people"] = len(filters["people"])
        return {
            "file_type": self.file_type,
            "filters": filters,
            "splits": self.splits.model_dump(mode="json"),
            "shuffle": bool(self.shuffle),
            "weighted_people": len(self.weights),
            "against": None if self.against is None else self.against.model_dump(mode="json"),
        }
