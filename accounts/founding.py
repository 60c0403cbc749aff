"""Pages: a new organization, for whoever signed up."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions import ask_for_organization, found_organization
from accounts.actions.founding import APPROVAL, has_verified_email, may_found
from accounts.actions.organizations import check_slug
from accounts.forms import FoundingForm, explain
from accounts.models import User
from core.errors import DomainError


@require_http_methods(["GET", "POST"])
def new_organization(request: HttpRequest) -> HttpResponse:
    """Found an organization, or ask the operator for one; whose e-mail is not verified is told to do that first."""
    assert isinstance(request.user, User)
    may_found()
    form = FoundingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data}
        try:
            if settings.SIGN_UP == APPROVAL:
                ask_for_organization(request.user, given.pop("name"), **given)
                messages.success(request, gettext("You will get a letter as soon as it is decided."))
                return redirect("organizations")
            owner = found_organization(request.user, given.pop("name"), **given)
        except DomainError as error:
            explain(form, error)
        else:
            return redirect("home", owner.organization.slug)
    context = {
        "form": form,
        "is_verified": has_verified_email(request.user),
        "by_approval": settings.SIGN_UP == APPROVAL,
    }
    return render(request, "accounts/new_organization.html", context, status=422 if form.errors else 200)


@require_GET
def address(request: HttpRequest) -> HttpResponse:
    """Whether an address is free, while it is written; without one, that which the name would give."""
    may_found()
    slug = request.GET.get("slug", "").strip() or slugify(request.GET.get("name", ""))[:60]
    problem = ""
    try:
        check_slug(slug)
    except DomainError as error:
        problem = str(error)
    return render(request, "accounts/address.html", {"slug": slug, "problem": problem})
