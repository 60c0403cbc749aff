"""Where somebody is signed in: a row a session, kept by allauth; we note when each was last seen."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from accounts.models import User
from core.errors import NotFound

SESSION_KEY = "seen"
NOTED_EVERY = 300  # seconds


class SeenMiddleware:
    """Notes the time and the address of whoever comes with a session, at most every five minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/") and isinstance(request.user, User):
            _note(request)
        return self.get_response(request)


def _note(request: HttpRequest) -> None:
    now = int(time.time())
    if now - request.session.get(SESSION_KEY, 0) < NOTED_EVERY:
        return
    request.session[SESSION_KEY] = now
    try:
        with transaction.atomic():
            UserSession.objects.create_from_request(request)
    except PermissionDenied:
        """Nobody knows the address: a server behind a socket, or fewer proxies than TRUSTED_PROXIES says."""


def end_session(user: User, pk: int) -> None:
    """Sign this person out there. `NotFound` if it is not theirs, or over."""
    session = UserSession.objects.filter(user=user, pk=pk).first()
    if session is None:
        raise NotFound(gettext("This session is over already."))
    get_adapter().end_sessions([session])


# What browsers and systems call themselves; the first that is found counts, since most claim to be others, too.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"),
    ("python", "Python"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device(user_agent: str) -> str:
    """A browser and where it runs: "Firefox, Linux"."""
    found = [
        next((name for mark, name in names if mark.lower() in user_agent.lower()), "")
        for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or gettext("Unknown device")
