"""The page on which somebody who belongs to no organization deletes their account."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions import check_may_go, delete_account
from accounts.forms import explain
from accounts.models import User
from core.errors import Conflict, DomainError


class ClosingForm(forms.Form):
    """The e-mail, to be sure; nothing for an account without one."""

    email = forms.CharField(
        label=_("Your e-mail, to be sure"),
        max_length=254,
        widget=forms.TextInput(
            {"dir": "ltr", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, data: object, *, user: User) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        if not user.email:
            del self.fields["email"]


@never_cache
@require_http_methods(["GET", "POST"])
def close_account(request: HttpRequest) -> HttpResponse:
    """Ask, whoever it is once more, and for the e-mail; then nothing of it is left."""
    assert isinstance(request.user, User)
    try:
        check_may_go(request.user)
    except Conflict as why:
        return render(request, "accounts/delete_account.html", {"why_not": why}, status=409)
    answer: HttpResponse = _close(request)
    return answer


@reauthentication_required  # type: ignore[untyped-decorator]
def _close(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = ClosingForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            delete_account(request.user, typed=form.cleaned_data.get("email", ""))
        except DomainError as error:
            explain(form, error)
        else:
            logout(request)
            messages.success(request, gettext("Your account is deleted."))
            return redirect("account_login")
    return render(request, "accounts/delete_account.html", {"form": form}, status=422 if form.errors else 200)
