"""Finding people before it is known for whom a request acts: here the wall opens, for reading."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hmac import compare_digest
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from accounts.access import Role
from accounts.models import (
    ApiKey,
    Domain,
    Identity,
    IdentityProvider,
    Membership,
    Organization,
    OrganizationRequest,
    User,
)
from core.prepared import Prepared
from core.tenancy import across, across_until_known, enter


class Found(NamedTuple):
    """Somebody whom a sign-in name means, and the membership if the name says which one."""

    user: User
    membership: Membership | None = None


@contextmanager
def _everywhere() -> Iterator[None]:
    """PostgreSQL hears for whom we act only inside a transaction; no savepoint, since nothing is written."""
    with across(), transaction.atomic(savepoint=False):
        yield


# An organization that is going to be deleted is there for its owners alone.
_is_open = Q(organization__purge_at=None) | Q(role=Role.OWNER)
_key_is_open = Q(organization__purge_at=None) | Q(membership__role=Role.OWNER)


def _active() -> QuerySet[Membership]:
    """People who can sign in; programs cannot, they have keys."""
    members = Membership.objects.filter(_is_open, left_at=None, deactivated_at=None, user__is_active=True)
    return members.select_related("organization", "user")


def _with_roles() -> QuerySet[Membership]:
    """With their roles, since pages about errors are made when no transaction says any more for whom."""
    return _active().prefetch_related("workspace_memberships")


def memberships_of(user: User) -> list[Membership]:
    """Where this person belongs, in the order of joining."""
    with _everywhere():
        return list(_with_roles().filter(user=user))


def belongs_somewhere(user: User) -> bool:
    """Whether any organization knows this person, also one that shut them out for a while or is going to end."""
    with _everywhere():
        return Membership.objects.filter(user=user).exists()


def organization(slug: str) -> Organization | None:
    """The organization with this slug, for pages that a stranger may open."""
    return Organization.objects.filter(slug=slug).first()


def account_with(email: str) -> User | None:
    """The account with this e-mail, active or not."""
    return _addressed(email).first()


def open_request(user: User) -> OrganizationRequest | None:
    """The organization that this person asked for, if it is not decided yet."""
    return OrganizationRequest.objects.filter(user=user, decided_at=None).first()


def membership_of(user: User, slug: str) -> Membership | None:
    """This person in the organization with this slug; None if there is no such thing."""
    with _everywhere():
        return _with_roles().filter(user=user, organization__slug=slug).first()


def membership(pk: UUID) -> Membership | None:
    """The active membership with this id."""
    with _everywhere():
        return _active().filter(pk=pk).first()


def provider(slug: str, pk: UUID) -> IdentityProvider | None:
    """The identity provider with this id, if it is on and of this organization."""
    with _everywhere():
        return _providers().filter(organization__slug=slug, pk=pk).first()


def providers_of(slug: str) -> list[IdentityProvider]:
    """Through whom people sign in to this organization."""
    with _everywhere():
        return list(_providers().filter(organization__slug=slug))


def connected(user: User) -> set[UUID]:
    """The ids of the providers of organizations that know this person."""
    known = Identity.objects.filter(user=user).exclude(provider=None)
    return set(known.values_list("provider_id", flat=True))


def organization_of(domain: str) -> Organization | None:
    """The organization that this domain of e-mail addresses is proven to be of."""
    with _everywhere():
        found = Domain.objects.filter(name=domain.lower(), proven_at__isnull=False)
        return Organization.objects.filter(pk__in=found.values("organization")).first()


def _providers() -> QuerySet[IdentityProvider]:
    return IdentityProvider.objects.select_related("organization").filter(is_on=True)


def _key_with(digest: str) -> QuerySet[ApiKey]:
    can_act = Q(membership__user__is_active=True) | Q(membership__is_service=True)
    keys = ApiKey.objects.select_related("membership__organization", "membership__user").order_by()
    there = {"membership__left_at": None, "membership__deactivated_at": None}
    return keys.filter(can_act, _key_is_open, digest=digest, **there)


_keys_with = Prepared(_key_with, "digest")


def enter_with_key(digest: str, at: datetime) -> ApiKey | None:
    """Act for the organization of the key with this digest, if it is valid then and of somebody who is still there.

    With the membership, which knows that it acts by the key, its organization and its account.
    """
    with across_until_known(), transaction.atomic(savepoint=False):
        found = next(iter(_keys_with(digest)), None)
        if found is None or not compare_digest(found.digest, digest) or not found.is_valid(at):
            return None
        found.membership.key = found
        enter(found.organization_id)
        return found


def called(login: str, slug: str | None = None) -> list[Found]:
    """Everybody whom a sign-in name may mean: e-mail, organization/username, username; `slug`: only there.

    The first way that finds somebody counts: a username that looks like your e-mail does not keep you out.
    """
    with _everywhere():
        if slug is not None:
            return _called_in(slug, login.removeprefix(f"{slug}/"))
        if people := list(_with_email(login)):
            return [Found(person) for person in people]
        first, slash, rest = login.partition("/")
        if slash and (found := _called_in(first, rest)):
            return found
        return [_found(member) for member in _active().filter(username=login)[:2]]


def _called_in(slug: str, name: str) -> list[Found]:
    members = _active().filter(organization__slug=slug)
    by_email = members.filter(user__in=_with_email(name))
    return [_found(member) for member in by_email or members.filter(username=name)]


def _with_email(email: str) -> QuerySet[User]:
    users = _addressed(email).filter(is_active=True)
    return users if "@" in email else users.none()


def _addressed(email: str) -> QuerySet[User]:
    """By the index `one_user_per_email`, which leaves out the empty ones: PostgreSQL uses it if the query does, too."""
    return User.objects.exclude(email="").alias(address=Lower("email")).filter(address=email.lower())


def _found(member: Membership) -> Found:
    assert member.user is not None
    return Found(member.user, member)
