"""Joining, by what an invitation or a link lets."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from accounts.actions import add_member, enroll, open_account
from accounts.audit import note
from accounts.authentication import digest_of
from accounts.models import Membership, Organization, User
from core.errors import Conflict, Forbidden, Invalid, NotFound
from workspaces.actions.invitations import Invited, invite
from workspaces.actions.places import add_to_workspace
from workspaces.models import Invitation, Workspace

ONE_LETTER_IN = timedelta(minutes=5)  # to one address, by one link


class Names(TypedDict):
    """What somebody is called here."""

    username: str
    first_name: str
    last_name: str | None


def open_invitation(organization: Organization, token: str) -> Invitation:
    """The invitation that this link opens. `NotFound` if it was used up or withdrawn, or has run out."""
    found = Invitation.objects.waiting().filter(organization=organization, digest=digest_of(token)).first()
    if found is None:
        raise NotFound(gettext("This invitation has been used, or has run out. Ask for another one."))
    return found


@transaction.atomic
def accept_invitation(
    invitation: Invitation, user: User, *, username: str, first_name: str = "", last_name: str | None = None
) -> Membership:
    """Join with this account, in the role and the workspaces of the invitation.

    `Forbidden` if the link is for a domain that no e-mail of the account is proven to be of.
    """
    if invitation.domain and not _has_proven(user, invitation.domain):
        raise Forbidden(
            gettext(
                "This link is for people with an e-mail at %(domain)s. Confirm yours under your account first."
            )
            % {"domain": invitation.domain}
        )
    _use(invitation)
    names: Names = {"username": username, "first_name": first_name, "last_name": last_name}
    member = enroll(invitation.organization, user, role=invitation.role, **names)
    return _placed(invitation, member)


@transaction.atomic
def join_anew(
    invitation: Invitation,
    password: str,
    *,
    username: str,
    first_name: str = "",
    last_name: str | None = None,
) -> Membership:
    """Join with a new account: one's own, whose e-mail the letter has proven, or by a link one of the organization."""
    names: Names = {"username": username, "first_name": first_name, "last_name": last_name}
    if not invitation.is_link:
        return accept_invitation(invitation, open_account(invitation.email, password), **names)
    if invitation.domain:
        raise Forbidden(gettext("Ask for a letter to your e-mail first."))
    _use(invitation)
    member = add_member(invitation.organization, password=password, role=invitation.role, **names)
    return _placed(invitation, member)


@transaction.atomic
def ask_for_letter(link: Invitation, email: str) -> Invited | None:
    """An invitation for this address, of the domain that the link is for. None if one is on its way already.

    What comes of it is not told apart: whoever is a member already, or asks twice in five minutes, gets nothing new.
    """
    email = email.strip().lower()
    if not link.domain or email.rpartition("@")[2] != link.domain:
        sentence = gettext("Write your e-mail at %(domain)s.") % {"domain": link.domain}
        raise Invalid(sentence, {"email": sentence})
    Invitation.objects.select_for_update(no_key=True).get(pk=link.pk)
    mine = Invitation.objects.filter(link=link)
    if mine.filter(email=email, inserted_at__gt=timezone.now() - ONE_LETTER_IN).exists():
        return None
    if mine.waiting().exclude(email=email).count() + link.uses >= link.most_uses:
        raise Conflict(gettext("As many people as may have asked to join by this link. Ask for another one."))
    if Invitation.objects.waiting().filter(organization=link.organization_id, email=email).exclude(link=link):
        return None  # they were asked by name, which says better what they are to be
    places = Workspace.objects.filter(organization=link.organization_id, pk__in=link.places)
    workspaces = {one: link.places[str(one.pk)] for one in places}
    days = max(1, (link.expires_at - timezone.now()).days)
    try:
        return invite(
            link.organization,
            email,
            role=link.role,
            workspaces=workspaces,
            days=days,
            link=link,
            by=link.invited_by,
        )
    except Conflict:  # a member
        return None


def _use(invitation: Invitation) -> None:
    """Once more. The link through which it was asked for counts, too."""
    for pk in filter(None, (invitation.link_id, invitation.pk)):
        used_up = Case(When(most_uses=F("uses") + 1, then=Now()), default=Value(None))
        waiting = Invitation.objects.waiting().filter(pk=pk, uses__lt=F("most_uses"))
        if not waiting.update(uses=F("uses") + 1, accepted_at=used_up, updated_at=Now()):
            raise Conflict(gettext("This invitation has been used already."))


def _placed(invitation: Invitation, member: Membership) -> Membership:
    there = Workspace.objects.filter(organization=invitation.organization_id, pk__in=invitation.places)
    for workspace in there:
        role = invitation.places[str(workspace.pk)]
        add_to_workspace(workspace, member, role=role, by=invitation.invited_by)
    note("member.joined", member, by=member, role=invitation.role)
    return member


def _has_proven(user: User, domain: str) -> bool:
    proven = EmailAddress.objects.filter(user=user, verified=True, email__iendswith=f"@{domain}")
    return bool(proven.exists())
