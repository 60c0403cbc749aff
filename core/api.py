"""JSON, as we use it: DRF routes and authenticates; pydantic reads bodies. Refusals: core/api_errors.py."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import orjson
from django.conf import settings
from django.http import Http404
from pydantic import BaseModel, ValidationError
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from core import origin
from core.errors import Invalid
from core.limits import spend
from core.text import check_json
from core.times import wire_time

if TYPE_CHECKING:
    from accounts.models import Membership


def stream(request: Request) -> IO[bytes]:
    """The body as it comes, to be read in pieces, also one whose length nobody said (chunked)."""
    meta = request.META
    if "chunked" in meta.get("HTTP_TRANSFER_ENCODING", "").lower() and meta.get("wsgi.input_terminated"):
        return meta["wsgi.input"]  # type: ignore[no-any-return]
    return request._request  # type: ignore[return-value]


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
        raise ShapeError(problems(error, where)) from None


def problems(error: ValidationError, *place: str) -> list[dict[str, Any]]:
    """What pydantic found wrong, in the contract's form; places are below `place`."""
    return [
        {"type": part["type"], "loc": [*place, *part["loc"]], "msg": part["msg"]}
        for part in error.errors(include_url=False, include_context=False)
    ]


class TooLarge(exceptions.APIException):
    """More than the server takes into its memory at once."""

    status_code = 413


class AnyJsonParser(BaseParser):
    """JSON, whatever the content type says, but for forms and files, which have parsers of their own."""

    media_type = "*/*"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge(f"This is more than {most // 2**20} MB. Send it in several requests.")
        return json_from(raw, "body") if raw else {}


class RawParser(BaseParser):
    """Bytes as they are, whatever the content type says: a stream to read."""

    media_type = "*/*"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        return stream


# What JSON can write and PostgreSQL cannot keep: NUL and half a surrogate pair; numbers beyond all floats.
ESCAPES = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
# Numbers alone, by their looks: each digit as 0. So a megabyte is looked through in one millisecond, not in twenty.
LOOKS = bytes(
    ord("0")
    if chr(byte).isdigit() and byte < 128
    else ord("e")
    if byte in b"eE"
    else byte
    if byte in b"+"
    else 32
    for byte in range(256)
)
HUGE = (b"0e000", b"0e+000", b"0" * 300)


def json_from(raw: bytes, *place: str) -> Any:
    """JSON that can be stored, out of UTF-8; `ShapeError` at this place if it is not."""
    try:
        text = raw.decode("utf-8-sig")
        data = json.loads(text, parse_constant=_refuse_constant)
        looks = raw.translate(LOOKS)
        if ("\\u" in text and ESCAPES.search(text)) or any(one in looks for one in HUGE):
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
    metadata_class = (
        None  # OPTIONS is no method of the contract; the questions of browsers: core/api_middleware.py
    )

    @property
    def by(self) -> Membership:
        return self.request.user  # type: ignore[return-value]

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks, and count it: by the key or the member, else by the address."""
        try:
            super().perform_authentication(request)
        except exceptions.AuthenticationFailed:
            spend("anonymous", origin.current().address, most=settings.ANONYMOUS_CALLS_PER_MINUTE)
            raise
        by: Any = request.user  # nobody, where nobody is asked who they are
        if by is None:
            spend("anonymous", origin.current().address, most=settings.ANONYMOUS_CALLS_PER_MINUTE)
        else:
            who = getattr(request.auth, "pk", by.pk)
            spend("calls", who, most=settings.API_CALLS_PER_MINUTE)


class PublicView(ApiView):
    """An endpoint for everybody: nobody is asked who they are."""

    authentication_classes = ()
    permission_classes = ()


class UnknownPath(PublicView):
    """Any path below /api that is no endpoint, whatever the method."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


def path_id(value: str, name: str) -> UUID:
    """An id out of the path; not a UUID is 422, not 404 (contract section 1.1)."""
    try:
        return UUID(value)
    except ValueError:
        raise ShapeError(
            [{"type": "uuid_parsing", "loc": ["path", name], "msg": "Input should be a valid UUID"}]
        ) from None
