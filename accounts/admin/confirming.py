"""Acts on many rows at once are asked about first, by a page that names the rows."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse

from accounts.admin.reach import ReachAdmin

NAMED = 50  # rows by name on the page that asks
CONFIRMED = "confirmed"


class ConfirmingAdmin(ReachAdmin):
    """Asks before the acts of `asks_first`. Django's own, deleting, has a page of its own for it."""

    asks_first: ClassVar[dict[str, str]] = {}  # act -> what becomes of the rows, in a sentence

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any
    ) -> Any:
        """The page that asks; or, once that was answered, the act."""
        asked = request.POST.get("action", "")
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if asked not in self.asks_first or CONFIRMED in request.POST or not chosen:
            return super().response_action(request, queryset, *args, **kwargs)
        if asked not in self.get_actions(request):
            return super().response_action(request, queryset, *args, **kwargs)
        whole = request.POST.get("select_across", "0") == "1"
        rows = queryset if whole else queryset.filter(pk__in=chosen)
        named = [str(row) for row in rows[: NAMED + 1]]
        if not named:
            return super().response_action(request, queryset, *args, **kwargs)
        action = self.get_actions(request)[asked]
        assert action is not None
        words = action[2]
        context = {
            "title": f"{words}?",
            "submit": words,
            "opts": self.opts,
            "sentence": self.asks_first[asked],
            "named": named[:NAMED],
            "more": len(named) > NAMED,
            "action": asked,
            "chosen": chosen,
            "whole": whole,
        }
        return TemplateResponse(
            request, "admin/confirm_action.html", {**self.admin_site.each_context(request), **context}
        )
