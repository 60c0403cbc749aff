"""Records that somebody means: those that they ticked, or everything that a search finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext

from accounts.models import Membership
from core.errors import Invalid
from feedback.models import Dataset, Record, Response
from feedback.models.records import RecordQuerySet
from feedback.models.responses import Status
from feedback.search.address import read_query
from feedback.search.matching import matching
from feedback.search.query import RecordQuery
from feedback.search.scope import Scope

MOST = 50_000  # records of one selection
MOST_TICKED = 500


@dataclass(frozen=True)
class Selection:
    """`ids`: those that were ticked; None: whatever the address finds (feedback/search/address.py).

    `asked`: a `RecordQuery` in place of an address, as JSON.
    """

    ids: Sequence[UUID] | None
    address: str = ""
    asked: Mapping[str, Any] | None = None

    @classmethod
    def read(cls, form: QueryDict) -> Selection:
        """Out of a form: `which`, `record` for each that is ticked, `address`. `Invalid` if nothing is meant."""
        if form.get("which") == "all":
            return cls(None, form.get("address", ""))
        try:
            ids = [UUID(one) for one in form.getlist("record")]
        except ValueError:
            raise Invalid("One of the ticked records is none. Go back and tick them again.") from None
        if not ids:
            raise Invalid("No record is ticked. Go back and tick some, or choose all that were found.")
        if len(ids) > MOST_TICKED:
            raise Invalid(f"Tick at most {MOST_TICKED} records, or choose all that a search finds.")
        return cls(ids)

    @classmethod
    def kept(cls, options: Mapping[str, Any]) -> Selection:
        """Out of a job's options."""
        ids = options.get("ids")
        ticked = None if ids is None else [UUID(one) for one in ids]
        return cls(ticked, options.get("address", ""), options.get("asked"))

    @property
    def options(self) -> dict[str, Any]:
        """For a job's options."""
        if self.ids is not None:
            return {"ids": [str(one) for one in self.ids]}
        return {"asked": self.asked} if self.asked is not None else {"address": self.address}

    def rows(self, dataset: Dataset, by: Membership) -> RecordQuerySet:
        """The records, as this person finds them now. `Invalid` if the address cannot be meant."""
        if self.ids is not None:
            return Record.objects.filter(dataset=dataset, pk__in=self.ids)
        params = QueryDict(self.address)
        query = read_query(params) if self.asked is None else RecordQuery.model_validate(self.asked)
        if query.vector:
            raise Invalid("Records that are like one have no end. Tick those that you mean.")
        mine = Scope(dataset, by).is_blind or params.get("of") == "me"
        return matching(query, Scope(dataset, by, mine=mine)).rows


@dataclass(frozen=True)
class Meant:
    """How many records a selection has, and how many of them have a response of this person, by status."""

    total: int
    mine: Mapping[str, int]

    @property
    def answered(self) -> int:
        return sum(self.mine.values())

    @property
    def new(self) -> int:
        return max(0, self.total - self.answered)

    @property
    def words(self) -> list[tuple[int, str]]:
        """ "10 submitted, 3 drafts": how many there are of each."""
        called = {
            Status.SUBMITTED: gettext("submitted"),
            Status.DRAFT: gettext("as drafts"),
            Status.DISCARDED: gettext("as not to be judged"),
        }
        return [(self.mine[status], words) for status, words in called.items() if self.mine.get(status)]


def meant(selection: Selection, dataset: Dataset, by: Membership) -> Meant:
    """Count them. `Invalid` if there are none, or more than can be answered at once."""
    rows = selection.rows(dataset, by).order_by()
    total = rows[: MOST + 1].count()
    if not total:
        raise Invalid("No record is left of this selection. Go back and find some.")
    check_number(total)
    mine = Response.objects.filter(dataset=dataset, membership=by, record__in=rows.values("pk"))
    counted = mine.order_by().values_list("status").annotate(number=Count("*"))
    return Meant(total, dict(counted.values_list("status", "number")))


def check_number(total: int) -> None:
    """`Invalid` if these are too many for one act."""
    if total > MOST:
        raise Invalid(f"More than {MOST:,} records match. Narrow the search, and answer them in parts.")
