"""Asking people to join, each by e-mail or several by a link."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.access import BECOMES, Role
from accounts.actions.members import check_role
from accounts.audit import note
from accounts.authentication import digest_of
from accounts.models import Membership, Organization
from core.errors import Conflict, Invalid
from core.text import check_text
from workspaces.actions.people import NOWHERE, Places
from workspaces.actions.places import check_workspace_role
from workspaces.models import Invitation

LASTS = 14  # days, unless somebody says otherwise
LONGEST = 365
MOST_USES = 10_000
DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


class Invited(NamedTuple):
    """An invitation, and the secret of its link, which is not kept."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(
    organization: Organization,
    email: str,
    *,
    name: str = "",
    role: str = Role.ANNOTATOR,
    workspaces: Places = NOWHERE,
    days: int = LASTS,
    link: Invitation | None = None,
    by: Membership | None,
) -> Invited:
    """Ask somebody to join. An earlier invitation of the same e-mail ends. `Conflict` if they are a member.

    `name`: what they are called, as a proposal. `link`: that through which they asked for this one.
    """
    places = check_invitation(role, workspaces, days)
    email = email.strip().lower()
    check_text(name)
    try:
        validate_email(email)
    except ValidationError:
        sentence = gettext("“%(text)s” is no e-mail address.") % {"text": email[:100]}
        raise Invalid(sentence, {"email": sentence}) from None
    if Membership.objects.filter(organization=organization, user__email__iexact=email).exists():
        raise Conflict(gettext("%(email)s is a member already.") % {"email": email})
    Invitation.objects.filter(organization=organization, email=email, accepted_at=None).delete()
    return _made(organization, email=email, name=name, role=role, places=places, days=days, link=link, by=by)


@transaction.atomic
def make_link(
    organization: Organization,
    *,
    name: str = "",
    role: str = Role.ANNOTATOR,
    workspaces: Places = NOWHERE,
    days: int = LASTS,
    most_uses: int = 1,
    domain: str = "",
    by: Membership,
) -> Invited:
    """A link by which several people can join, at most `most_uses`; with a `domain`, those with an e-mail there.

    Owners come by an invitation of their own: a link may come into any hands.
    """
    places = check_invitation(role, workspaces, days)
    check_text(name)
    if role == Role.OWNER:
        sentence = gettext("A link makes nobody an owner. Invite them by e-mail.")
        raise Invalid(sentence, {"role": sentence})
    if not 1 <= most_uses <= MOST_USES:
        sentence = ngettext(
            "Let 1 to %(most)s person join by it.", "Let 1 to %(most)s people join by it.", MOST_USES
        ) % {"most": MOST_USES}
        raise Invalid(sentence, {"most_uses": sentence})
    domain = domain.strip().lower().removeprefix("@")
    if domain and not DOMAIN.fullmatch(domain):
        sentence = gettext("Write the part behind the @, such as example.org.")
        raise Invalid(sentence, {"domain": sentence})
    kept = {"name": name, "role": role, "places": places, "most_uses": most_uses, "domain": domain}
    return _made(organization, days=days, by=by, **kept)


@transaction.atomic
def renew_invitation(invitation: Invitation) -> Invited:
    """Another link in place of the one before, which lasts as long from now. `Conflict` if it is used up."""
    invitation = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    if invitation.accepted_at is not None:
        raise Conflict(gettext("This invitation has been used already."))
    token = secrets.token_urlsafe(32)
    Invitation.objects.filter(pk=invitation.pk).update(
        digest=digest_of(token),
        expires_at=timezone.now() + timedelta(days=invitation.days),
        sent_at=None,
        failure="",
        updated_at=Now(),
    )
    note("invitation.renewed", invitation)
    invitation.refresh_from_db()
    return Invited(invitation, token)


def note_letter(invitation: Invitation, failure: str = "") -> None:
    """Its letter went, or did not and why."""
    sent_at = None if failure else timezone.now()
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=sent_at, failure=failure[:1000])
    invitation.sent_at, invitation.failure = sent_at, failure[:1000]


@transaction.atomic
def withdraw_invitation(invitation: Invitation) -> None:
    """Its link opens nothing any more, nor do those that were asked for through it."""
    note("invitation.withdrawn", invitation)
    Invitation.objects.filter(link=invitation.pk, accepted_at=None).delete()
    invitation.delete()


def check_invitation(role: str, workspaces: Places, days: int) -> dict[str, str]:
    """What they become where, by id; `Invalid` if the roles or the days are none."""
    check_role(role)
    if not 1 <= days <= LONGEST:
        sentence = ngettext("Let it last 1 to %(most)s day.", "Let it last 1 to %(most)s days.", LONGEST) % {
            "most": LONGEST
        }
        raise Invalid(sentence, {"days": sentence})
    places = {str(workspace.pk): place or BECOMES[Role(role)] for workspace, place in workspaces.items()}
    for place in places.values():
        check_workspace_role(place)
    return places


def _made(organization: Organization, *, days: int, by: Membership | None, **kept: object) -> Invited:
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        organization=organization,
        digest=digest_of(token),
        invited_by=by,
        days=days,
        expires_at=timezone.now() + timedelta(days=days),
        **kept,
    )
    note("invitation.sent", made, by=by, role=made.role)
    return Invited(made, token)
