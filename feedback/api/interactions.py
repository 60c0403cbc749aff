"""JSON about interactions with models: requests and responses that applications register as records."""

from __future__ import annotations

from collections.abc import Iterator
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Annotated, Any, BinaryIO, Literal, cast
from uuid import UUID

import orjson
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from pydantic import Discriminator, Field, RootModel, Tag
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MANAGERS, Verb
from core.api import ApiView, body, path_id, stream
from core.operations import File, Items, operation
from feedback.actions.interactions import (
    Pair,
    Refused,
    Registered,
    Result,
    places_of,
    register_interactions,
    register_lines,
)
from feedback.api.datasets import fetch_dataset
from feedback.models import Dataset

MOST = 1000  # in a list; lines may be as many as there are
NDJSON = "application/x-ndjson"
LINES = frozenset({NDJSON, "application/ndjson", "application/jsonl", "application/jsonlines"})
PIECE = 1 << 20  # bytes read at a time


def _one_or_many(value: Any) -> Literal["one", "many"]:
    return "many" if isinstance(value, list) else "one"


class InteractionsBody(
    RootModel[
        Annotated[
            Annotated[Pair, Tag("one")]
            | Annotated[list[Pair], Field(min_length=1, max_length=MOST), Tag("many")],
            Discriminator(_one_or_many),
        ]
    ]
):
    """One interaction, or a list of them."""

    @property
    def pairs(self) -> list[Pair]:
        return self.root if isinstance(self.root, list) else [self.root]


class RegisteredJson(TypedDict):
    """What became of an interaction: the id of its record; the id of the response is its external id."""

    id: UUID
    external_id: str
    result: Result


class Interactions(ApiView):
    """Interactions of an application with models."""

    @operation(
        "register_interactions",
        MANAGERS,
        body=InteractionsBody,
        lines=NDJSON,
        gives={200: [Items[RegisteredJson], File(NDJSON, is_kept=False)]},
    )
    def post(self, request: Request, dataset_id: str) -> HttpResponseBase:
        """Register what a model was asked and what it answered: a record each.

        One interaction, or a list of at most 1,000, all of them or none. As `application/x-ndjson`, as many as there
        are, one a line; then each line is answered by a line, and a bad one stops none of the others. An interaction
        whose response has an id that was registered before changes that record, or nothing.
        """
        path_id(dataset_id, "dataset_id")
        is_lines = request.content_type.partition(";")[0].strip().lower() in LINES
        pairs = [] if is_lines else body(request, InteractionsBody).pairs
        dataset = fetch_dataset(self, Verb.EDIT, dataset_id)
        if is_lines:
            return _answer_lines(dataset, request)
        done = register_interactions(dataset, pairs)
        return Reply({"items": [_registered(one) for one in done]})


def _answer_lines(dataset: Dataset, request: Request) -> StreamingHttpResponse:
    """All of the body is kept before the first line is answered: a client that only sends would wait for ever."""
    places = places_of(dataset)
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  closed at the end of the answer
    copyfileobj(stream(request), file, PIECE)
    return StreamingHttpResponse(_lines(dataset, places, file), content_type=NDJSON)


def _lines(dataset: Dataset, places: Any, file: IO[bytes]) -> Iterator[bytes]:
    with file:
        for line, one in register_lines(dataset, places, cast(BinaryIO, file)):
            said = _registered(one) if isinstance(one, Registered) else _refused(one)
            yield orjson.dumps({"line": line, **said}) + b"\n"


def _registered(one: Registered) -> RegisteredJson:
    return {"id": UUID(one.record_id), "external_id": one.external_id, "result": one.result}


def _refused(one: Refused) -> dict[str, str]:
    return {"result": "refused", "column": one.column, "reason": one.reason}
