"""What can be done about places. Acts guard what must stay true; they ask nobody whether it is allowed."""

from workspaces.actions.arrivals import admit
from workspaces.actions.groups import change_group, create_group, delete_group, people_of
from workspaces.actions.invitations import (
    accept_invitation,
    invite,
    join_anew,
    open_invitation,
    withdraw_invitation,
)
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
    "change_group",
    "change_role_in_workspace",
    "create_group",
    "create_workspace",
    "delete_group",
    "delete_workspace",
    "invite",
    "join_anew",
    "open_invitation",
    "people_of",
    "receive",
    "remove_from_workspace",
    "rename_workspace",
    "restore_workspace",
    "withdraw_invitation",
]
