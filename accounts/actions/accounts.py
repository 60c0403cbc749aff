"""Accounts that belong to the people themselves."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accounts.actions.members import check_password
from accounts.models import User
from core.errors import Conflict


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
