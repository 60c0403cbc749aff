"""A query as the parameters of an address: what people share, bookmark and save under a name.

q=deep well          words; `in=prompt` looks into that field alone
status=pending       of records; `response=draft` of responses; `of=me` counts the reader's own responses only
metadata.topic=law   any of several values; metadata.length.min=3, .max=9 for numbers
answer.quality=4     likewise; suggestion.quality=4, suggestion.quality.score.min=0.5, suggestion.quality.agent=m1
updated_at.min=2026-11-01
sort=-metadata.length&sort=inserted_at     "-": the greatest first
like=<record id>&by=<name of a vector>     records like that one
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from core.errors import Invalid
from core.schema import parse
from core.text import check_text
from feedback.search.query import DATES, RECORD_STATUSES, RESPONSE_STATUSES, RecordQuery, moment

BOUNDS = {"min": "ge", "max": "le"}
ASKED = ("q", "in", "status", "response", "of", "sort", "like", "by")
PREFIXES = ("metadata.", "answer.", "suggestion.", *(f"{name}." for name in DATES))
LOOKS = ("view", "column")  # how it is shown
PLACES = ("page", "record", "saved")  # where in it somebody is
MOST_KEYS = 3  # to sort by
SORTED_BY = ("inserted_at", "updated_at", "external_id", "status", "id")
LONGEST = 4000  # characters


def says(name: str) -> bool:
    """Whether a parameter is part of what is asked for."""
    return name in ASKED or name.startswith(PREFIXES)


def kept(params: QueryDict, *, without: Sequence[str] = PLACES) -> str:
    """The address as it is shared: what is asked and how it is shown, without blanks and what nobody knows."""
    return urlencode(
        [
            (name, value)
            for name, values in params.lists()
            for value in values
            if value.strip() and name not in without and (says(name) or name in (*LOOKS, *PLACES))
        ]
    )


def asked(params: QueryDict) -> Iterator[tuple[str, str]]:
    """Each parameter that is part of the question, with each of its values."""
    for name, values in params.lists():
        if says(name):
            yield from ((name, value) for value in values if value.strip())


def read_query(params: QueryDict) -> RecordQuery:
    """What is asked for. `Invalid` with a sentence for whatever cannot be meant."""
    for _, value in asked(params):
        check_text(value)
    given: dict[str, Any] = {"query": _ranking(params)}
    if conditions := [*_conditions(params)]:
        given["filters"] = {"and": conditions}
    if keys := [value for value in params.getlist("sort") if value.strip()]:
        if len(keys) > MOST_KEYS:
            raise Invalid(f"Sort by at most {MOST_KEYS} keys.")
        given["sort"] = [
            {"scope": _key(key.removeprefix("-")), "order": "desc" if key.startswith("-") else "asc"}
            for key in keys
        ]
    try:
        return parse(RecordQuery, given)
    except Invalid as error:
        reason = next(iter(error.errors.values()), str(error))
        raise Invalid(f"This search does not work. {reason}", error.errors) from None


def _ranking(params: QueryDict) -> dict[str, Any] | None:
    words, like = params.get("q", "").strip(), params.get("like", "").strip()
    found: dict[str, Any] = {}
    if words:
        found["text"] = {"q": words, "field": params.get("in") or None}
    if like:
        name = params.get("by", "").strip()
        if not name:
            raise Invalid("Say by which vector records are to be alike: by=….")
        try:
            found["vector"] = {"name": name, "record_id": UUID(like)}
        except ValueError:
            raise Invalid(f"{like[:60]!r} is not the id of a record.") from None
    return found or None


def _conditions(params: QueryDict) -> Iterator[Mapping[str, Any]]:
    ranges: dict[str, dict[str, Any]] = {}
    for name, values in params.lists():
        said = [value.strip() for value in values if value.strip()]
        if not said or not says(name):
            continue
        if name == "status":
            yield _terms({"entity": "record", "property": "status"}, _known(said, RECORD_STATUSES))
        elif name == "response":
            yield _terms({"entity": "response", "property": "status"}, _known(said, RESPONSE_STATUSES))
        elif name.startswith(PREFIXES):
            about, bound = _split(name)
            if bound:
                ranges.setdefault(about, {})[BOUNDS[bound]] = _bound(about, said[-1])
            else:
                yield _terms(_scope(about), said)
    for about, bounds in ranges.items():
        yield {"type": "range", "scope": _scope(about), **bounds}


def _terms(scope: Mapping[str, Any], values: Sequence[str]) -> Mapping[str, Any]:
    return {"type": "terms", "scope": scope, "values": values}


def _known(said: Sequence[str], states: Sequence[str]) -> Sequence[str]:
    for one in said:
        if one not in states:
            raise Invalid(f"There is no state {one[:60]!r}. Choose from {', '.join(states)}.")
    return said


def _split(name: str) -> tuple[str, str]:
    """What a parameter is about, and which bound of it: "metadata.length.min" -> "metadata.length", "min"."""
    about, _, bound = name.rpartition(".")
    return (about, bound) if bound in BOUNDS and (about in DATES or "." in about) else (name, "")


def _bound(about: str, said: str) -> Any:
    if about in DATES:
        try:
            moment(said)
        except ValueError as error:
            raise Invalid(str(error)) from None
        return said
    try:
        number = float(said)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise Invalid(
            f"{said[:60]!r} is not a number: from and to of “{about.partition('.')[2]}” are numbers."
        )
    return number


def _scope(about: str) -> Mapping[str, Any]:
    kind, _, name = about.partition(".")
    if kind in DATES:
        return {"entity": "record", "property": kind}
    if kind == "metadata":
        return {"entity": "metadata", "metadata_property": name}
    if kind == "answer":
        return {"entity": "response", "question": name}
    for part in ("score", "agent"):
        if name.endswith(f".{part}"):
            return {"entity": "suggestion", "question": name.removesuffix(f".{part}"), "property": part}
    return {"entity": "suggestion", "question": name}


def _key(key: str) -> Mapping[str, Any]:
    if key in SORTED_BY:
        return {"entity": "record", "property": key}
    if "." in key and key.startswith(PREFIXES):
        return _scope(key)
    raise Invalid(f"Nothing is sorted by {key[:60]!r}. Choose a key from the list.")
