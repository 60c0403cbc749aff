"""Who."""

from importlib import import_module

from allauth.account.signals import user_logged_in
from allauth.usersessions.apps import UserSessionsConfig
from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organizations, memberships and keys."""

    name = "accounts"
    default = True

    def ready(self) -> None:
        """Register the checks and the tasks."""
        import_module("accounts.checks")
        import_module("accounts.tasks")


class SessionsConfig(UserSessionsConfig):  # type: ignore[misc]  # allauth has no types
    """Allauth's, but for what it does when somebody comes in: accounts/sessions.py does that."""

    default = False

    def ready(self) -> None:
        """Connect what allauth connects, less that."""
        super().ready()
        user_logged_in.disconnect(import_module("allauth.usersessions.signals").on_user_logged_in)
