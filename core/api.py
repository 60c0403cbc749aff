"""JSON, as we use it: DRF routes and authenticates; pydantic reads bodies; errors have the contract's forms.

The forms A, B and C are those of section 2 of the Argilla contract.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import orjson
from django.http import Http404
from pydantic import BaseModel, ValidationError
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from rest_framework.views import APIView

from core.errors import DomainError, Invalid
from core.http import status_of
from core.text import check_json
from core.times import wire_time

if TYPE_CHECKING:
    from accounts.models import Membership


class ShapeError(Exception):
    """The path, query or body has not the right shape: form A, with pydantic's list of what is wrong."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("The request has not the right shape.")
        self.errors = errors


class SignedIn(BasePermission):
    """Whoever the key or the token says, as a member of an organization."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user is not None


B = TypeVar("B", bound=BaseModel)


def body(request: Request, shape: type[B]) -> B:
    """The JSON body, read strictly enough by pydantic in one call; `ShapeError` names every wrong part."""
    return read(shape, request.data, "body")


def query(request: Request, shape: type[B]) -> B:
    """The query parameters. Repeated ones arrive as lists where the shape asks for a list."""
    lists = {name for name, part in shape.model_fields.items() if "list" in str(part.annotation)}
    params = request.query_params
    return read(
        shape, {name: params.getlist(name) if name in lists else params[name] for name in params}, "query"
    )


def read(shape: type[B], data: Any, where: str) -> B:
    """`data` as `shape`, or `ShapeError` with places below `where` (path, query, body)."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise ShapeError(
            [
                {"type": part["type"], "loc": [where, *part["loc"]], "msg": part["msg"]}
                for part in error.errors(include_url=False, include_context=False)
            ]
        ) from None


class AnyJsonParser(BaseParser):
    """JSON, whatever the content type says, but for forms and files, which have parsers of their own."""

    media_type = "*/*"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read()
        return json_from(raw, "body") if raw else {}


# What JSON can write and PostgreSQL cannot keep: NUL and half a surrogate pair; numbers beyond all floats.
ESCAPES = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
HUGE = re.compile(r"[0-9](?:[eE]\+?[0-9]{3}|[0-9]{299})")


def json_from(raw: bytes, *place: str) -> Any:
    """JSON that can be stored, out of UTF-8; `ShapeError` at this place if it is not."""
    try:
        text = raw.decode("utf-8-sig")
        data = json.loads(text, parse_constant=_refuse_constant)
        if ESCAPES.search(text) or HUGE.search(text):
            check_json(data)  # only then: to look through all of the data takes longer than to read it
    except (ValueError, RecursionError, Invalid) as error:
        raise ShapeError(
            [{"type": "json_invalid", "loc": list(place), "msg": f"Not JSON that can be kept: {error}"}]
        ) from None
    return data


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not a JSON value")


class JsonRenderer(BaseRenderer):
    """JSON by orjson; times as the contract writes them, UTC without a zone, with microseconds."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        if data is None:
            return b""
        try:
            return orjson.dumps(data, default=_encode, option=orjson.OPT_PASSTHROUGH_DATETIME)
        except orjson.JSONEncodeError:  # a number beyond 64 bits, which Python can write and orjson cannot
            return json.dumps(data, default=_encode, ensure_ascii=False).encode()


def _encode(value: object) -> object:
    if isinstance(value, datetime):
        return wire_time(value)
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"Cannot write {type(value).__name__} as JSON")


class OnlyJson(BaseContentNegotiation):
    """Whatever a client says it accepts, it is answered in JSON, as the contract's server does."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        kind = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type in {kind, "*/*"}), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class ApiView(APIView):
    """An endpoint. `self.by` is the membership of whoever calls."""

    # Here and not in the settings: DRF imports those while it is itself being imported by this module.
    permission_classes: Sequence[type[BasePermission]] = (SignedIn,)
    renderer_classes = (JsonRenderer,)
    parser_classes: Sequence[type[BaseParser]] = (AnyJsonParser,)
    content_negotiation_class = OnlyJson

    @property
    def by(self) -> Membership:
        return self.request.user  # type: ignore[return-value]


class PublicView(ApiView):
    """An endpoint for everybody: nobody is asked who they are."""

    authentication_classes = ()
    permission_classes = ()


class UnknownPath(PublicView):
    """Any path below /api that is no endpoint, whatever the method."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


def exception_handler(error: Exception, context: Any) -> Reply | None:  # noqa: PLR0911  a table in words
    """The JSON edge's translation of refusals. Anything else is a bug and stays a 500."""
    if isinstance(error, ShapeError):
        return form_a(422, "ValidationError", {"errors": error.errors})
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        reply = form_a(401, "UnauthorizedError", {"detail": "Could not validate credentials"})
        reply["WWW-Authenticate"] = "Bearer"
        return reply
    if isinstance(error, DomainError):
        status = status_of(error)
        if status == 403:
            return form_a(403, "ForbiddenOperationError", {"detail": str(error)})
        return Reply({"detail": str(error)}, status=status)
    if isinstance(error, exceptions.PermissionDenied):
        return form_a(403, "ForbiddenOperationError", {"detail": "Operation not allowed"})
    if isinstance(error, Http404):
        return Reply({"detail": "Not Found"}, status=404)
    if isinstance(error, exceptions.APIException):
        return Reply({"detail": str(error.detail)}, status=error.status_code)
    return None


def form_a(status: int, name: str, params: dict[str, Any]) -> Reply:
    """Form A of the contract's errors."""
    return Reply({"detail": {"code": f"argilla.api.errors::{name}", "params": params}}, status=status)


def path_id(value: str, name: str) -> UUID:
    """An id out of the path; not a UUID is 422, not 404 (contract section 1.1)."""
    try:
        return UUID(value)
    except ValueError:
        raise ShapeError(
            [{"type": "uuid_parsing", "loc": ["path", name], "msg": "Input should be a valid UUID"}]
        ) from None
