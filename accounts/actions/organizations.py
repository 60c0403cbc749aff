"""Acts on organizations."""

import re
from itertools import count

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from accounts.audit import note
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


def create_organization(name: str, *, slug: str = "") -> Organization:
    """A new tenant, without anybody in it yet. Without a slug one is made from the name, unlike every other.

    `Invalid` if the slug is taken, or cannot be one.
    """
    name = check_name(name)
    if slug:
        check_slug(slug)
        try:
            return _made(name, slug)
        except IntegrityError:
            raise _taken(slug) from None
    base = slugify(name)[: LONGEST_SLUG - 5].strip("-_") or "organization"
    for number in count(1):
        slug = base if number == 1 else f"{base}-{number}"
        if slug in RESERVED or Organization.objects.filter(slug=slug).exists():
            continue
        try:
            return _made(name, slug)
        except IntegrityError:  # somebody took the slug just now
            continue
    raise AssertionError("numbers do not end")


@transaction.atomic
def _made(name: str, slug: str) -> Organization:
    made = Organization.objects.create(name=name, slug=slug)
    note("organization.created", made)
    return made


@transaction.atomic
def rename_organization(organization: Organization, name: str) -> Organization:
    """Call it otherwise. Its address stays, for links and programs know it."""
    name, before = check_name(name), organization.name
    if name != before:
        organization.name = name
        organization.save(update_fields=["name", "updated_at"])
        note("organization.renamed", organization, name=(before, name))
    return organization


def check_name(name: str) -> str:
    """The name of an organization, without the white space around it."""
    name = name.strip()
    check_text(name)
    if not 1 <= len(name) <= 200:
        raise Invalid(
            gettext("Give the organization a name of at most 200 characters."),
            {"name": gettext("Write 1 to 200 characters.")},
        )
    return name


def check_slug(slug: str) -> None:
    """Raise `Invalid` if no organization can have this address, or one has it."""
    if not re.fullmatch(rf"[a-z0-9][a-z0-9-]{{1,{LONGEST_SLUG - 1}}}", slug):
        sentence = gettext("Write 2 to 60 small letters, digits and hyphens.")
        raise Invalid(sentence, {"slug": sentence})
    if slug in RESERVED or Organization.objects.filter(slug=slug).exists():
        raise _taken(slug)


def _taken(slug: str) -> Invalid:
    sentence = gettext("The address %(slug)s is taken. Choose another one.") % {"slug": slug}
    return Invalid(sentence, {"slug": sentence})
