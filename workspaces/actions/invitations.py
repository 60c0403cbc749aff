"""Asking people by e-mail to join, and joining."""

import secrets
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from accounts.access import BECOMES, Role
from accounts.actions import enroll, open_account
from accounts.actions.members import check_role
from accounts.audit import note
from accounts.authentication import digest_of
from accounts.models import Membership, Organization, User
from core.errors import Conflict, NotFound
from workspaces.actions.people import NOWHERE, Places
from workspaces.actions.places import add_to_workspace, check_workspace_role
from workspaces.models import Invitation, Workspace

LASTS = timedelta(days=14)


class Invited(NamedTuple):
    """A new invitation, and the secret of its link, which is not kept."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(
    organization: Organization,
    email: str,
    *,
    role: str = Role.ANNOTATOR,
    workspaces: Places = NOWHERE,
    by: Membership,
) -> Invited:
    """Ask somebody to join. An earlier invitation of the same e-mail ends. `Conflict` if they are a member."""
    check_role(role)
    places = {str(workspace.pk): place or BECOMES[Role(role)] for workspace, place in workspaces.items()}
    for place in places.values():
        check_workspace_role(place)
    email = email.strip().lower()
    if Membership.objects.filter(organization=organization, user__email__iexact=email).exists():
        raise Conflict(gettext("%(email)s is a member already.") % {"email": email})
    Invitation.objects.filter(organization=organization, email=email, accepted_at=None).delete()
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organization=organization,
        email=email,
        role=role,
        places=places,
        digest=digest_of(token),
        invited_by=by,
        expires_at=timezone.now() + LASTS,
    )
    note("invitation.sent", invitation, by=by, role=role, workspaces=[one.name for one in workspaces])
    return Invited(invitation, token)


def open_invitation(organization: Organization, token: str) -> Invitation:
    """The invitation that this link opens. `NotFound` if it was used or withdrawn, or has run out."""
    invitation = Invitation.objects.filter(
        organization=organization, digest=digest_of(token), accepted_at=None, expires_at__gt=timezone.now()
    ).first()
    if invitation is None:
        raise NotFound(gettext("This invitation has been used, or has run out. Ask for another one."))
    return invitation


@transaction.atomic
def accept_invitation(
    invitation: Invitation, user: User, *, username: str, first_name: str = "", last_name: str | None = None
) -> Membership:
    """Join with this account, in the role and the workspaces of the invitation. It works once."""
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
        accepted_at=Now(), updated_at=Now()
    ):
        raise Conflict(gettext("This invitation has been used already."))
    organization = invitation.organization
    member = enroll(
        organization,
        user,
        username=username,
        role=invitation.role,
        first_name=first_name,
        last_name=last_name,
    )
    for workspace in Workspace.objects.filter(organization=organization, pk__in=invitation.places):
        role = invitation.places[str(workspace.pk)]
        add_to_workspace(workspace, member, role=role, by=invitation.invited_by)
    note("member.joined", member, by=member, role=invitation.role)
    return member


@transaction.atomic
def join_anew(
    invitation: Invitation,
    password: str,
    *,
    username: str,
    first_name: str = "",
    last_name: str | None = None,
) -> Membership:
    """Join with a new account, whose e-mail the link has proven."""
    user = open_account(invitation.email, password)
    return accept_invitation(invitation, user, username=username, first_name=first_name, last_name=last_name)


@transaction.atomic
def withdraw_invitation(invitation: Invitation) -> None:
    """Its link opens nothing any more."""
    note("invitation.withdrawn", invitation)
    invitation.delete()
