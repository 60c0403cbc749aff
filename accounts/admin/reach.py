"""Which rows somebody reaches in the admin, and what they may do there: by the same question as everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.access import Verb, may
from accounts.models import Membership
from accounts.trash import kept
from core.errors import NotFound

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


def who(request: HttpRequest) -> Membership | None:
    """The member who asks. None is the operator of the installation: nobody else gets past the door without."""
    return cast("Membership | None", getattr(request, "membership", None))


class ReachAdmin(ModelAdmin):
    """Rows and permissions. A subclass says which verbs its acts need, None for never.

    Seeing needs `MANAGE`, too, unless it says otherwise: pages here show what labelers must not know.
    """

    view_verb: ClassVar[Verb] = Verb.MANAGE
    add_verb: ClassVar[Verb | None] = None
    change_verb: ClassVar[Verb | None] = None
    delete_verb: ClassVar[Verb | None] = None

    # Which rows?

    def rows(self, request: HttpRequest, verb: Verb | None = None) -> models.QuerySet[Any]:
        """The rows to which whoever asks may do this; None: that they may see here."""
        by = who(request)
        if by is not None:
            rows: models.QuerySet[Any] = self.model.objects.allowing(verb or self.view_verb, by)
            return rows
        model: type[models.Model] = self.model
        everything = super().get_queryset(request).filter(kept(model))
        return everything if getattr(request.user, "is_superuser", False) else everything.none()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """What may be seen."""
        return self.rows(request)

    def reachable(
        self, request: HttpRequest, model: type[models.Model], verb: Verb | None = Verb.MANAGE
    ) -> models.QuerySet[Any]:
        """The same for the rows of another page of the admin."""
        page = self.admin_site.get_model_admin(model)
        assert isinstance(page, ReachAdmin)
        return page.rows(request, verb)

    def held(self, request: HttpRequest, verb: Verb, pk: Any) -> Any:
        """One row for an action, as it is stored."""
        found = self.rows(request, verb).filter(pk=pk).first()
        if found is None:
            raise NotFound(f"There is no such {self.opts.verbose_name}.")
        return found

    # Who may?

    def may(self, request: HttpRequest, verb: Verb | None, obj: Any = None) -> bool:
        """Whether whoever asks may do this to the row, or to any. Each row is asked about once a request."""
        if verb is None or not self.admin_site.has_permission(request):
            return False
        by = who(request)
        if obj is None or obj._state.adding:
            return by is None or may(verb, by)
        asked = vars(request).setdefault("asked", {})
        key = (self.model, verb, obj.pk)
        if key not in asked:
            asked[key] = self.rows(request, verb).filter(pk=obj.pk).exists()
        return bool(asked[key])

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, Verb.MANAGE)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, Verb.MANAGE) and self.may(request, self.view_verb, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, self.add_verb)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, self.change_verb, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, self.delete_verb, obj)


class ReachableFilter(admin.RelatedFieldListFilter):
    """A filter by related rows that offers only those which whoever asks may see."""

    MOST = 50

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        """The newest of them."""
        assert isinstance(model_admin, ReachAdmin)
        rows = model_admin.reachable(request, field.related_model, None).order_by("-inserted_at")
        return [(str(row.pk), str(row)) for row in rows[: self.MOST]]
