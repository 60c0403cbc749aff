"""What is deleted stays in the trash for a while, and can be brought back: the row itself, marked.

The `objects` of such a model know nothing of what was deleted, those of its proxy nothing else (accounts/kept.py).
What belongs to a marked row is out of reach with it, by `kept` in every `allowing` (accounts/scoped.py).
docs/decisions/0022-the-trash.md says why.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.errors import NotFound

if TYPE_CHECKING:
    from accounts.models import Membership


class Deletable(models.Model):
    """A row that can lie in the trash: since when, by whom, and until when. From then on it may go at any moment."""

    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        "accounts.Membership",
        models.DO_NOTHING,
        null=True,
        editable=False,
        related_name="+",
        db_constraint=False,
    )
    purge_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True


KEPT = Q(deleted_at__isnull=True)
IN_TRASH = Q(deleted_at__isnull=False, purge_at__gt=Now())
NO_MORE = Q(deleted_at__isnull=False, purge_at__lte=Now())


def throw_away(row: Deletable, *, by: Membership | None, **changes: Any) -> None:
    """Mark it. `NotFound` if somebody else has a moment ago."""
    marked = {"deleted_at": Now(), "deleted_by": by, "purge_at": Now() + timedelta(days=settings.TRASH_DAYS)}
    rows = type(row)._base_manager.filter(KEPT, pk=row.pk)
    if not rows.update(**marked, **changes):
        raise NotFound(f"There is no such {row._meta.verbose_name}.")


def take_out(row: Deletable, **changes: Any) -> None:
    """Unmark it. `NotFound` if somebody else has a moment ago, or its time was over."""
    unmarked = {"deleted_at": None, "deleted_by": None, "purge_at": None}
    rows = type(row)._base_manager.filter(IN_TRASH, pk=row.pk)
    if not rows.update(**unmarked, **changes):
        raise NotFound(f"There is no such {row._meta.verbose_name}.")


def give_up(row: Deletable) -> None:
    """Its time is over now: nobody sees it any more, and whoever empties the trash takes it along."""
    if not type(row)._base_manager.filter(IN_TRASH, pk=row.pk).update(purge_at=Now()):
        raise NotFound(f"There is no such {row._meta.verbose_name}.")


@cache
def kept(model: Any) -> Q:
    """Rows of the model whose dataset, or else workspace, was not deleted: the nearest on the way to the workspace."""
    way: list[str] = []
    here: Any = model
    for step in getattr(model, "workspace_path", "pk").split("__"):
        if step == "pk":
            break
        here = here._meta.get_field(step).related_model
        way.append(step)
        if issubclass(here, Deletable):
            return Q(**{"__".join([*way, "deleted_at", "isnull"]): True})
    return Q()
