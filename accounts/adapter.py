"""allauth, our way: who may sign up, and where people land."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import throttling
from accounts.actions.departures import return_leases
from accounts.middleware import SESSION_KEY, last_visited
from accounts.models import User

WRONG = _("No account has this name and this password. Check both; capital letters count.")

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
        """Closed, unless the installation says SIGN_UP=open; people are added by owners or invited."""
        return bool(settings.SIGN_UP == "open")

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """The model's default is right: names belong to memberships."""

    def login(self, request: HttpRequest, user: User) -> None:
        """Remember the organization that the sign-in name mentioned."""
        super().login(request, user)
        if user.signing_in_as:
            request.session[SESSION_KEY] = user.signing_in_as.organization.slug

    def logout(self, request: HttpRequest) -> None:
        """Nobody holds a record while they are away."""
        assert isinstance(request.user, User)
        return_leases(request.user)
        super().logout(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The home of the organization visited last, or of the only one; else the page to choose one."""
        assert isinstance(request.user, User)
        member = last_visited(request, request.user)
        return reverse("home", args=[member.organization.slug]) if member else reverse("index")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Into the new organization."""
        return self.get_login_redirect_url(request)

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
