"""The admin site: who may enter."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest


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
