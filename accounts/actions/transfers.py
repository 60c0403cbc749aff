"""An owner makes another one in their place."""

from django.db import transaction
from django.utils.translation import gettext

from accounts.access import Role
from accounts.actions.members import change_member
from accounts.models import Membership, Organization
from core.errors import Conflict, Invalid


@transaction.atomic
def hand_over_ownership(owner: Membership, to: Membership) -> Membership:
    """Make somebody an owner in one's place, who becomes a manager. Both or neither.

    `Invalid` for programs, for whoever is deactivated, and for oneself; `Conflict` if `owner` is none any more.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=owner.organization_id)  # as keep_an_owner does
    owner.refresh_from_db(fields=["role", "left_at", "deactivated_at"])
    to.refresh_from_db(fields=["role", "left_at", "deactivated_at", "user"])
    if not owner.is_owner or owner.left_at or owner.deactivated_at:
        raise Conflict(gettext("You are not an owner any more."))
    if to.pk == owner.pk:
        raise Invalid(gettext("You are the owner already. Choose somebody else."))
    if to.user is None or to.left_at or to.deactivated_at:
        raise Invalid(gettext("Choose somebody who can sign in here."))
    change_member(to, role=Role.OWNER, by=owner)
    return change_member(owner, role=Role.ADMIN, by=owner)
