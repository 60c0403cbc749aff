"""JSON about finding records (contract sections 3.6 and 6)."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import Verb
from core.api import ApiView, body, path_id, query
from feedback.api.datasets import fetch_dataset
from feedback.api.include import read_include
from feedback.api.record_json import View
from feedback.api.records import Page
from feedback.reports.found_by import agents
from feedback.search.find import Found, MissingVector, find
from feedback.search.query import RecordQuery
from feedback.search.scope import Scope


class SearchRecords(ApiView):
    """Records with everybody's responses."""

    verb, mine = Verb.MANAGE, False

    def post(self, request: Request, dataset_id: str) -> Reply:
        path_id(dataset_id, "dataset_id")
        page, asked = query(request, Page), body(request, RecordQuery)
        include = read_include(page.include)
        dataset = fetch_dataset(self, self.verb, dataset_id)
        scope = Scope(dataset, self.by, mine=self.mine)
        try:
            found = find(asked, scope, offset=page.offset, limit=page.limit)
        except MissingVector as error:
            return Reply({"code": "missing_vector", "message": str(error)}, status=422)  # form C
        view = View(dataset, self.by, include, mine=self.mine)
        return Reply({"items": self._items(found, view), "total": found.total})

    def _items(self, found: Found, view: View) -> list[dict[str, Any]]:
        shown = {one["id"]: one for one in view.records(view.dataset.records.filter(pk__in=found.ids))}
        return [
            {"record": shown[pk], "query_score": score}
            for pk, score in zip(found.ids, found.scores, strict=True)
            if pk in shown
        ]


class SearchMyRecords(SearchRecords):
    """Records as whoever calls answers them: with their own responses, in an order of their own."""

    verb, mine = Verb.VIEW, True


class SuggestionOptions(ApiView):
    """Who has made suggestions, for a filter to choose from."""

    def get(self, request: Request, dataset_id: str) -> Reply:
        dataset = fetch_dataset(self, Verb.VIEW, dataset_id)
        items = [
            {"question": {"id": question.pk, "name": question.name}, "agents": found}
            for question, found in agents(dataset).items()
        ]
        return Reply({"items": items})
