"""There is always an owner."""

from django.utils.translation import gettext

from accounts.access import Role
from accounts.models import Membership, Organization
from core.errors import Conflict


def keep_an_owner(member: Membership) -> None:
    """Refuse to lose the last owner, whatever was read of `member` before.

    Everybody who takes an owner away waits for the others here, and looks only then: two that go at once, or one who
    was made an owner a moment ago, are not missed. The lock ends with the transaction, which must be running.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=member.organization_id)
    owners = Membership.objects.filter(
        organization=member.organization_id,
        role=Role.OWNER,
        left_at=None,
        deactivated_at=None,
        user__is_active=True,
    )
    left = set(owners.values_list("pk", flat=True))
    if left == {member.pk}:
        raise Conflict(gettext("This is the only owner. Make somebody else an owner first."))
