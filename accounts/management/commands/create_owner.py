"""The first owner of an organization."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions.owners import set_up_owner
from core.errors import DomainError, Invalid


class Command(BaseCommand):
    """`python manage.py create_owner --organization NAME --username U --password P …`"""

    help = (
        "Make an owner, and the organization if there is none of that name. "
        "Once more with the same words changes nothing; another password or key replaces the old one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options. `--data` was taken by manage.py already and stands here to be found."""
        parser.add_argument("--organization", required=True, metavar="NAME")
        parser.add_argument("--username", required=True)
        parser.add_argument("--password", required=True, help="8 to 100 characters")
        parser.add_argument("--email")
        parser.add_argument("--api-key", metavar="KEY", help="a key of your choice, for programs")
        parser.add_argument(
            "--data", metavar="DIR", help="the folder of the embedded database (default: data)"
        )

    def handle(self, **options: Any) -> None:
        """Do it and say so in a sentence."""
        try:
            owner = set_up_owner(
                options["organization"],
                username=options["username"],
                password=options["password"],
                email=options["email"],
                key=options["api_key"],
            )
        except Invalid as error:
            raise CommandError(" ".join([str(error), *error.errors.values()])) from None
        except DomainError as error:
            raise CommandError(str(error)) from None
        organization = owner.organization
        self.stdout.write(
            f"{owner.username} is an owner of {organization.name}. Sign in at /{organization.slug}/sign-in."
        )
