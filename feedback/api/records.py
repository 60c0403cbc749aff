"""JSON about records (contract sections 3.6 and 4.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import Verb
from core.api import ApiView, body, path_id, query
from core.errors import Invalid, NotFound
from feedback.actions.records import create_records, delete_records, update_record, upsert_records
from feedback.api.datasets import fetch_dataset
from feedback.api.include import EVERYTHING, NOTHING, Include, read_include
from feedback.api.record_bodies import RecordsCreate, RecordsUpsert, RecordUpdate
from feedback.api.record_json import View
from feedback.models import Dataset, Record
from feedback.reports.records import by_id

MOST_IDS = 100


class Page(BaseModel):
    """Which records, out of all of a dataset."""

    include: list[str] = []
    offset: int = Field(0, ge=0)
    limit: int = Field(50, ge=1, le=1000)


class Ids(BaseModel):
    """Ids, with commas between them."""

    ids: str = ""

    def read(self) -> list[UUID]:
        """The ids; `Invalid`, form B, if one is none, or there are none or too many."""
        words = [word.strip() for word in self.ids.split(",") if word.strip()]
        if not 1 <= len(words) <= MOST_IDS:
            raise Invalid(f"Give between 1 and {MOST_IDS} ids, with commas between them.")
        try:
            return [UUID(word) for word in words]
        except ValueError:
            raise Invalid("One of the ids is not a UUID.") from None


def fetch_record(view: ApiView, verb: Verb, record_id: str) -> Record:
    """The record in the path, to do this to it."""
    return Record.objects.fetch(verb, view.by, pk=path_id(record_id, "record_id"))


class Records(ApiView):
    """The records of a dataset."""

    def get(self, request: Request, dataset_id: str) -> Reply:
        path_id(dataset_id, "dataset_id")
        page = query(request, Page)
        include = read_include(page.include)
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        rows = dataset.records.from_offset(dataset, page.offset)[: page.limit]
        shown = View(dataset, self.by, include).records(rows)
        return Reply({"items": shown, "total": dataset.count.records})

    def delete(self, request: Request, dataset_id: str) -> Reply:
        path_id(dataset_id, "dataset_id")
        ids = query(request, Ids).read()
        delete_records(fetch_dataset(self, Verb.MANAGE, dataset_id), ids)
        return Reply(status=204)


class RecordsBulk(ApiView):
    """Records, hundreds at a time."""

    def post(self, request: Request, dataset_id: str) -> Reply:
        path_id(dataset_id, "dataset_id")
        entries = [one.entry() for one in body(request, RecordsCreate).items]
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        written = create_records(dataset, entries)
        return Reply({"items": self._shown(dataset, written.ids)}, status=201)

    def put(self, request: Request, dataset_id: str) -> Reply:
        path_id(dataset_id, "dataset_id")
        entries = [one.entry() for one in body(request, RecordsUpsert).items]
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        written = upsert_records(dataset, entries)
        updated = [pk for pk in dict.fromkeys(written.ids) if pk not in written.created]
        return Reply({"items": self._shown(dataset, written.ids), "updated_item_ids": updated})

    def _shown(self, dataset: Dataset, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """In the order of the request; a record that it mentions twice is there twice."""
        found, view = by_id(dataset, ids), View(dataset, self.by)
        return [view.record(found[pk]) for pk in ids]


class RecordDetail(ApiView):
    """One record."""

    def get(self, request: Request, record_id: str) -> Reply:
        return Reply(self._shown(fetch_record(self, Verb.VIEW, record_id)))

    def patch(self, request: Request, record_id: str) -> Reply:
        path_id(record_id, "record_id")
        entry = body(request, RecordUpdate).entry()
        record = fetch_record(self, Verb.MANAGE, record_id)
        return Reply(self._shown(update_record(record, entry)))

    def delete(self, request: Request, record_id: str) -> Reply:
        record = fetch_record(self, Verb.MANAGE, record_id)
        shown = self._shown(record, NOTHING)
        if not delete_records(record.dataset, [record.pk]):
            raise NotFound("There is no such record.")
        return Reply(shown)

    def _shown(self, record: Record, include: Include = EVERYTHING) -> dict[str, Any]:
        rows = record.dataset.records.filter(pk=record.pk)
        return View(record.dataset, self.by, include).records(rows)[0]
