"""Reading a running Argilla server: one request at a time, and again after a while if it stumbles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from time import sleep
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID

import httpx
from pydantic import ValidationError

from core.schema import problems
from feedback.sources import wire

PATIENCE = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # seconds before each further attempt
LONGEST_WAIT = 60.0  # seconds, however long the server asks to be left alone
TIMEOUT = 60.0  # seconds for one answer
EVERYTHING = ("responses", "suggestions", "vectors")
OVERLOADED = {429, 502, 503, 504}

W = TypeVar("W", bound=wire.Row)


class SourceError(Exception):
    """The other server does not give what it was asked for; the sentence says why, and what to do."""


class BrokenAnswer(SourceError):
    """The server is there, but fails at this very question each time: asking for less may help."""


@dataclass(frozen=True)
class Failure:
    """One attempt that came to nothing. `is_its_own`: the server is there and fails at the question itself."""

    reason: str
    is_its_own: bool = False
    wished: float = 0.0  # seconds that the server asks to be left alone


@dataclass(frozen=True)
class Page:
    """Some records as they were sent, how many there are in all, and how many bytes these took."""

    items: Sequence[Any]
    total: int
    size: int
    included: Sequence[str] = EVERYTHING


class Argilla:
    """A server at `url`, seen with an owner's `key`."""

    def __init__(
        self,
        url: str,
        key: str,
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise SourceError(f"{url!r} is no address of a server. It begins with http:// or https://.")
        self.url = url.rstrip("/")
        try:
            self._http = httpx.Client(
                base_url=f"{self.url}/api/v1",
                headers={"X-Argilla-Api-Key": key},
                timeout=TIMEOUT,
            )
        except (httpx.InvalidURL, UnicodeEncodeError) as error:
            raise SourceError(f"The address or the key cannot be sent: {error}.") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    # What there is

    def me(self) -> wire.User:
        """Whose key it is."""
        return _read(wire.User, self._get("/me")[0], "/me")

    def users(self) -> list[wire.User]:
        """Everybody, oldest first."""
        return self._list(wire.User, "/users")

    def workspaces(self) -> list[wire.Workspace]:
        """All workspaces, oldest first."""
        return self._list(wire.Workspace, "/me/workspaces")

    def members(self, workspace: wire.Workspace) -> list[wire.User]:
        """Who belongs to the workspace; owners only if they were added."""
        return self._list(wire.User, f"/workspaces/{workspace.id}/users")

    def datasets(self) -> list[wire.Dataset]:
        """All datasets, oldest first."""
        return self._list(wire.Dataset, "/me/datasets")

    def parts(self, dataset: wire.Dataset) -> wire.Parts:
        """What the dataset is made of."""
        path = f"/datasets/{dataset.id}"
        return wire.Parts(
            fields=self._list(wire.Part, f"{path}/fields"),
            questions=self._list(wire.Part, f"{path}/questions"),
            metadata_properties=self._list(wire.Part, f"/me{path}/metadata-properties"),
            vectors_settings=self._list(wire.Part, f"{path}/vectors-settings"),
        )

    def records(
        self,
        dataset_id: UUID,
        *,
        offset: int,
        limit: int,
        include: Sequence[str] = EVERYTHING,
        patience: Sequence[float] = PATIENCE,
    ) -> Page:
        """Records from the offset-th on, oldest first.

        All vectors are asked for, not `vectors:a,b`: Argilla pages wrongly when they are named.
        """
        path = f"/datasets/{dataset_id}/records"
        query: dict[str, Any] = {"offset": offset, "limit": limit, "include": list(include)}
        answer, size = self._get(path, query, patience)
        items, total = answer.get("items"), answer.get("total")
        if not isinstance(items, list) or not isinstance(total, int):
            raise SourceError(
                f"{self.url} does not answer like an Argilla server: no items and total in {path}."
            )
        return Page(items, total, size, include)

    # How it is asked

    def _list(self, shape: type[W], path: str) -> list[W]:
        items = self._get(path)[0].get("items")
        if not isinstance(items, list):
            raise SourceError(f"{self.url} does not answer like an Argilla server: no items in {path}.")
        return [_read(shape, item, path) for item in items]

    def _get(
        self, path: str, query: dict[str, Any] | None = None, patience: Sequence[float] = PATIENCE
    ) -> tuple[dict[str, Any], int]:
        """The JSON object at `path`, and its size in bytes.

        An overloaded or absent server always gets the full patience; `patience` is for failures of its own.
        """
        own = others = 0
        while isinstance(answer := self._try(path, query), Failure):
            if answer.is_its_own:
                if own == len(patience):
                    raise BrokenAnswer(f"{self.url} fails at {path} each time: {answer.reason}.")
                wait, own = patience[own], own + 1
            else:
                if others == len(PATIENCE):
                    raise SourceError(f"{self.url} cannot be reached: {answer.reason}. Try again later.")
                wait, others = max(PATIENCE[others], answer.wished), others + 1
            sleep(wait)
        return self._json(path, answer), len(answer.content)

    def _try(self, path: str, query: dict[str, Any] | None) -> httpx.Response | Failure:
        try:
            answer = self._http.get(path, params=query)
        except httpx.ReadTimeout:
            return Failure(f"no answer within {TIMEOUT:.0f} seconds", is_its_own=True)
        except httpx.RequestError as error:
            return Failure(str(error) or type(error).__name__)
        if answer.status_code in OVERLOADED:
            wish = answer.headers.get("retry-after", "")
            seconds = min(float(wish), LONGEST_WAIT) if wish.isdecimal() else 0.0
            return Failure(f"it answers {answer.status_code}", wished=seconds)
        if answer.status_code >= 500:
            return Failure(f"it answers {answer.status_code}", is_its_own=True)
        return answer

    def _json(self, path: str, response: httpx.Response) -> dict[str, Any]:
        status = response.status_code
        if status == 401:
            raise SourceError(f"{self.url} does not know this key. Use the API key of an owner.")
        if status == 403:
            raise SourceError(f"{self.url} does not let this key read {path}. Use the API key of an owner.")
        if response.is_redirect:
            there = response.headers.get("location", "somewhere else")
            raise SourceError(f"{self.url} sends on to {there}. Give the address that it sends to.")
        if status != 200:
            raise SourceError(f"{self.url} answers {status} at {path}: {response.text[:200]}")
        try:
            found = json.loads(response.content)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise SourceError(f"{self.url} does not answer like an Argilla server at {path}: no JSON object.")
        return found


def _read(shape: type[W], item: Any, path: str) -> W:
    try:
        return shape.model_validate(item)
    except ValidationError as error:
        place, sentence = next(iter(problems(error).items()))
        raise SourceError(f"An answer of {path} cannot be read: {place}: {sentence}.") from None
