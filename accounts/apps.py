"""Who."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organizations, memberships and keys."""

    name = "accounts"
