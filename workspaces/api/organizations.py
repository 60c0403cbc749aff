"""JSON about the organization as a whole, and its end."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from pydantic import BaseModel, Field
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import OWNERS, SIGNED_IN, Verb, demand
from accounts.actions import keep_organization, order_deletion
from accounts.models import Organization
from accounts.throttling import FIVE_MINUTES
from core.api import ApiView, body
from core.errors import Forbidden
from core.operations import Time, operation
from core.text import Storable


class DeletionOrder(BaseModel):
    """The body of POST /organization/deletion: the name as it is, and the password of whoever calls."""

    name: Annotated[str, Field(max_length=200), Storable]
    password: Annotated[str, Field(max_length=100), Storable]


class OrganizationJson(TypedDict):
    """An organization. `purge_at`: when it is deleted for good; null unless an owner ordered that."""

    id: UUID
    name: str
    slug: str
    purge_at: Time | None


def organization_json(organization: Organization) -> OrganizationJson:
    """One organization."""
    return {
        "id": organization.pk,
        "name": organization.name,
        "slug": organization.slug,
        "purge_at": organization.purge_at,
    }


class OrganizationDetail(ApiView):
    """The organization of whoever calls."""

    @operation("get_organization", SIGNED_IN, gives={200: OrganizationJson})
    def get(self, request: Request) -> Reply:
        """Show the organization that I act in."""
        return Reply(organization_json(self.by.organization))


class OrganizationDeletion(ApiView):
    """The end of the organization."""

    @operation(
        "order_deletion", OWNERS, body=DeletionOrder, gives={200: OrganizationJson}, refuses={403, 409, 429}
    )
    def post(self, request: Request) -> Reply:
        """Order that everything is deleted after a time of grace. Until then owners alone enter, and can take it back.

        With two-factor sign-in a password is not enough: use the page.
        """
        demand(Verb.OWN, self.by)
        order = body(request, DeletionOrder)
        self._must_be(request, order.password)
        return Reply(organization_json(order_deletion(self.by.organization, typed=order.name)))

    @operation("keep_organization", OWNERS, gives={200: OrganizationJson}, refuses={409})
    def delete(self, request: Request) -> Reply:
        """Take the order back."""
        demand(Verb.OWN, self.by)
        return Reply(organization_json(keep_organization(self.by.organization)))

    def _must_be(self, request: Request, password: str) -> None:
        user = self.by.user
        assert user is not None, "owners are people"
        if is_mfa_enabled(user):
            raise Forbidden("Your account has a second factor: order it on the page, which asks for that.")
        try:
            is_right = get_adapter(request._request).reauthenticate(user, password)
        except ValidationError as error:  # too many attempts
            raise Throttled(FIVE_MINUTES, " ".join(error.messages)) from None
        if not is_right:
            raise Forbidden("This is not your password.")
