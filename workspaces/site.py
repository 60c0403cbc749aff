"""The admin site: who may enter, and what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext

from core.errors import Forbidden, NotFound


class AssayAdminSite(AdminSite):
    """Django's admin for owners and managers, and for the operator of the installation."""

    site_header = "Assay"
    site_title = "Assay"
    index_title = "Administration"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Owners and managers of an organization, and the operator."""
        if not request.user.is_active:
            return False
        membership = getattr(request, "membership", None)
        return request.user.is_superuser or (membership is not None and membership.manages_somewhere())

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Our sign-in page instead of Django's form, which knows neither limits nor second factors."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Forbidden(gettext("The administration is for owners and managers."))
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect_to_login(wanted, reverse("account_login"))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Our own page for it."""
        return redirect("account_change_password")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Closed: no form of ours asks it."""
        raise NotFound(gettext("There is no such page."))

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[Any] | None = None,
        **options: Any,
    ) -> None:
        """Only pages that know organizations: those that other apps bring would show everybody's rows."""
        from accounts.admin.base import TenantAdmin  # noqa: PLC0415 - its package registers here as it is imported

        if admin_class is not None and issubclass(admin_class, TenantAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Rendered inside the request's transaction: after it PostgreSQL does not know for whom we act."""

        @wraps(view)
        def rendered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                response = view(request, *args, **kwargs)
            except PermissionDenied:  # Django's own page for it says nothing
                raise Forbidden(gettext("You may not do that here. Ask an owner.")) from None
            if isinstance(response, SimpleTemplateResponse):
                response.render()
            return response

        return super().admin_view(rendered, cacheable)
