"""Rows that can lie in the trash, told apart once: a model knows nothing of those, its proxy knows nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from django.db import models
from django.db.models import Q

from accounts.scoped import WorkspaceQuerySet
from accounts.trash import IN_TRASH, KEPT

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class KeptQuerySet(WorkspaceQuerySet[M_co]):
    """Rows that nobody has deleted: no manager of this queryset shows another."""

    shown: ClassVar[Q] = KEPT

    if not TYPE_CHECKING:  # its type is that of any queryset's

        @classmethod
        def as_manager(cls):
            """What `QuerySet.as_manager` makes, of the rows that are shown."""

            def shown(manager):
                rows = models.Manager.get_queryset(manager).filter(cls.shown)
                rows.is_whole = True
                return rows

            made = models.Manager.from_queryset(cls)
            made.get_queryset = shown
            manager = made()
            manager._built_with_asmanager = True
            return manager

        as_manager.__func__.queryset_only = True


class TrashQuerySet(KeptQuerySet[M_co]):
    """Rows that somebody has deleted, and may bring back still."""

    shown = IN_TRASH
