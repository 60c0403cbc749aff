"""Accounts that belong to the people themselves."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accounts import directory
from accounts.actions.departures import forget_account
from accounts.actions.members import check_password
from accounts.models import OrganizationRequest, User
from core.errors import Conflict, Forbidden, Invalid


@transaction.atomic
def open_account(email: str, password: str) -> User:
    """An account for somebody who has shown that the e-mail is theirs. `Conflict` if it has an account."""
    check_password(password)
    email = email.strip().lower()
    try:
        with transaction.atomic():
            user = User.objects.create_user(password=password, email=email)
    except IntegrityError:
        raise Conflict(gettext("There is an account with this e-mail already. Sign in first.")) from None
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def check_may_go(user: User) -> None:
    """Whether this person's account can be deleted: `Conflict` while an organization knows them."""
    if user.is_superuser:
        raise Forbidden(
            gettext("The operator's account is made and ended by whoever runs this installation.")
        )
    if directory.belongs_somewhere(user):
        raise Conflict(
            gettext(
                "You belong to an organization still. Leave each of them first, under Your account; "
                "where you cannot come in at the moment, ask an owner to remove you."
            )
        )


@transaction.atomic
def delete_account(user: User, *, typed: str) -> None:
    """Leave nothing of an account that belongs nowhere, at its own wish. It cannot be undone; the e-mail is free again.

    `typed`: the e-mail, if it has one, so that it is this one which is meant.
    """
    user = User.objects.select_for_update().get(pk=user.pk)  # nobody joins meanwhile
    check_may_go(user)
    if typed.strip().lower() != (user.email or ""):
        sentence = gettext("Write the e-mail as it stands here: %(email)s") % {"email": user.email or ""}
        raise Invalid(sentence, {"email": sentence})
    OrganizationRequest.objects.filter(user=user).delete()
    forget_account(user)
