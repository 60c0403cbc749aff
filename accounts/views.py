"""Pages: signing in, choosing an organization."""

from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts import directory
from accounts.middleware import last_visited
from accounts.models import User


class OrganizationSignIn(LoginView):  # type: ignore[misc]
    """The sign-in page of one organization. Looks the same for a slug that nobody has."""

    def get_form_kwargs(self) -> dict[str, object]:
        return {**super().get_form_kwargs(), "organization": self.kwargs["slug"]}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {**super().get_context_data(**kwargs), "organization_slug": self.kwargs["slug"]}


organization_sign_in = OrganizationSignIn.as_view()


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """To the home of the organization visited last, or of the only one; else choose."""
    assert isinstance(request.user, User)
    if member := last_visited(request, request.user):
        return redirect("home", member.organization.slug)
    memberships = directory.memberships_of(request.user)
    if not memberships and request.user.is_superuser:
        return redirect("admin:index")
    return render(request, "accounts/organizations.html", {"memberships": memberships})
