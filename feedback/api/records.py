"""JSON about records (contract sections 3.6 and 4.8)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import MANAGERS, MEMBERS, REVIEWERS, Verb
from core.api import ApiView, body, path_id, query
from core.errors import Invalid, NotFound
from core.operations import Items, Listing, operation
from feedback.actions.entries import Written, fresh
from feedback.actions.records import create_records, delete_records, update_record, upsert_records
from feedback.api.datasets import fetch_dataset
from feedback.api.include import EVERYTHING, NOTHING, Include, IncludeParts, read_include
from feedback.api.record_bodies import RecordsCreate, RecordsUpsert, RecordUpdate
from feedback.api.record_json import RecordJson, View
from feedback.models import Dataset, Record
from feedback.reports.records import by_id

MOST_IDS = 100
UUID_PATTERN = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class Page(BaseModel):
    """Which records, out of all of a dataset."""

    include: IncludeParts = []
    offset: int = Field(0, ge=0)
    limit: int = Field(50, ge=1, le=1000)


LISTED_IDS = WithJsonSchema(
    {
        "type": "string",
        "pattern": rf"^{UUID_PATTERN}(,{UUID_PATTERN}){{0,{MOST_IDS - 1}}}$",
        "description": f"1 to {MOST_IDS} ids, with commas between them. Unknown ones are passed over.",
    }
)


class Ids(BaseModel):
    """Ids, with commas between them."""

    ids: Annotated[str, LISTED_IDS] = ""

    def read(self) -> list[UUID]:
        """The ids; `Invalid`, form B, if one is none, or there are none or too many."""
        words = [word.strip() for word in self.ids.split(",") if word.strip()]
        if not 1 <= len(words) <= MOST_IDS:
            raise Invalid(f"Give between 1 and {MOST_IDS} ids, with commas between them.")
        try:
            return [UUID(word) for word in words]
        except ValueError:
            raise Invalid("One of the ids is not a UUID.") from None


class UpsertedJson(Items[RecordJson]):
    """The records in the order of the request, and which of them were there before."""

    updated_item_ids: list[UUID]


def fetch_record(view: ApiView, verb: Verb, record_id: str) -> Record:
    """The record in the path, to do this to it."""
    return Record.objects.fetch(verb, view.by, pk=path_id(record_id, "record_id"))


class Records(ApiView):
    """The records of a dataset."""

    @operation("list_records", REVIEWERS, query=Page, gives={200: Listing[RecordJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List the records of a dataset, the oldest first. A deep page costs what the first one costs."""
        path_id(dataset_id, "dataset_id")
        page = query(request, Page)
        include = read_include(page.include)
        dataset = fetch_dataset(self, Verb.REVIEW, dataset_id)
        rows = dataset.records.from_offset(dataset, page.offset)[: page.limit]
        shown = View(dataset, self.by, include).records(rows)
        return Reply({"items": shown, "total": dataset.count.records})

    @operation("delete_records", MANAGERS, query=Ids, gives={204: None})
    def delete(self, request: Request, dataset_id: str) -> Reply:
        """Put many records into the trash."""
        path_id(dataset_id, "dataset_id")
        ids = query(request, Ids).read()
        delete_records(fetch_dataset(self, Verb.EDIT, dataset_id), ids, by=self.by, joins=True)
        return Reply(status=204)


class RecordsBulk(ApiView):
    """Records, hundreds at a time."""

    @operation("add_records", MANAGERS, body=RecordsCreate, gives={201: Items[RecordJson]})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Add many records; all of them or none."""
        path_id(dataset_id, "dataset_id")
        entries = [one.entry() for one in body(request, RecordsCreate).items]
        dataset = fetch_dataset(self, Verb.EDIT, dataset_id)
        written = create_records(dataset, entries)
        return Reply({"items": self._shown(dataset, written)}, status=201)

    @operation("upsert_records", MANAGERS, body=RecordsUpsert, gives={200: UpsertedJson})
    def put(self, request: Request, dataset_id: str) -> Reply:
        """Add many records, or change those that are there; all of them or none.

        A record is found by its `id`, then by its `external_id`. What an item does not mention stays.
        """
        path_id(dataset_id, "dataset_id")
        entries = [one.entry() for one in body(request, RecordsUpsert).items]
        dataset = fetch_dataset(self, Verb.EDIT, dataset_id)
        written = upsert_records(dataset, entries)
        updated = [pk for pk in dict.fromkeys(written.ids) if pk not in written.new]
        return Reply({"items": self._shown(dataset, written), "updated_item_ids": updated})

    def _shown(self, dataset: Dataset, written: Written) -> list[RecordJson]:
        """In the order of the request; a record that it mentions twice is there twice."""
        found = by_id(dataset, written.ids, fresh=fresh(dataset, written))
        view = View(dataset, self.by)
        return [view.record(found[pk]) for pk in written.ids]


class RecordDetail(ApiView):
    """One record."""

    @operation("get_record", MEMBERS, gives={200: RecordJson})
    def get(self, request: Request, record_id: str) -> Reply:
        """Show one record with everything that I may see of it."""
        return Reply(self._shown(fetch_record(self, Verb.VIEW, record_id)))

    @operation("change_record", MANAGERS, body=RecordUpdate, gives={200: RecordJson})
    def patch(self, request: Request, record_id: str) -> Reply:
        """Change a record. Suggestions that are sent replace those that are there."""
        path_id(record_id, "record_id")
        entry = body(request, RecordUpdate).entry()
        record = fetch_record(self, Verb.EDIT, record_id)
        return Reply(self._shown(update_record(record, entry)))

    @operation("delete_record", MANAGERS, gives={200: RecordJson})
    def delete(self, request: Request, record_id: str) -> Reply:
        """Put a record into the trash; the answer shows it as it was, without answers."""
        record = fetch_record(self, Verb.EDIT, record_id)
        shown = self._shown(record, NOTHING)
        if not delete_records(record.dataset, [record.pk], by=self.by, joins=True):
            raise NotFound("There is no such record.")
        return Reply(shown)

    def _shown(self, record: Record, include: Include = EVERYTHING) -> RecordJson:
        rows = record.dataset.records.filter(pk=record.pk)
        return View(record.dataset, self.by, include).records(rows)[0]
