"""JSON about records that are stopped, because somebody said that their prompt is bad."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MANAGERS, REVIEWERS, Verb
from core.api import ApiView, body, path_id, query
from core.operations import Listing, Time, operation
from feedback.actions.stops import put_back
from feedback.api.datasets import fetch_dataset
from feedback.api.jobs import Page
from feedback.reports.stopped import stopped, stopped_items


class StoppedQuery(Page):
    """The query of GET /datasets/{id}/stopped-records."""

    limit: int = Field(50, ge=1, le=100)


class PutBackBody(BaseModel):
    """The body of POST /datasets/{id}/stopped-records/put-back."""

    records: Annotated[list[UUID], Field(min_length=1, max_length=500)]


class ReportJson(TypedDict):
    """Somebody who says that the prompt is bad."""

    user_id: UUID
    username: str
    note: str
    at: Time


class StoppedJson(TypedDict):
    """A stopped record. `text`: its beginning; `reports`: what was said since it was last put back."""

    record_id: UUID
    external_id: str | None
    stopped_at: Time
    text: str
    reports: list[ReportJson]


class PutBackJson(TypedDict):
    """How many records were stopped and are so no longer."""

    put_back: int


class StoppedRecords(ApiView):
    """The stopped records of a dataset."""

    @operation("list_stopped_records", REVIEWERS, query=StoppedQuery, gives={200: Listing[StoppedJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List the stopped records, those that were stopped last first; up to 1,000 of them."""
        path_id(dataset_id, "dataset_id")
        page = query(request, StoppedQuery)
        dataset = fetch_dataset(self, Verb.REVIEW, dataset_id)
        items = stopped_items(dataset)
        found = stopped(dataset, items[page.offset : page.offset + page.limit])
        rows: list[StoppedJson] = [
            {
                "record_id": one.record.pk,
                "external_id": one.record.external_id,
                "stopped_at": one.at,
                "text": one.text,
                "reports": [
                    {
                        "user_id": said.membership_id,
                        "username": said.membership.username,
                        "note": said.note,
                        "at": said.updated_at,
                    }
                    for said in one.reports
                ],
            }
            for one in found
        ]
        return Reply({"items": rows, "total": items.count()})


class StoppedRecordsPutBack(ApiView):
    """Letting stopped records go on."""

    @operation("put_records_back", MANAGERS, body=PutBackBody, gives={200: PutBackJson})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Hand out stopped records again. What was said of them until now does not stop them again.

        Records that are not stopped, or not there, are passed over.
        """
        path_id(dataset_id, "dataset_id")
        records = body(request, PutBackBody).records
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        return Reply({"put_back": put_back(dataset, records)})
