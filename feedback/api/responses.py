"""JSON about responses (contract sections 3.7 and 5.4)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import AUTHORS, LABELERS, SIGNED_IN, Verb
from core.api import ApiView, body, path_id
from core.errors import DomainError, NotFound
from core.operations import Items, operation
from core.refusals import Sentence
from feedback.actions.first_responses import Sent, add_first_responses
from feedback.actions.responses import add_response, change_response, delete_response, put_response
from feedback.api.record_bodies import ResponseBody, ResponsesUpsert, ResponseUpdate, ResponseUpsert
from feedback.api.record_json import ResponseJson, View, answers_from, item_of
from feedback.api.records import fetch_record
from feedback.models import Record, Response
from feedback.models.responses import Status
from feedback.reports.records import to_answer


class AnsweredJson(TypedDict):
    """What became of one of many responses: itself, or why not (form D)."""

    item: ResponseJson | None
    error: Sentence | None


class RecordResponses(ApiView):
    """The response of whoever calls to a record."""

    @operation("add_response", LABELERS, body=ResponseBody, gives={201: ResponseJson}, refuses={409})
    def post(self, request: Request, record_id: str) -> Reply:
        """Answer a record: keep a draft, submit, or discard."""
        path_id(record_id, "record_id")
        sent = body(request, ResponseBody)
        record = fetch_record(self, Verb.ANNOTATE, record_id)
        values = answers_from(record, sent.answers, self.by)
        response = add_response(record, sent.status, values, by=self.by)
        return Reply(_shown(self, response), status=201)


class ResponseDetail(ApiView):
    """One response: its author's, and that of those who manage the workspace."""

    @operation("change_response", AUTHORS, body=ResponseUpdate, gives={200: ResponseJson})
    def put(self, request: Request, response_id: str) -> Reply:
        """Answer again. The values that are sent replace those that are there."""
        path_id(response_id, "response_id")
        sent = body(request, ResponseUpdate)
        response = self._fetch(response_id)
        values = answers_from(response.record, sent.answers, self.by)
        return Reply(_shown(self, change_response(response, sent.status, values)))

    @operation("delete_response", AUTHORS, gives={200: ResponseJson})
    def delete(self, request: Request, response_id: str) -> Reply:
        """Delete a response; the answer shows it as it was."""
        response = self._fetch(response_id)
        shown = _shown(self, response)
        delete_response(response)
        return Reply(shown)

    def _fetch(self, response_id: str) -> Response:
        pk = path_id(response_id, "response_id")
        response = Response.objects.fetch(Verb.ANNOTATE, self.by, pk=pk)
        if response.membership_id != self.by.pk:
            response = Response.objects.fetch(Verb.MANAGE, self.by, pk=pk)
        return response


class MyResponsesBulk(ApiView):
    """Responses of whoever calls, to many records; each succeeds or fails by itself (form D)."""

    @operation("put_my_responses", SIGNED_IN, body=ResponsesUpsert, gives={200: Items[AnsweredJson]})
    def post(self, request: Request) -> Reply:
        """Answer many records. Each of them succeeds or fails by itself."""
        sent = body(request, ResponsesUpsert).items
        records = to_answer({one.record_id for one in sent}, by=self.by)
        first = self._first(sent, records)
        answered = {}
        for place in sorted(range(len(sent)), key=lambda place: sent[place].record_id):
            # In the order of records, for their locks are kept to the end: two who answer the same ones would
            # wait for each other.
            pk = sent[place].record_id
            answered[place] = (
                self._told(first[pk]) if pk in first else self._answer(sent[place], records.get(pk))
            )
        return Reply({"items": [answered[place] for place in range(len(sent))]})

    def _first(
        self, sent: list[ResponseUpsert], records: Mapping[UUID, Record]
    ) -> dict[UUID, Response | DomainError]:
        """What comes of all together, where they are of one dataset and each record comes once."""
        datasets = {record.dataset_id for record in records.values()}
        if len(datasets) != 1 or len({one.record_id for one in sent}) < len(sent):
            return {}
        given = []
        for one in sent:
            record = records.get(one.record_id)
            with suppress(DomainError):  # those come again one by one, and are told why
                if record is not None:
                    given.append(Sent(record, Status(one.status), answers_from(record, one.answers, self.by)))
        return add_first_responses(next(iter(records.values())).dataset, given, by=self.by)

    def _answer(self, sent: ResponseUpsert, record: Record | None) -> AnsweredJson:
        try:
            if record is None:
                raise NotFound(f"There is no record with the id {sent.record_id}.")
            with transaction.atomic():
                values = answers_from(record, sent.answers, self.by)
                response = put_response(record, sent.status, values, by=self.by)
        except DomainError as error:
            return self._told(error)
        return self._told(response)

    def _told(self, result: Response | DomainError) -> AnsweredJson:
        if isinstance(result, DomainError):
            return {"item": None, "error": {"detail": str(result)}}
        return {"item": _shown(self, result), "error": None}


def _shown(view: ApiView, response: Response) -> ResponseJson:
    record = response.record
    return View(record.dataset, view.by).response(response, item_of(record, view.by))
