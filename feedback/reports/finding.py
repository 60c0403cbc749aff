"""What somebody finds in a dataset: the page that an address asks for, as a table or one record after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop

from accounts.access import Verb
from accounts.models import Membership
from core.errors import Invalid
from feedback.models import Dataset, Record
from feedback.reports.columns import Cell, Column, Look, all_columns, chosen_columns
from feedback.reports.excerpts import marks
from feedback.reports.filters import Group, groups, in_force, orders
from feedback.reports.listing import PER_PAGE, Hits, record_page
from feedback.reports.records import with_relations
from feedback.search.address import MOST_KEYS, kept, read_query
from feedback.search.find import COUNTED
from feedback.search.fresh import is_late
from feedback.search.query import RecordQuery
from feedback.search.scope import Scope
from feedback.search.text import Node, read_text

NO_RECORDS: Page[Record] = Paginator(list[Record](), PER_PAGE).get_page(1)
LOOKS = ((gettext_noop("Table"), "table"), (gettext_noop("Reading"), "focus"))


@dataclass(frozen=True)
class Row:
    """A record in the list. `link`: the address at which it is read in its place."""

    record: Record
    cells: list[Cell]
    link: str


@dataclass
class Finding:
    """What an address asks for, and what is there. `problem`: why it cannot be answered, as a sentence."""

    scope: Scope
    params: QueryDict
    query: RecordQuery = field(default_factory=RecordQuery)
    problem: str = ""
    page: Page[Record] = field(default_factory=lambda: NO_RECORDS)
    rows: list[Row] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)

    @property
    def is_asked(self) -> bool:
        """Whether anything is asked for, or simply all records are shown."""
        return bool(self.query.query or self.query.conditions or self.problem)

    @property
    def total(self) -> int:
        """How many there are, as far as they are counted."""
        rows = self.page.paginator.object_list
        return rows.found.total if isinstance(rows, Hits) else len(rows)

    @property
    def is_counted(self) -> bool:
        """Whether that is all of them."""
        return not self.is_asked or self.total < COUNTED

    @property
    def is_cut(self) -> bool:
        """Whether one cannot turn pages through all of them."""
        return len(self.page.paginator.object_list) < self.total

    @property
    def words(self) -> list[list[Any]]:
        """The words that are marked in texts: [word, whether it may be the beginning of one]."""
        return [list(one) for one in marks(self.node)] if self.node else []

    @property
    def node(self) -> Node | None:
        return read_text(self.query.text.q) if self.query.text else None

    @property
    def is_late(self) -> bool:
        """Whether older records may be missing, for their words are not read yet."""
        return bool(self.query.text) and is_late(self.scope.dataset)

    @property
    def reads(self) -> bool:
        """Whether records are read one by one, rather than listed."""
        return self.params.get("view") == "read"

    @property
    def groups(self) -> list[Group]:
        return groups(self.scope, self.params)

    @property
    def orders(self) -> list[tuple[str, str]]:
        return orders(self.scope)

    @property
    def keys(self) -> list[str]:
        """The keys that it is sorted by; empty ones for those that can still be chosen."""
        found = [key for key in self.params.getlist("sort") if key][:MOST_KEYS]
        return [*found, *([""] if len(found) < MOST_KEYS else [])]

    @property
    def in_force(self) -> list[tuple[str, str]]:
        return list(in_force(self.scope, self.params))

    @property
    def choosable(self) -> list[tuple[Column, bool]]:
        """All columns, and whether they are shown."""
        shown = {one.name for one in self.columns}
        return [(one, one.name in shown) for one in all_columns(self.scope)]

    @property
    def beside(self) -> list[tuple[str, str]]:
        """What the search form keeps and does not show."""
        return self._kept("view", "column", "like", "by", "saved")

    @property
    def beside_columns(self) -> list[tuple[str, str]]:
        """What the choice of columns keeps: everything else."""
        return parse_qsl(kept(self.params, without=("column", "page", "record")))

    @property
    def look(self) -> str:
        """ "Table" or "Reading"."""
        return gettext(LOOKS[self.reads][0])

    @property
    def looks(self) -> list[tuple[str, str, str]]:
        """Both, each with its address and its drawing."""
        return [
            (with_(self.params, view=word, record=""), gettext(words), drawing)
            for (words, drawing), word in zip(LOOKS, ("table", "read"), strict=True)
        ]

    @property
    def field(self) -> str:
        """The one field that is looked into, if it is one alone."""
        return self.params.get("in", "")

    @property
    def status(self) -> str:
        """The state that is asked for, where nothing else is."""
        return self.params.get("status", "") if len(self.query.conditions) == 1 else ""

    def _kept(self, *names: str) -> list[tuple[str, str]]:
        return [(name, value) for name in names for value in self.params.getlist(name)]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The fields that can be searched alone."""
        shape = self.scope.dataset.shape
        return [(name, shape.fields[name].title) for name in self.scope.texts]

    @property
    def address(self) -> str:
        """It as it is shared and saved."""
        return kept(self.params)

    def current(self) -> tuple[Row, str, str] | None:
        """The record that is read, and the addresses of the ones before and after it; "" at either end."""
        ids = [str(row.record.pk) for row in self.rows]
        if not ids:
            return None
        wanted = self.params.get("record", "")
        place = len(ids) - 1 if wanted == "last" else ids.index(wanted) if wanted in ids else 0
        before = self.rows[place - 1].link if place else ""
        after = self.rows[place + 1].link if place + 1 < len(ids) else ""
        if not before and self.page.has_previous():
            before = with_(self.params, view="read", record="last", page=self.page.previous_page_number())
        if not after and self.page.has_next():
            after = with_(self.params, view="read", record="", page=self.page.next_page_number())
        return self.rows[place], before, after


def find_records(dataset: Dataset, params: QueryDict, *, by: Membership) -> Finding:
    """The page. Labelers see the records with their own answers alone; managers everything, or, of=me, likewise."""
    mine = Scope(dataset, by).is_blind or params.get("of") == "me"
    scope = Scope(dataset, by, mine=mine, as_they_came=True)
    finding = Finding(scope, params, columns=chosen_columns(scope, params.getlist("column")))
    records = Record.objects.allowing(Verb.VIEW, by)
    try:
        finding.query = read_query(params)
        finding.page = record_page(records, finding.query, scope, params.get("page"))
        found = list(finding.page)
    except Invalid as error:
        finding.query, finding.problem = RecordQuery(), str(error)
        return finding
    rows = finding.page.paginator.object_list
    like = finding.query.vector is not None
    scores = rows.scores if like and isinstance(rows, Hits) else None
    finding.columns = chosen_columns(
        scope, ["text"] if finding.reads else params.getlist("column"), like=like and not finding.reads
    )
    wants = {one.template for one in finding.columns}
    found = with_relations(
        found,
        dataset,
        responses=bool(wants & {"mine", "answers"}),
        by=by if mine else None,
        suggestions="answers" in wants,
    )
    text = finding.query.text
    look = Look(scope, finding.node, text.field if text else None, scores)
    finding.rows = [
        Row(
            one,
            [column.cell(one, look) for column in finding.columns],
            with_(params, view="read", record=one.pk),
        )
        for one in found
    ]
    return finding


def with_(params: QueryDict, **changes: Any) -> str:
    """The address with these parameters changed; "" takes one away."""
    new = params.copy()
    for name, value in changes.items():
        if value == "":
            new.pop(name, None)
        else:
            new[name] = str(value)
    return new.urlencode()
