"""A password that somebody else made is good for one thing: choosing one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.entry import came_by_provider
from accounts.models import User

OPEN = {"account_logout", "language", "healthz", "readyz"}
OF_PASSWORDS = ("account_change_password", "account_reset_password")  # how the names begin


class FirstPasswordMiddleware:
    """Leads whoever signed in by such a password to the page that changes it, from every other one.

    The API is not asked: it knows no such password (accounts/api.py), and keys are nobody's password.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """None, if they may go on."""
        user, match = request.user, request.resolver_match
        if request.path.startswith("/api/") or not isinstance(user, User) or not user.must_change_password:
            return None
        if came_by_provider(request, user):
            return None
        name = (match.url_name if match else None) or ""
        if name in OPEN or name.startswith(OF_PASSWORDS):
            return None
        there = reverse("account_change_password")
        if "HX-Request" in request.headers:
            return HttpResponse(status=401, headers={"HX-Redirect": there})
        return redirect(there)
