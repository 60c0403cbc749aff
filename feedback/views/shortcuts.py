"""The page on which somebody chooses their keys for the labeling page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Invalid
from core.http import Request
from feedback.actions.shortcuts import change_shortcut, restore_shortcuts
from feedback.shortcuts import ACTS, keys_of, read_key, shown, turned

PAGE = "feedback/shortcuts.html"


@require_http_methods(["GET", "POST"])
def shortcuts(request: Request) -> HttpResponse:
    """All acts with their keys; a posted `act` gets the posted `key`."""
    if request.method == "GET":
        return render(request, PAGE)
    act, key = request.POST.get("act", ""), request.POST.get("key", "")
    try:
        change_shortcut(request.user, act, key=turned(read_key(key)))
    except Invalid as error:
        return _wrong(request, act, error)
    return _done(request, act)


@require_POST
def restore(request: Request) -> HttpResponse:
    """The default key of the posted `act`, or of all."""
    act = request.POST.get("act", "")
    try:
        restore_shortcuts(request.user, *filter(None, [act]))
    except Invalid as error:
        return _wrong(request, act, error)
    return _done(request, act)


def _wrong(request: Request, act: str, error: Invalid) -> HttpResponse:
    if act not in ACTS:
        raise error
    return render(request, _template(request), {"wrong": {"act": act, "error": error}}, status=422)


def _done(request: Request, act: str) -> HttpResponse:
    said = gettext("All keys are the default ones again.")
    if act:
        key = shown(keys_of(request.user.shortcuts)[act])
        said = gettext("%(act)s: %(key)s.") % {"act": ACTS[act].words, "key": key or gettext("no key")}
    if request.htmx:
        return render(request, _template(request), {"said": said})
    messages.success(request, said)
    return redirect("shortcuts", request.organization.slug)


def _template(request: Request) -> str:
    return f"{PAGE}#list" if request.htmx else PAGE
