"""Founding an organization by somebody who signed up: at once, or after the operator of the installation agreed."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import emails
from accounts.access import Role
from accounts.actions.members import enroll
from accounts.actions.organizations import check_name, check_slug, create_organization
from accounts.models import Membership, OrganizationRequest, User
from core.errors import Conflict, Forbidden, Invalid
from core.tenancy import acting_for

CLOSED, APPROVAL, OPEN = MODES = ("closed", "approval", "open")


@transaction.atomic
def found_organization(user: User, name: str, *, slug: str, first_name: str) -> Membership:
    """A new organization, and this person as its owner. `Forbidden` without a verified e-mail."""
    _check_email(user)
    organization = create_organization(name, slug=slug)
    with acting_for(organization.pk):
        username = (user.email or first_name).partition("@")[0]
        return enroll(organization, user, username=username, role=Role.OWNER, first_name=first_name)


@transaction.atomic
def ask_for_organization(user: User, name: str, *, slug: str, first_name: str) -> OrganizationRequest:
    """Ask the operator for one. `Conflict` while an earlier question of theirs is open."""
    _check_email(user)
    if slug:
        check_slug(slug)
    try:
        with transaction.atomic():
            asked = OrganizationRequest.objects.create(
                user=user, name=check_name(name), slug=slug, first_name=first_name
            )
    except IntegrityError:
        raise Conflict(gettext("You have asked for an organization already. Wait for the answer.")) from None
    transaction.on_commit(lambda: emails.somebody_asks(asked))
    return asked


@transaction.atomic
def approve_request(asked: OrganizationRequest) -> Membership:
    """Found the organization that was asked for; if its address was taken meanwhile, under another one."""
    _decide(asked, is_approved=True)
    try:
        with transaction.atomic():
            owner = found_organization(asked.user, asked.name, slug=asked.slug, first_name=asked.first_name)
    except Invalid:
        owner = found_organization(asked.user, asked.name, slug="", first_name=asked.first_name)
    transaction.on_commit(lambda: emails.organization_is_there(owner))
    return owner


@transaction.atomic
def decline_request(asked: OrganizationRequest) -> None:
    """Found none. The account stays: others may invite it."""
    _decide(asked, is_approved=False)
    transaction.on_commit(lambda: emails.organization_is_declined(asked))


def may_found() -> None:
    """Raise `Forbidden` where the operator founds all organizations."""
    if settings.SIGN_UP not in (APPROVAL, OPEN):
        raise Forbidden(gettext("Here, organizations are made by whoever runs this installation."))


def has_verified_email(user: User) -> bool:
    """Whether letters reach this person."""
    return bool(EmailAddress.objects.filter(user=user, verified=True).exists())


def _check_email(user: User) -> None:
    if not has_verified_email(user):
        raise Forbidden(
            gettext("First open the link in the letter that we sent you: it shows that the e-mail is yours.")
        )


def _decide(asked: OrganizationRequest, *, is_approved: bool) -> None:
    """Once: two operators who press at the same time found one organization."""
    open_ones = OrganizationRequest.objects.filter(pk=asked.pk, decided_at=None)
    if not open_ones.update(decided_at=Now(), is_approved=is_approved, updated_at=Now()):
        raise Conflict("This was decided already.")
