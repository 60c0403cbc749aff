"""JSON about asking people to join, by e-mail or by a link."""

from __future__ import annotations

from typing import Annotated, cast
from uuid import UUID

from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import ALL_MANAGERS, MANAGERS, Verb, demand, is_everywhere
from accounts.api import RoleName
from accounts.models import Membership
from core.api import ApiView, body, path_id
from core.errors import Forbidden, Invalid
from core.operations import Items, Time, operation
from core.text import Storable
from workspaces import emails
from workspaces.actions import invite, make_link, renew_invitation, withdraw_invitation
from workspaces.actions.invitations import LASTS, LONGEST, MOST_USES, Invited
from workspaces.api.service_accounts import PlaceBody, PlaceJson
from workspaces.api.workspaces import RoleThere
from workspaces.models import Invitation, Workspace


class InvitationCreate(BaseModel):
    """The body of POST /invitations. Without `email` it is a link to share, for `most_uses` people."""

    email: Annotated[str, Field(max_length=254), Storable] | None = None
    name: Annotated[str, Field(max_length=200), Storable] = ""
    role: RoleName = "annotator"
    workspaces: list[PlaceBody] = []
    days: Annotated[int, Field(ge=1, le=LONGEST)] = LASTS
    most_uses: Annotated[int, Field(ge=1, le=MOST_USES)] = 1
    domain: Annotated[str, Field(max_length=253), Storable] = Field(
        "",
        description="Of a link: only people with an e-mail there, who get a letter with a link of their own.",
    )
    send: bool = Field(True, description="Whether a letter goes to `email`.")


class Given(TypedDict):
    """What both kinds are told."""

    name: str
    role: str
    workspaces: dict[Workspace, str | None]
    days: int
    by: Membership


class InvitationJson(TypedDict):
    """An invitation, or a link (`email` is null). `failure`: why its letter did not go."""

    id: UUID
    email: str | None
    name: str
    role: RoleName
    workspaces: list[PlaceJson]
    domain: str
    most_uses: int
    uses: int
    inserted_at: Time
    expires_at: Time
    sent_at: Time | None
    failure: str


class NewInvitationJson(InvitationJson):
    """With its link, which is shown this once."""

    link: str


def invitation_json(one: Invitation) -> InvitationJson:
    """One invitation."""
    places = cast("dict[str, RoleThere]", one.places)
    return {
        "id": one.pk,
        "email": one.email or None,
        "name": one.name,
        "role": cast(RoleName, one.role),
        "workspaces": [{"workspace_id": UUID(pk), "role": role} for pk, role in places.items()],
        "domain": one.domain,
        "most_uses": one.most_uses,
        "uses": one.uses,
        "inserted_at": one.inserted_at,
        "expires_at": one.expires_at,
        "sent_at": one.sent_at,
        "failure": one.failure,
    }


class Invitations(ApiView):
    """Who is asked to join."""

    @operation("list_invitations", ALL_MANAGERS, gives={200: Items[InvitationJson]})
    def get(self, request: Request) -> Reply:
        """List the invitations and links that are open: for owners all of them, for managers their own."""
        demand(Verb.INSPECT, self.by)
        found = Invitation.objects.allowing(Verb.INSPECT, self.by).waiting()
        return Reply({"items": [invitation_json(one) for one in found]})

    @operation("invite", ALL_MANAGERS, body=InvitationCreate, gives={201: NewInvitationJson}, refuses={409})
    def post(self, request: Request) -> Reply:
        """Ask somebody by e-mail, or make a link to share. Managers ask labelers, reviewers and viewers."""
        new = body(request, InvitationCreate)
        demand(Verb.MANAGE, self.by)
        organization = self.by.organization
        where: Given = {
            "name": new.name,
            "role": new.role,
            "workspaces": self._places(new),
            "days": new.days,
            "by": self.by,
        }
        if new.email is None:
            made = make_link(organization, most_uses=new.most_uses, domain=new.domain, **where)
        else:
            made = invite(organization, new.email, **where)
            if new.send:
                emails.send(made)
        return Reply(_with_link(made), status=201)

    def _places(self, new: InvitationCreate) -> dict[Workspace, str | None]:
        wanted = [one.workspace_id for one in new.workspaces]
        found = Workspace.objects.allowing(Verb.MANAGE, self.by).in_bulk(wanted)
        if unknown := [str(pk) for pk in wanted if pk not in found]:
            raise Invalid(f"There are no workspaces with these ids: {', '.join(unknown[:5])}.")
        makes_managers = any(one.role == "manager" for one in new.workspaces)
        if not is_everywhere(self.by) and (new.role != "annotator" or makes_managers):
            raise Forbidden("Only owners make owners and managers.")
        if not is_everywhere(self.by) and not found:
            raise Invalid("Say in which workspaces: else you could not see them.")
        return {found[one.workspace_id]: one.role for one in new.workspaces}


class InvitationDetail(ApiView):
    """One invitation."""

    @operation("withdraw_invitation", MANAGERS, gives={204: None})
    def delete(self, request: Request, invitation_id: str) -> Reply:
        """Withdraw it: its link opens nothing any more."""
        withdraw_invitation(_fetch(self, invitation_id))
        return Reply(status=204)


class InvitationResend(ApiView):
    """One invitation, again."""

    @operation("resend_invitation", MANAGERS, gives={200: NewInvitationJson}, refuses={409})
    def post(self, request: Request, invitation_id: str) -> Reply:
        """Make another link, which lasts as long from now, and send it; the one before ends."""
        made = renew_invitation(_fetch(self, invitation_id))
        if not made.invitation.is_link:
            emails.send(made)
        return Reply(_with_link(made))


def _fetch(view: ApiView, invitation_id: str) -> Invitation:
    pk = path_id(invitation_id, "invitation_id")
    return Invitation.objects.fetch(Verb.MANAGE, view.by, pk=pk)


def _with_link(made: Invited) -> NewInvitationJson:
    return {**invitation_json(made.invitation), "link": emails.link(made)}
