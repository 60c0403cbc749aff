"""The admin site: who may enter."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from core.errors import Forbidden


class AssayAdminSite(AdminSite):
    """Django's admin for owners and managers, and for the operator of the installation."""

    site_header = "Assay"
    site_title = "Assay"
    index_title = "Administration"

    def has_permission(self, request: HttpRequest) -> bool:
        """Owners and managers of an organization, and the operator."""
        if not request.user.is_active:
            return False
        membership = getattr(request, "membership", None)
        return request.user.is_superuser or (membership is not None and membership.is_manager)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Our sign-in page instead of Django's form, which knows neither limits nor second factors."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Forbidden("The administration is for owners and managers.")
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect_to_login(wanted, reverse("account_login"))
