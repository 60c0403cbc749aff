"""The admin's pages about workspaces and people."""

from workspaces.admin import members, places, workspaces

__all__ = ["members", "places", "workspaces"]
