"""Refusals and failures as the API says them: the forms A and B of section 2 of the Argilla contract."""

from __future__ import annotations

import sys
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response as Reply
from rest_framework.views import set_rollback

from core.api import ShapeError
from core.errors import DomainError, TooOften
from core.http import status_of


def exception_handler(error: Exception, context: Any) -> Reply | None:
    """The JSON edge's translation of refusals. Anything else is a bug: `server_error`."""
    set_rollback()  # whatever was refused leaves nothing behind, whichever step refused it
    return _refusal(error)


def _refusal(error: Exception) -> Reply | None:  # noqa: PLR0911  a table in words
    if isinstance(error, ShapeError):
        return form_a(422, "ValidationError", {"errors": error.errors})
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        is_said = error.detail != error.default_detail
        sentence = str(error.detail) if is_said else "Could not validate credentials"
        reply = form_a(401, "UnauthorizedError", {"detail": sentence})
        reply["WWW-Authenticate"] = "Bearer"
        return reply
    if isinstance(error, DomainError):
        status = status_of(error)
        if status == 403:
            return form_a(403, "ForbiddenOperationError", {"detail": str(error)})
        headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooOften) else None
        return Reply({"detail": str(error)}, status=status, headers=headers)
    if isinstance(error, exceptions.PermissionDenied):
        return form_a(403, "ForbiddenOperationError", {"detail": "Operation not allowed"})
    if isinstance(error, Http404):
        return Reply({"detail": "Not Found"}, status=404)
    if isinstance(error, exceptions.APIException):
        wait = getattr(error, "wait", None)  # seconds, of one that was too often
        headers = {"Retry-After": str(wait)} if wait else None
        return Reply({"detail": str(error.detail)}, status=error.status_code, headers=headers)
    return None


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug of ours: to programs in form A, with its class and without its secrets; to people as a page."""
    if not request.path_info.startswith("/api/"):
        return defaults.server_error(request)
    kind = sys.exc_info()[0]
    sentence = "Something broke on the server. It is written down in its log."
    params = {"type": kind.__name__ if kind else "Exception", "message": sentence}
    return JsonResponse(_form_a("GenericServerError", params), status=500)


def form_a(status: int, name: str, params: dict[str, Any]) -> Reply:
    """Form A of the contract's errors."""
    return Reply(_form_a(name, params), status=status)


def _form_a(name: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"detail": {"code": f"argilla.api.errors::{name}", "params": params}}
