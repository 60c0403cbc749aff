"""A stand-in for Argilla, an organization to copy into, and the command between them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Organization
from feedback.sources import argilla
from tests import make
from tests.feedback.copying.standin import KEY, Standin, serving


@dataclass
class Said:
    """What a run said and how it ended."""

    out: str
    err: str
    refused: str | None

    def __contains__(self, words: str) -> bool:
        return words in self.out + self.err + (self.refused or "")


Copying = Callable[..., Said]


def run(**given: Any) -> Said:
    """One run of the command; `refused` is the sentence with which it failed, if it did."""
    out, err, refused = io.StringIO(), io.StringIO(), None
    try:
        call_command("copy_from_argilla", **given, stdout=out, stderr=err)
    except CommandError as error:
        refused = str(error)
    return Said(out.getvalue(), err.getvalue(), refused)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it would have waited: the clock is patched."""
    waited: list[float] = []
    monkeypatch.setattr(argilla, "sleep", waited.append)
    return waited


@pytest.fixture
def acme(transactional_db: None) -> Organization:
    """Where to."""
    with transaction.atomic():
        organization = make.organization("Acme")
        make.owner(organization, "ana")
    return organization


@pytest.fixture
def there() -> Standin:
    """Where from: a workspace, a dataset, three records."""
    return Standin()


@pytest.fixture
def copy(there: Standin, acme: Organization, waits: list[float]) -> Iterator[Copying]:
    """Copy it, with these options."""
    with serving(there) as url:
        yield lambda **given: run(**{"url": url, "api_key": KEY, **given})
