"""Asking many people at once: rows now, letters by and by."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.audit import note_all
from accounts.authentication import digest_of
from accounts.models import Membership, Organization
from core.errors import Invalid
from core.later import later
from workspaces.actions.invitations import check_invitation
from workspaces.invitation_lines import Line
from workspaces.models import Invitation


@transaction.atomic
def invite_many(
    organization: Organization, lines: Sequence[Line], *, days: int, by: Membership
) -> list[Invitation]:
    """Ask all of them; earlier invitations of the same addresses end. `Invalid`, and nobody is asked, if one is wrong.

    Nobody knows the links until the letters are written (workspaces/emails.py), which workers do.
    """
    if wrong := next((line for line in lines if line.wrong), None):
        raise Invalid(
            gettext("Line %(number)s: %(why)s") % {"number": wrong.number, "why": " ".join(wrong.wrong)}
        )
    emails = [line.email for line in lines]
    Invitation.objects.filter(organization=organization, email__in=emails, accepted_at=None).delete()
    made = Invitation.objects.bulk_create(
        Invitation(
            organization=organization,
            email=line.email,
            name=line.name,
            role=line.role,
            places=check_invitation(line.role, line.places, days),
            digest=digest_of(secrets.token_urlsafe(32)),
            invited_by=by,
            days=days,
            expires_at=timezone.now() + timedelta(days=days),
        )
        for line in lines
    )
    note_all("invitation.sent", made, by=by)
    for one in made:
        later("workspaces.send_invitation", str(organization.pk), str(one.pk))
    return made
