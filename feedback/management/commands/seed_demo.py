"""The demonstration organization."""

from typing import Any

from django.core.management.base import BaseCommand

from feedback.actions.demo import LABELER, MANAGER, OWNER, PASSWORD, seed_demo


class Command(BaseCommand):
    """`python manage.py seed_demo`: once more changes nothing."""

    help = "Make an organization to try things in: three datasets with records, guidelines and some answers."

    def handle(self, **options: Any) -> None:
        """Make it, and print who can sign in."""
        organization = seed_demo()
        self.stdout.write("Sign in with one of these:")
        for role, username in (("owner", OWNER), ("manager", MANAGER), ("labeler", LABELER)):
            self.stdout.write(f"  {role:<8} {organization.slug}/{username:<8} password {PASSWORD}")
