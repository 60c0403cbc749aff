"""allauth, our way: who may sign up, and where people land."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import directory, throttling
from accounts.actions.departures import return_leases
from accounts.actions.founding import APPROVAL, OPEN
from accounts.actions.sign_ins import note_failed_sign_in, note_sign_in, note_sign_out
from accounts.entry import note_provider, refusing
from accounts.middleware import SESSION_KEY, last_visited
from accounts.models import User, opaque_username
from accounts.sessions import begin_session

WRONG = _("No account has this name and this password. Check both; capital letters count.")

THROUGH = "through"  # what a sign-in through a provider carries along: the id of the provider's organization
LIMITED = {"too_many_login_attempts", "rate_limited"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What allauth asks of a project."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "rate_limited": _("Too many attempts. Wait five minutes, then try again."),
    }

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """As it says; a form that was tried too often answers 429 (accounts/throttling.py)."""
        if code in LIMITED:
            throttling.note(context.request)
        return super().validation_error(code, *args)  # type: ignore[no-any-return]

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """All but the news that somebody signed in or out, which they can see."""
        template = str(args[0] if args else kwargs.get("message_template"))
        if not template.endswith(("/logged_in.txt", "/logged_out.txt")):
            super().add_message(request, level, *args, **kwargs)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed, unless the installation says otherwise (SIGN_UP); people are added by owners or invited."""
        return settings.SIGN_UP in (APPROVAL, OPEN)

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Names belong to memberships. allauth has put an empty one there, which only one person could have."""
        user.username = opaque_username()

    def login(self, request: HttpRequest, user: User) -> None:
        """Remember the organization that the sign-in name mentioned."""
        super().login(request, user)
        note_sign_in(user)
        if user.signing_in_as:
            request.session[SESSION_KEY] = user.signing_in_as.organization.slug

    def pre_login(self, request: HttpRequest, user: User, **given: Any) -> HttpResponseBase | None:
        """Refuse what the organization's own provider is to say: here passwords, codes and passkeys all pass by."""
        if (response := super().pre_login(request, user, **given)) is not None:
            return response  # type: ignore[no-any-return]
        organization = None if THROUGH in (given["signal_kwargs"] or {}) else refusing(user)
        if organization is None:
            return None
        clear_login(request)
        messages.error(request, gettext("Your organization signs its people in through its own provider."))
        return redirect("organization_sign_in", organization.slug)

    def post_login(self, request: HttpRequest, user: User, **given: Any) -> HttpResponseBase:
        """Note through whose provider they came: now that all steps are taken, and not before."""
        if organization_id := (given["signal_kwargs"] or {}).get(THROUGH):
            note_provider(request, user, organization_id)
        reply = super().post_login(request, user, **given)
        begin_session(request, user)
        return reply  # type: ignore[no-any-return]

    def logout(self, request: HttpRequest) -> None:
        """Nobody holds a record while they are away."""
        assert isinstance(request.user, User)
        return_leases(request.user)
        note_sign_out(request.user)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Written down by a worker, so that the clock does not tell whether there is such an account."""
        super().authentication_failed(request, **credentials)
        login = credentials.get("username") or credentials.get("email") or ""
        note_failed_sign_in(str(login), str(credentials.get("organization") or ""))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The home of the organization visited last, or of the only one; else the page to choose one."""
        assert isinstance(request.user, User)
        member = last_visited(request, request.user)
        return reverse("home", args=[member.organization.slug]) if member else reverse("index")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """To the page that asks for an organization."""
        return reverse("new_organization")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """On with what the letter was waited for: an organization, for those who have none."""
        user = self.request.user if self.request else None
        if (
            isinstance(user, User)
            and not directory.memberships_of(user)
            and self.is_open_for_signup(self.request)
        ):
            return reverse("new_organization")
        return str(super().get_email_verification_redirect_url(email_address))

    def set_password(self, user: User, password: str) -> None:
        """They have chosen it: whoever knew the one before does not know it any more."""
        user.must_change_password = False
        super().set_password(user, password)

    def clean_password(self, password: str, user: User | None = None) -> str:
        """As usual, and not the one that somebody else made."""
        if user is not None and user.must_change_password and user.check_password(password):
            raise ValidationError(gettext("Somebody else made this one. Choose another."))
        return str(super().clean_password(password, user))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the first page, which leads on."""
        return reverse("index")

    def reauthenticate(self, user: User, password: str) -> bool:
        """By the password alone: it is known who asks. Limited like signing in."""
        credentials: dict[str, Any] = {"username": user.username}
        self.pre_authenticate(self.request, **credentials)
        if right := user.check_password(password):
            self._rollback_login_failed_rl_usage()
        return right
