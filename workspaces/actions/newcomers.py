"""Coming in through a provider of the organization's own, which is believed about this organization and no other."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext

from accounts import directory
from accounts.actions import add_member, change_member, enroll
from accounts.models import Domain, Identity, IdentityProvider, Membership, Organization, User
from accounts.provider_answers import Person
from core.errors import Forbidden
from workspaces.actions.arrivals import called, is_theirs
from workspaces.actions.group_rules import apply_group_rules, rules_of


@transaction.atomic
def receive(person: Person, provider: IdentityProvider, *, connecting: User | None = None) -> Membership:
    """The member that this person is; names, role and workspaces are as the provider says from now on. Steps:

    1. `connecting`: a member who asked, signed in by what is their own, to be known by the provider's word as well.
    2. Who came before is known by the provider's own word for them.
    3. An e-mail leads to an account that is there if it is known to be its owner's, and the organization made the
       account, or has proven that the domain is its own: then it could read the letters of that address anyway.
       Otherwise anybody with a provider of their own could take over everybody's account.
    4. Everybody else gets an account of the organization, if the provider lets newcomers in; with the e-mail only if
       the domain is proven, since an e-mail is one account's alone.
    `Forbidden` for whoever has left, and for accounts that are not the organization's to open.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=provider.organization_id)
    known = Identity.objects.filter(provider=provider, issuer=person.iss, subject=person.sub).first()
    user = connecting or (known.user if known else _owner_of_the_email(person, organization))
    if connecting and known and known.user_id != connecting.pk:
        raise Forbidden(gettext("There, you are somebody whom we know by another account."))
    member = directory.membership_of(user, organization.slug) if user else None
    if member is None and known is not None:
        raise Forbidden(_gone(organization))
    if member is None:
        member = _join(person, provider, organization, user)
    assert member.user is not None
    Identity.objects.update_or_create(
        provider=provider, issuer=person.iss, subject=person.sub, defaults={"user": member.user}
    )
    return _brought_up_to_date(member, person, provider)


def _owner_of_the_email(person: Person, organization: Organization) -> User | None:
    """Whose account this e-mail leads to; None if there is none. `Forbidden` if it is not to be opened."""
    owner = directory.account_with(person.proven_email) if person.proven_email else None
    if owner is None or not person.proven_email:
        return None
    if not owner.is_active:
        raise Forbidden(_gone(organization))
    if owner.managed_by_id == organization.pk:
        return owner
    if _is_proven(person.proven_email, organization) and is_theirs(owner, organization):
        return owner
    raise Forbidden(
        gettext(
            "There is an account with %(email)s, which is not your organization's. Sign in with it as before, and "
            "connect it under “Your account”; or ask an owner to prove that the domain is yours."
        )
        % {"email": person.proven_email}
    )


def _join(
    person: Person, provider: IdentityProvider, organization: Organization, user: User | None
) -> Membership:
    if not provider.lets_in_new:
        raise Forbidden(
            gettext("You do not belong to %(organization)s yet. Ask an owner to add you.")
            % {"organization": organization}
        )
    if user is not None:
        return enroll(organization, user, **called(person, organization))
    email = person.proven_email if _is_proven(person.proven_email, organization) else None
    member = add_member(organization, password=None, email=email, **called(person, organization))
    if email:
        EmailAddress.objects.create(user=member.user, email=email, verified=True, primary=True)
    return member


def _brought_up_to_date(member: Membership, person: Person, provider: IdentityProvider) -> Membership:
    change_member(
        member,
        first_name=(person.given_name or member.first_name)[:200],
        last_name=(person.family_name or member.last_name or "")[:200] or None,
    )
    apply_group_rules(member, rules_of(provider), person.groups)
    return member


def _is_proven(email: str | None, organization: Organization) -> bool:
    domain = (email or "").rpartition("@")[2]
    mine = Domain.objects.filter(organization=organization, proven_at__isnull=False)
    return bool(domain) and mine.filter(name=domain).exists()


def _gone(organization: Organization) -> str:
    return gettext("You do not belong to %(organization)s any more. Ask an owner.") % {
        "organization": organization
    }
