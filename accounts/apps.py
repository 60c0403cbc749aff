"""Who."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organizations, memberships and keys."""

    name = "accounts"

    def ready(self) -> None:
        """Register the checks and the tasks."""
        import_module("accounts.checks")
        import_module("accounts.tasks")
