"""JSON about signing in through an OpenID Connect provider: /oauth2/providers (contract section 3.1)."""

from __future__ import annotations

from typing import Annotated

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import transaction
from django.utils.decorators import method_decorator
from pydantic import BaseModel, StringConstraints
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts import directory
from accounts.access import EVERYBODY
from accounts.api import TokenJson
from accounts.authentication import token_for
from accounts.provider_answers import Refused
from accounts.providers import LASTS, Provider, provider_named, providers
from core.api import PublicView, query
from core.errors import Forbidden, Invalid, NotFound
from core.operations import Items, operation
from core.refusals import Sentence
from core.tenancy import acting_for
from workspaces.actions import admit

Given = Annotated[str, StringConstraints(max_length=4000)]


class ProviderJson(TypedDict):
    """Somebody else who says who people are."""

    name: str


class ComingBack(BaseModel):
    """What a provider sends a browser back with."""

    code: Given | None = None
    state: Given | None = None
    error: Given | None = None


class RefusedThere(APIException):
    """401 in form B: nobody calls with credentials that we could ask for."""

    status_code = 401


class SignInProviders(PublicView):
    """Other ways to sign in."""

    @operation("list_providers", EVERYBODY, gives={200: Items[ProviderJson]})
    def get(self, request: Request) -> Reply:
        """List other ways to sign in."""
        return Reply({"items": [{"name": one.name} for one in providers()]})


# While the provider is asked, which takes as long as it likes, no transaction is open.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class SignInBegin(PublicView):
    """The way to the provider."""

    @operation("begin_sign_in", EVERYBODY, gives={303: None, 401: Sentence}, refuses={401, 404})
    def get(self, request: Request, provider: str) -> Reply:
        """Send the browser to a provider to sign in.

        It has 90 seconds to come back with the cookie that is set here. What else stands in the address is passed on,
        such as `login_hint`.
        """
        found = provider_named(provider)
        cookie = found.begin()
        try:
            address = found.address(cookie, request.query_params.dict())
        except Refused as error:
            raise RefusedThere(str(error)) from None
        reply = Reply(status=303, headers={"Location": address, "Cache-Control": "no-store"})
        reply.set_cookie(found.cookie, cookie, max_age=LASTS, secure=True, httponly=True, samesite="Lax")
        return reply


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class SignInEnd(PublicView):
    """The way back."""

    @operation(
        "end_sign_in",
        EVERYBODY,
        query=ComingBack,
        gives={200: TokenJson, 401: Sentence},
        refuses={401, 403, 404, 409},
    )
    def get(self, request: Request, provider: str) -> Reply:
        """Exchange what the provider sent the browser back with for a token.

        It is like that of `POST /token`. Who comes for the first time becomes a labeler of the organization, in the
        workspaces that the operator chose.
        """
        found = provider_named(provider)
        given = query(request, ComingBack)
        if not given.state or not (given.code or given.error):
            raise Invalid("Come back from the provider with its code and its state.")
        found.take(given.state, request.COOKIES.get(found.cookie, ""))
        if not given.code:
            raise RefusedThere(f"{found.name} refused this sign-in: {(given.error or '')[:100]}.")
        reply = Reply({"access_token": token_of(found, given.code, given.state), "token_type": "bearer"})
        reply["Cache-Control"] = "no-store"
        reply.delete_cookie(found.cookie)
        return reply


def token_of(found: Provider, code: str, state: str) -> str:
    """A token of ours for whomever the provider's code means."""
    organization = directory.organization(settings.OAUTH["organization"])
    if organization is None:
        raise NotFound("There is no organization to come into: the operator names it in OAUTH_ORGANIZATION.")
    try:
        person = found.person(code, state)
    except Refused as error:
        raise RefusedThere(str(error)) from None
    with acting_for(organization.pk):
        member = admit(person, organization, workspaces=settings.OAUTH["workspaces"])
    if member.user and is_mfa_enabled(member.user):
        raise Forbidden("This account has two-factor sign-in. Sign in on the page, or use an API key.")
    return token_for(member)
