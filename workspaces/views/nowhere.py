"""What managers see of their pages before anybody has let them into a workspace: nothing yet, and why."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from core.http import Request

View = Callable[..., HttpResponse]


def says_why_it_is_empty(nav: str) -> Callable[[View], View]:
    """For a list of what is in the workspaces that one manages. `nav`: where in the navigation it stands."""

    def around(view: View) -> View:
        @wraps(view)
        def shown(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.membership.waits_for_a_workspace():
                return render(request, "workspaces/nowhere.html", {"nav": nav})
            return view(request, *args, **kwargs)

        return shown

    return around
