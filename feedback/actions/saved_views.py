"""Saved views: kept, changed, deleted."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from accounts.models import Membership
from core.errors import Conflict, Invalid
from core.text import check_text
from feedback.models import Dataset, SavedView
from feedback.search.address import LONGEST

MOST = 100  # of one person in one dataset


@transaction.atomic
def save_view(
    dataset: Dataset, *, name: str, address: str, by: Membership, is_shared: bool = False
) -> SavedView:
    """Keep a search under a name. `Conflict` if this person has one of that name here."""
    if SavedView.objects.filter(dataset=dataset, owner=by).count() >= MOST:
        raise Invalid(
            f"You have {MOST} saved views of this dataset already. Delete one that you no longer need."
        )
    view = SavedView(organization_id=dataset.organization_id, dataset=dataset, owner=by)
    return _write(view, name=name, address=address, is_shared=is_shared)


@transaction.atomic
def change_view(view: SavedView, **given: Any) -> SavedView:
    """Change what is given: name, address, is_shared."""
    return _write(view, **given, updated_at=now())


def delete_view(view: SavedView) -> None:
    """Forget it. Links to it explain themselves; the records stay as they are."""
    view.delete()


def _write(view: SavedView, **given: Any) -> SavedView:
    if "name" in given:
        given["name"] = _name(given["name"])
    if len(given.get("address", "")) > LONGEST:
        sentence = "This search is too long to be saved. Take some of its filters off."
        raise Invalid(sentence, {"name": sentence})
    for name, value in given.items():
        setattr(view, name, value)
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Conflict(
            f"There is a saved view called {view.name!r} here already. Choose another name."
        ) from None
    return view


def _name(text: str) -> str:
    name = text.strip()
    check_text(name)
    if not 1 <= len(name) <= 100:
        sentence = "Give the view a name of 1 to 100 characters."
        raise Invalid(sentence, {"name": sentence})
    return name
