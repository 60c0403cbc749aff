"""The language of somebody's pages."""

from django.conf import settings
from django.utils.translation import gettext

from accounts.models import User
from core.errors import Invalid


def choose_language(user: User, language: str) -> None:
    """From now on pages speak this one of `LANGUAGES`, wherever this person signs in."""
    if language not in dict(settings.LANGUAGES):
        raise Invalid(
            gettext("Assay does not speak %(language)r. Choose one of: %(known)s.")
            % {"language": language, "known": ", ".join(dict(settings.LANGUAGES))}
        )
    user.language = language
    user.save(update_fields=["language"])
