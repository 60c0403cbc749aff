"""The admin, with our own site."""

from django.contrib.admin.apps import AdminConfig


class AssayAdminConfig(AdminConfig):
    """Django's admin, where managers see their organization and nothing else."""

    default_site = "workspaces.site.AssayAdminSite"
