"""The admin's pages about workspaces and people."""

from workspaces.admin import groups, members, places, workspaces

__all__ = ["groups", "members", "places", "workspaces"]
