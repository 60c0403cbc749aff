"""All records of a dataset, page by page: small pages where records are heavy, single ones where the server fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from feedback.sources.argilla import EVERYTHING, Argilla, BrokenAnswer, Page, SourceError

FIRST = 20  # records in the first page, when nothing is known of their size
MOST = 500  # records in a page
FULL = 4 << 20  # bytes that a page may have, roughly: memory stays the same however large records are
QUICK = (0.5, 2.0)  # seconds between attempts at a page, before a smaller one is tried
MOST_UNREADABLE = 20  # records that cannot be read, one after the other, before we give up
MOST_REPEATS = 10  # times that a record may come: one page is sent for ever by a server that has lost its way
LESS = (("responses", "suggestions"), ("suggestions", "vectors"), ("responses",), ("suggestions",), ())


@dataclass(frozen=True)
class Unreadable:
    """A record that the server cannot show, by its place in the list."""

    offset: int
    reason: str


def pages(source: Argilla, dataset_id: UUID, *, start: int) -> Iterator[Page | Unreadable]:
    """Everything: first from `start` to the end, then from the beginning to `start`.

    So an interrupted run goes on where it stopped, and then looks at what it had for changes. The offset grows by
    what was received and the end is an empty page: a server that gives fewer records than it was asked for repeats
    some, and none is missed.
    """
    yield from _stretch(source, dataset_id, start, None)
    yield from _stretch(source, dataset_id, 0, start)


def _stretch(source: Argilla, dataset_id: UUID, offset: int, end: int | None) -> Iterator[Page | Unreadable]:
    limit, unreadable = FIRST, 0
    while end is None or offset < end:
        asked = limit if end is None else min(limit, end - offset)
        try:
            page = source.records(dataset_id, offset=offset, limit=asked, patience=QUICK)
        except BrokenAnswer as error:
            if asked > 1:
                limit = max(1, asked // 4)
                continue
            found = _one(source, dataset_id, offset, error)
            unreadable = unreadable + 1 if isinstance(found, Unreadable) else 0
            if unreadable == MOST_UNREADABLE:
                raise
            yield found
            offset += 1
            continue
        if not page.items:
            return
        unreadable = 0
        yield page
        offset += len(page.items)
        if offset > MOST_REPEATS * page.total + MOST:
            raise SourceError(f"{source.url} sends the same records again and again. Try again later.")
        limit = max(1, min(MOST, limit * 4, FULL * len(page.items) // max(1, page.size)))


def _one(source: Argilla, dataset_id: UUID, offset: int, error: BrokenAnswer) -> Page | Unreadable:
    """A single record at which the server fails: without the relation at which it does."""
    for include in LESS:
        try:
            page = source.records(dataset_id, offset=offset, limit=1, include=include, patience=())
        except BrokenAnswer:
            continue
        return replace(page, items=page.items[:1])
    source.me()  # is it still there? Raises if not
    return Unreadable(offset, str(error))


def left_out(page: Page) -> list[str]:
    """The relations that had to be left out of a page."""
    return [name for name in EVERYTHING if name not in page.included]
