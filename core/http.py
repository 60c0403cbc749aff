"""HTML, as we use it: what a request carries, and refusals turned into pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from pydantic import BaseModel, ValidationError

from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, TooOften

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import Membership, Organization, User

STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Invalid: 422,
    TooOften: 429,
}


def status_of(error: DomainError) -> int:
    """The status code of a refusal, of one of the five classes or a finer one below."""
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


class Request(HttpRequest):
    """A request of somebody signed in, to a page below an organization's slug."""

    user: User
    htmx: HtmxDetails
    membership: Membership
    organization: Organization


B = TypeVar("B", bound=BaseModel)


def asked(request: HttpRequest, shape: type[B]) -> B:
    """The query of a page; a part that makes no sense is as if it were not there."""
    given = {name: value for name, value in request.GET.items() if value and name in shape.model_fields}
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        wrong = {part["loc"][0] for part in error.errors()}
        return shape.model_validate({name: value for name, value in given.items() if name not in wrong})


def id_in(text: str) -> UUID | None:
    """The id that somebody sent as text, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


class DomainErrorMiddleware:
    """The HTML edge's translation of refusals: a page, or for htmx a fragment that becomes a toast."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        context = {"error": error, "is_refused": isinstance(error, Forbidden)}
        response = render(request, "error.html", context, status=status_of(error))
        if isinstance(error, TooOften):
            response.headers["Retry-After"] = str(error.seconds)
        return response


def say_with_undo(request: HttpRequest, sentence: str, undo: str) -> None:
    """Say on the next page what was done, with a button that posts to `undo`."""
    messages.success(request, sentence, extra_tags=undo)
