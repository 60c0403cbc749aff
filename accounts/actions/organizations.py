"""Acts on organizations."""

from itertools import count

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from accounts.models import Organization
from core.errors import Invalid
from core.text import check_text

# First parts of addresses that are no organization's (config/urls.py), or may become something else.
# fmt: off
RESERVED = {
    "about", "accounts", "admin", "api", "assets", "blog", "docs", "favicon", "health", "healthz",
    "help", "home", "invitations", "join", "language", "login", "logout", "media", "metrics", "new", "operator",
    "organizations", "readyz", "robots", "sessions", "sign-in", "sign-up", "static", "status", "support", "www",
}
# fmt: on
LONGEST_SLUG = 60


def create_organization(name: str) -> Organization:
    """A new tenant, without anybody in it yet. Its slug is made from the name, unlike every other."""
    name = name.strip()
    check_text(name)
    if not 1 <= len(name) <= 200:
        raise Invalid(
            gettext("Give the organization a name of at most 200 characters."),
            {"name": gettext("Write 1 to 200 characters.")},
        )
    base = slugify(name)[: LONGEST_SLUG - 5].strip("-_") or "organization"
    for number in count(1):
        slug = base if number == 1 else f"{base}-{number}"
        if slug in RESERVED or Organization.objects.filter(slug=slug).exists():
            continue
        try:
            with transaction.atomic():
                return Organization.objects.create(name=name, slug=slug)
        except IntegrityError:  # somebody took the slug just now
            continue
    raise AssertionError("numbers do not end")
