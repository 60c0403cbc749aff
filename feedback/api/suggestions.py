"""JSON about suggestions (contract sections 4.10 and 5.5)."""

from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import MANAGERS, MEMBERS, Verb
from core.api import ApiView, body, path_id, query
from core.operations import Items, operation
from feedback.actions.suggestions import delete_suggestions, suggest
from feedback.api.record_bodies import SuggestionBody
from feedback.api.record_json import SuggestionJson, View, item_of
from feedback.api.records import Ids, fetch_record
from feedback.models import Suggestion


class RecordSuggestions(ApiView):
    """The suggestions for a record."""

    @operation("list_suggestions", MEMBERS, gives={200: Items[SuggestionJson]})
    def get(self, request: Request, record_id: str) -> Reply:
        """List the suggestions for a record."""
        record = fetch_record(self, Verb.VIEW, record_id)
        view, item = View(record.dataset, self.by), item_of(record, self.by)
        return Reply({"items": [view.suggestion(one, item) for one in record.suggestions.all()]})

    @operation(
        "put_suggestion", MANAGERS, body=SuggestionBody, gives={200: SuggestionJson, 201: SuggestionJson}
    )
    def put(self, request: Request, record_id: str) -> Reply:
        """Suggest an answer; 200 if the question had a suggestion, which this one replaces."""
        path_id(record_id, "record_id")
        given = body(request, SuggestionBody).given()
        record = fetch_record(self, Verb.EDIT, record_id)
        is_new = not record.suggestions.filter(question=given.question_id).exists()
        made = suggest(record, given)
        shown = View(record.dataset, self.by).suggestion(made, item_of(record, self.by))
        return Reply(shown, status=201 if is_new else 200)

    @operation("delete_suggestions", MANAGERS, query=Ids, gives={204: None})
    def delete(self, request: Request, record_id: str) -> Reply:
        """Delete many suggestions for a record."""
        path_id(record_id, "record_id")
        ids = query(request, Ids).read()
        delete_suggestions(fetch_record(self, Verb.EDIT, record_id), ids)
        return Reply(status=204)


class SuggestionDetail(ApiView):
    """One suggestion."""

    @operation("delete_suggestion", MANAGERS, gives={200: SuggestionJson})
    def delete(self, request: Request, suggestion_id: str) -> Reply:
        """Delete a suggestion; the answer shows it as it was."""
        pk = path_id(suggestion_id, "suggestion_id")
        suggestion = Suggestion.objects.fetch(Verb.EDIT, self.by, pk=pk)
        record = suggestion.record
        shown = View(record.dataset, self.by).suggestion(suggestion, item_of(record, self.by))
        delete_suggestions(record, [suggestion.pk])
        return Reply(shown)
