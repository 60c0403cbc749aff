"""Leaving: an organization, where answers stay without the person, or for today."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts import directory
from accounts.actions.ownership import keep_an_owner
from accounts.audit import note
from accounts.models import ApiKey, Identity, Membership, User, opaque_username
from core.later import later


@transaction.atomic
def remove_member(member: Membership) -> Membership:
    """Let somebody go: their answers stay, under a name that says nothing; keys, tokens and sessions end.

    Raises Conflict for the last owner. Removing somebody who has left changes nothing.
    """
    if member.left_at is not None:
        return member
    keep_an_owner(member)
    note("member.removed", member)
    user = member.user
    end_keys(member)
    member.workspace_memberships.all().delete()
    member.group_places.all().delete()
    # Nobody may be found by it, and the username is free for somebody else.
    pseudonym = f"former-{member.pk.hex[-12:]}"
    Membership.objects.filter(pk=member.pk).update(
        user=None,
        left_at=Now(),
        deactivated_at=None,
        updated_at=Now(),
        username=pseudonym,
        first_name="",
        last_name=None,
    )
    member.refresh_from_db()
    later("feedback.leave_behind", str(member.organization_id))
    if user is not None:
        end_sessions(user)
    if user is not None and user.managed_by_id == member.organization_id:
        _close_account(user)
    return member


@transaction.atomic
def deactivate_member(member: Membership) -> Membership:
    """Shut somebody out at once: sessions and tokens end, keys for good, what they hold goes back. It can be undone.

    They stay in lists, with their workspaces and all that they did. `Conflict` for the last owner.
    """
    if member.left_at is not None or member.deactivated_at is not None:
        return member
    keep_an_owner(member)
    note("member.deactivated", member)
    end_keys(member)
    Membership.objects.filter(pk=member.pk).update(deactivated_at=Now(), updated_at=Now())
    member.refresh_from_db(fields=["deactivated_at", "updated_at"])
    if member.user is not None:
        end_sessions(member.user)
    later("feedback.leave_behind", str(member.organization_id))
    return member


@transaction.atomic
def reactivate_member(member: Membership) -> Membership:
    """Let somebody in again, as what they were. Their keys do not come back: they make new ones."""
    note("member.reactivated", member)
    Membership.objects.filter(pk=member.pk, left_at=None).update(deactivated_at=None, updated_at=Now())
    member.refresh_from_db(fields=["deactivated_at", "updated_at"])
    return member


def end_keys(member: Membership) -> None:
    """All that they have, for good."""
    ApiKey.objects.filter(membership=member, revoked_at=None).update(revoked_at=Now(), updated_at=Now())


def end_sessions(user: User) -> None:
    """Sign this person out everywhere, at once, and end their tokens; whoever may signs in again."""
    User.objects.filter(pk=user.pk).update(sign_outs=F("sign_outs") + 1)
    user.refresh_from_db(fields=["sign_outs"])


def return_leases(user: User) -> None:
    """Let others have what this person holds, in any organization: they sign out."""
    for member in directory.memberships_of(user):
        later("feedback.return_leases", str(member.organization_id), str(member.pk))


@transaction.atomic
def forget_account(user: User) -> None:
    """Leave nothing in an account that an organization made: no name, no e-mail, no way in, no trace of a provider."""
    EmailAddress.objects.filter(user=user).delete()
    Identity.objects.filter(user=user).delete()
    Authenticator.objects.filter(user_id=user.pk).delete()
    UserSession.objects.filter(user_id=user.pk).delete()
    user.set_unusable_password()
    User.objects.filter(pk=user.pk).update(
        username=opaque_username(),
        email=None,
        is_active=False,
        password=user.password,
        shortcuts={},
        language="",
        last_login=None,
        sign_outs=F("sign_outs") + 1,
    )


def _close_account(user: User) -> None:
    """An account that was made for this organization alone ends with it. The e-mail is free again."""
    if directory.memberships_of(user):
        return
    EmailAddress.objects.filter(user=user).delete()
    user.is_active, user.email = False, None
    user.set_unusable_password()
    user.save(update_fields=["is_active", "email", "password"])
