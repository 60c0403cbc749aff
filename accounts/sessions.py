"""Where somebody is signed in: a row a session, kept by allauth; we note when each was last seen."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from accounts.models import User
from core.errors import NotFound

SESSION_KEY = "seen"
NOTED_EVERY = 300  # seconds
MOST = 50  # places where one person is signed in


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
    _write_down(request)


def _write_down(request: HttpRequest) -> None:
    try:
        with transaction.atomic():
            UserSession.objects.create_from_request(request)
    except PermissionDenied:
        """Nobody knows the address: a server behind a socket, or fewer proxies than TRUSTED_PROXIES says."""


def begin_session(request: HttpRequest, user: User) -> None:
    """Write down that they came in; beyond so many, those that were not seen for the longest time end.

    In the place of allauth's own receiver (accounts/apps.py), which looks through all sessions of a person whenever
    they come in: a program that signs in each time made that take seconds.
    """
    _write_down(request)
    mine = UserSession.objects.filter(user=user)
    mine.exclude(Exists(Session.objects.filter(session_key=OuterRef("session_key")))).delete()
    if oldest := list(mine.order_by("-last_seen_at", "-pk")[MOST:]):
        get_adapter().end_sessions(oldest)


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
