"""JSON about finding records (contract sections 3.6 and 6)."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MEMBERS, REVIEWERS, Verb
from core import refusals
from core.api import ApiView, body, path_id, query
from core.operations import Items, Listing, operation
from core.refusals import Sentence, WrongShape
from feedback.api.datasets import fetch_dataset
from feedback.api.include import read_include
from feedback.api.record_json import RecordJson, View
from feedback.api.records import Page
from feedback.reports.found_by import agents
from feedback.search.find import Found, MissingVector, find
from feedback.search.query import RecordQuery
from feedback.search.scope import Scope


class FoundJson(TypedDict):
    """A record, and how well it fits: null where the order is another one."""

    record: RecordJson
    query_score: float | None


class QuestionNameJson(TypedDict):
    """Which question is meant."""

    id: UUID
    name: str


class AgentsJson(TypedDict):
    """A question, and who has suggested answers to it."""

    question: QuestionNameJson
    agents: list[str]


GIVES = {200: Listing[FoundJson], 422: WrongShape | Sentence | refusals.MissingVector}


class SearchRecords(ApiView):
    """Records with everybody's responses."""

    @operation("search_records", REVIEWERS, query=Page, body=RecordQuery, gives=GIVES)
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Find records by words, similarity and filters, with everybody's responses.

        `total` counts what matches as far as 100,000 records behind the page.
        """
        path_id(dataset_id, "dataset_id")
        page, asked = query(request, Page), body(request, RecordQuery)
        return _found(self, Verb.REVIEW, dataset_id, page, asked, mine=False)


class SearchMyRecords(ApiView):
    """Records as whoever calls answers them: with their own responses, in an order of their own."""

    @operation("search_my_records", MEMBERS, query=Page, body=RecordQuery, gives=GIVES)
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Find records by words, similarity and filters, with my own responses.

        Without words, similarity and `sort`, in an order of my own, which stays the same.
        """
        path_id(dataset_id, "dataset_id")
        page, asked = query(request, Page), body(request, RecordQuery)
        return _found(self, Verb.VIEW, dataset_id, page, asked, mine=True)


def _found(
    view: ApiView, verb: Verb, dataset_id: str, page: Page, asked: RecordQuery, *, mine: bool
) -> Reply:
    include = read_include(page.include)
    dataset = fetch_dataset(view, verb, dataset_id)
    try:
        found = find(asked, Scope(dataset, view.by, mine=mine), offset=page.offset, limit=page.limit)
    except MissingVector as error:
        missing: refusals.MissingVector = {"code": "missing_vector", "message": str(error)}
        return Reply(missing, status=422)
    return Reply({"items": _items(found, View(dataset, view.by, include, mine=mine)), "total": found.total})


def _items(found: Found, view: View) -> list[FoundJson]:
    shown = {one["id"]: one for one in view.records(view.dataset.records.filter(pk__in=found.ids))}
    return [
        {"record": shown[pk], "query_score": score}
        for pk, score in zip(found.ids, found.scores, strict=True)
        if pk in shown
    ]


class SuggestionOptions(ApiView):
    """Who has made suggestions, for a filter to choose from."""

    @operation("list_agents_of_suggestions", MEMBERS, gives={200: Items[AgentsJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List who has made suggestions for each question, to choose filters from."""
        dataset = fetch_dataset(self, Verb.VIEW, dataset_id)
        items: list[AgentsJson] = [
            {"question": {"id": question.pk, "name": question.name}, "agents": found}
            for question, found in agents(dataset).items()
        ]
        return Reply({"items": items})
