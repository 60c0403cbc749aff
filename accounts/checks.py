"""What must be set together for signing in through a provider."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

MODES = ("closed", "approval", "open")
NEEDED = ("client_id", "organization")


@register()
def a_provider_is_set_up_whole(**kwargs: Any) -> list[CheckMessage]:
    """An issuer alone lets nobody in, and would say so only to the first who tries."""
    given = settings.OAUTH
    if not given["issuer"]:
        return []
    found = []
    if missing := [f"OAUTH_{name.upper()}" for name in NEEDED if not given[name]]:
        found.append(
            ("OAUTH_ISSUER is set without " + " and ".join(missing) + ".", "Set all of them, or none.")
        )
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", given["name"]):
        found.append(
            (
                f"OAUTH_NAME is {given['name']!r}.",
                "Write lower-case letters, digits and hyphens: it stands in addresses.",
            )
        )
    if not re.match(r"https://|http://(localhost|127\.0\.0\.1|\[::1\])(:|/|$)", given["issuer"]):
        found.append(
            (
                f"OAUTH_ISSUER is {given['issuer']!r}.",
                "Write its https:// address: what comes from there is believed.",
            )
        )
    return [
        Error(what, hint=hint, id=f"accounts.E{number:03}") for number, (what, hint) in enumerate(found, 1)
    ]


@register()
def who_may_sign_up_is_one_of_three(**kwargs: Any) -> list[CheckMessage]:
    """A word that is misspelt would close the door without saying so."""
    if settings.SIGN_UP in MODES:
        return []
    return [
        Error(
            f"SIGN_UP is {settings.SIGN_UP!r}.", hint=f"Write one of: {', '.join(MODES)}.", id="accounts.E010"
        )
    ]
