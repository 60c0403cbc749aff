"""Who changed something, in words: accounts have no names, memberships do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.access import Verb
from accounts.admin.reach import ReachAdmin
from accounts.models import Membership


def name_actors(page: ReachAdmin, request: HttpRequest, response: Any) -> Any:
    """Give each entry of a history page the name of who acted, as far as whoever asks may know it."""
    context = getattr(response, "context_data", None)
    if context is None:
        return response
    entries = list(context["action_list"])
    people = page.reachable(request, Membership, Verb.VIEW).filter(user__in={one.user_id for one in entries})
    names = {person.user_id: person.display_name for person in people}
    for entry in entries:
        other = "The operator" if entry.user.is_superuser else "Somebody else"
        entry.actor = names.get(entry.user_id, other)
    context["entries"] = entries
    return response
