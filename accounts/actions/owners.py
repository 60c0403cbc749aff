"""The first owner of an organization, as the operator of the installation sets one up."""

from django.db import transaction

from accounts.access import Role
from accounts.actions.keys import issue_api_key, revoke_api_key
from accounts.actions.members import add_member, change_member, check_password
from accounts.actions.organizations import create_organization
from accounts.audit import note
from accounts.authentication import digest_of
from accounts.models import Membership, Organization
from core.errors import Conflict
from core.tenancy import acting_for

KEY_NAME = "From the command line"


@transaction.atomic
def set_up_owner(
    organization_name: str, *, username: str, password: str, email: str | None = None, key: str | None = None
) -> Membership:
    """An owner with this password and key, in a new organization if none has the name. Idempotent.

    What differs the second time, password or key, is replaced. The e-mail counts when the account is made.
    """
    named = Organization.objects.filter(name=organization_name.strip()).order_by("inserted_at")
    organization = named.first() or create_organization(organization_name)
    with acting_for(organization.pk):
        member = Membership.objects.filter(organization=organization, username=username).first()
        if member is None:
            member = add_member(
                organization, username=username, password=password, email=email, role=Role.OWNER
            )
        else:
            _reset(member, password)
        if key:
            _keep_one_key(member, key)
    return member


def _reset(member: Membership, password: str) -> None:
    if member.user is None:
        raise Conflict(f"{member.username} has left the organization. Choose another username.")
    change_member(member, role=Role.OWNER)
    if not member.user.check_password(password):
        check_password(password)
        member.user.set_password(password)
        member.user.save(update_fields=["password"])
        note("member.password_set", member)


def _keep_one_key(member: Membership, key: str) -> None:
    valid = member.api_keys.filter(revoked_at=None)
    if valid.filter(digest=digest_of(key)).exists():
        return
    for old in valid.filter(name=KEY_NAME):
        revoke_api_key(old)
    issue_api_key(member, name=KEY_NAME, key=key)
