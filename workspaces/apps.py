"""Where."""

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """Workspaces and who belongs to them."""

    name = "workspaces"
