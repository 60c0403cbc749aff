"""The admin's pages about workspaces and people."""

from workspaces.admin import groups, invitations, members, places, workspaces

__all__ = ["groups", "invitations", "members", "places", "workspaces"]
