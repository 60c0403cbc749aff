"""Whatever a test needs, by plain functions with sensible defaults: a test states only what matters to it."""

from itertools import count
from typing import Any

from accounts.access import Role
from accounts.actions import add_member, create_organization, issue_api_key
from accounts.models import Membership, Organization, User
from workspaces.actions import add_to_workspace, create_workspace
from workspaces.models import Workspace, WorkspaceMembership

PASSWORD = "correct horse"
_numbers = count(1)


def organization(name: str | None = None) -> Organization:
    """An organization without anybody in it."""
    return create_organization(name or f"Organization {next(_numbers)}")


def member(organization: Organization, username: str | None = None, **given: Any) -> Membership:
    """A labeler whose password is PASSWORD; `role`, `email`, names as for `add_member`."""
    given.setdefault("password", PASSWORD)
    return add_member(organization, username=username or f"person-{next(_numbers)}", **given)


def owner(organization: Organization, username: str | None = None, **given: Any) -> Membership:
    """An owner."""
    return member(organization, username, role=Role.OWNER, **given)


def operator(username: str = "root") -> User:
    """The superuser of the installation, whose password is PASSWORD."""
    return User.objects.create_superuser(username, PASSWORD)


def key(member: Membership, **given: Any) -> str:
    """An API key that works."""
    return issue_api_key(member, **({"name": "Tests"} | given)).key


def workspace(organization: Organization, name: str | None = None, *members: Membership) -> Workspace:
    """A workspace with these members."""
    made = create_workspace(organization, name or f"workspace-{next(_numbers)}")
    for one in members:
        place(made, one)
    return made


def place(workspace: Workspace, member: Membership) -> WorkspaceMembership:
    """The member in the workspace."""
    return add_to_workspace(workspace, member)
