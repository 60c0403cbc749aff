"""JSON about responses (contract sections 3.7 and 5.4)."""

from __future__ import annotations

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import AUTHORS, LABELERS, SIGNED_IN, Verb
from core.api import ApiView, body, path_id
from core.errors import DomainError, NotFound
from core.operations import Items, operation
from core.refusals import Sentence
from feedback.actions.responses import add_response, change_response, delete_response, put_response
from feedback.api.record_bodies import ResponseBody, ResponsesUpsert, ResponseUpdate, ResponseUpsert
from feedback.api.record_json import ResponseJson, View, answers_from, item_of
from feedback.api.records import fetch_record
from feedback.models import Record, Response
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
        answered = {}
        for place in sorted(range(len(sent)), key=lambda place: sent[place].record_id):
            # In the order of records, for their locks are kept to the end: two who answer the same ones would
            # wait for each other.
            answered[place] = self._answer(sent[place], records.get(sent[place].record_id))
        return Reply({"items": [answered[place] for place in range(len(sent))]})

    def _answer(self, sent: ResponseUpsert, record: Record | None) -> AnsweredJson:
        try:
            if record is None:
                raise NotFound(f"There is no record with the id {sent.record_id}.")
            with transaction.atomic():
                values = answers_from(record, sent.answers, self.by)
                response = put_response(record, sent.status, values, by=self.by)
        except DomainError as error:
            return {"item": None, "error": {"detail": str(error)}}
        return {"item": _shown(self, response), "error": None}


def _shown(view: ApiView, response: Response) -> ResponseJson:
    record = response.record
    return View(record.dataset, view.by).response(response, item_of(record, view.by))
