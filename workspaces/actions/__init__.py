"""What can be done about places. Acts guard what must stay true; they ask nobody whether it is allowed."""

from workspaces.actions.arrivals import admit
from workspaces.actions.groups import change_group, create_group, delete_group, people_of
from workspaces.actions.invitations import invite, make_link, renew_invitation, withdraw_invitation
from workspaces.actions.inviting_many import invite_many
from workspaces.actions.joining import accept_invitation, ask_for_letter, join_anew, open_invitation
from workspaces.actions.newcomers import receive
from workspaces.actions.people import add_people, add_person, add_service
from workspaces.actions.places import (
    NAME,
    add_to_workspace,
    change_role_in_workspace,
    create_workspace,
    delete_workspace,
    remove_from_workspace,
    rename_workspace,
    restore_workspace,
)

__all__ = [
    "NAME",
    "accept_invitation",
    "add_people",
    "add_person",
    "add_service",
    "add_to_workspace",
    "admit",
    "ask_for_letter",
    "change_group",
    "change_role_in_workspace",
    "create_group",
    "create_workspace",
    "delete_group",
    "delete_workspace",
    "invite",
    "invite_many",
    "join_anew",
    "make_link",
    "open_invitation",
    "people_of",
    "receive",
    "remove_from_workspace",
    "rename_workspace",
    "renew_invitation",
    "restore_workspace",
    "withdraw_invitation",
]
