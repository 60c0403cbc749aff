"""What every app stands on."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Errors, kinds, tenancy, and the translation of both at the edges."""

    name = "core"

    def ready(self) -> None:
        from core import checks, logs  # checks register themselves

        assert checks
        logs.configure()
