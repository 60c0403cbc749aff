"""The admin's pages about organizations and keys, and what all pages of the admin stand on."""

from accounts.admin import audit, keys, organizations, requests

__all__ = ["audit", "keys", "organizations", "requests"]
