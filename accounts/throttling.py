"""Too often: what allauth's limits (shared by all processes, in the cache) are answered with."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

A_MINUTE, FIVE_MINUTES = 60, 300  # over which allauth counts calls, and failures
ATTRIBUTE = "throttled_for"


def too_often(request: HttpRequest) -> HttpResponse:
    """A page in words, for limits that concern the whole page; none of them is longer than a minute."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(A_MINUTE)
    return response


def note(request: HttpRequest | None) -> None:
    """A form says that it was tried too often."""
    if request is not None:
        setattr(request, ATTRIBUTE, FIVE_MINUTES)


class ThrottledFormMiddleware:
    """A form that was tried too often is shown again, with its sentence, what was written, and the right status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if seconds := getattr(request, ATTRIBUTE, None):
            response.status_code = 429
            response.headers["Retry-After"] = str(seconds)
        return response
