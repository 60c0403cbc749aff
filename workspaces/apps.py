"""Where."""

from importlib import import_module

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """Workspaces and who belongs to them."""

    name = "workspaces"

    def ready(self) -> None:
        """Let `later` know the tasks."""
        import_module("workspaces.tasks")
