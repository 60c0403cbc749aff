"""When the people of an organization cannot get in any more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import directory
from accounts.actions.entry_rules import lift_entry_rules


class Command(BaseCommand):
    """`python manage.py lift_entry_rules SLUG`"""

    help = "Let the people of an organization sign in by a password again, without a provider or a second factor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options. `--data` was taken by manage.py already and stands here to be found."""
        parser.add_argument("slug", help="the organization as it stands in addresses")
        parser.add_argument(
            "--data", metavar="DIR", help="the folder of the embedded database (default: data)"
        )

    def handle(self, **options: Any) -> None:
        """Do it and say so in a sentence."""
        organization = directory.organization(options["slug"])
        if organization is None:
            raise CommandError(f"There is no organization at /{options['slug']}/.")
        lift_entry_rules(organization)
        self.stdout.write(f"{organization.name} asks for no provider and no second factor any more.")
