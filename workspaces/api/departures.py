"""JSON about going: for a while, for good, and as an owner in favor of somebody."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import MANAGERS_OF_LABELERS, OWNERS, SIGNED_IN, Verb, demand
from accounts.actions import deactivate_member, hand_over_ownership, reactivate_member, remove_member
from accounts.api import UserJson, user_json
from accounts.models import Membership
from core.api import ApiView, path_id
from core.errors import Forbidden
from core.operations import operation


class _OfUser(ApiView):
    def fetch(self, user_id: str, verb: Verb) -> Membership:
        return Membership.objects.fetch(verb, self.by, pk=path_id(user_id, "user_id"), left_at=None)


class UserDeactivate(_OfUser):
    """Shutting somebody out for a while."""

    @operation("deactivate_user", MANAGERS_OF_LABELERS, gives={200: UserJson}, refuses={409})
    def post(self, request: Request, user_id: str) -> Reply:
        """Shut somebody out at once: sessions and tokens end, keys for good, what they hold goes back.

        They stay in lists. The only owner cannot be deactivated.
        """
        return Reply(user_json(deactivate_member(self.fetch(user_id, Verb.MANAGE))))


class UserReactivate(_OfUser):
    """Letting somebody in again."""

    @operation("reactivate_user", MANAGERS_OF_LABELERS, gives={200: UserJson})
    def post(self, request: Request, user_id: str) -> Reply:
        """Let somebody in again, as what they were. They make new keys."""
        return Reply(user_json(reactivate_member(self.fetch(user_id, Verb.MANAGE))))


class UserHandOver(_OfUser):
    """Ownership of the organization."""

    @operation("hand_over_ownership", OWNERS, gives={200: UserJson}, refuses={409})
    def post(self, request: Request, user_id: str) -> Reply:
        """Make somebody an owner in one's own place: whoever calls is a manager then."""
        path_id(user_id, "user_id")
        demand(Verb.OWN, self.by)
        to = self.fetch(user_id, Verb.OWN)
        hand_over_ownership(self.by, to)
        to.forget_roles()
        return Reply(user_json(to))


class MeLeave(ApiView):
    """One's own membership."""

    @operation("leave_organization", SIGNED_IN, gives={204: None}, refuses={403, 409})
    def post(self, request: Request) -> Reply:
        """Leave the organization: answers stay under a name that says nothing, keys end. The only owner cannot."""
        if self.by.key is not None and (
            self.by.key.scope != "manage" or self.by.key.workspace_ids is not None
        ):
            raise Forbidden("This key may not leave for its member. Use one that may everything.")
        remove_member(self.by)
        return Reply(status=204)
