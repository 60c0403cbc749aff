"""Moving in from Argilla (docs/moving-from-argilla.md)."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from feedback.actions.copying import Copied, copy_server
from feedback.actions.copying_diary import reason_of
from feedback.management.copying import (
    Terminal,
    find_organization,
    report,
    write_passwords,
    writing_problems,
)
from feedback.sources.argilla import Argilla, SourceError


class Command(BaseCommand):
    """`python manage.py copy_from_argilla --url https://argilla.example --api-key KEY`"""

    help = (
        "Copy users, workspaces and datasets with all records and responses from a running Argilla server. "
        "Run it again after an interruption, or to take over what has changed there since."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from, where to, how much. `--data` was taken by manage.py already and stands here to be found."""
        env = os.environ
        parser.add_argument("--url", default=env.get("ARGILLA_API_URL"), help="default: $ARGILLA_API_URL")
        parser.add_argument(
            "--api-key",
            metavar="KEY",
            default=env.get("ARGILLA_API_KEY"),
            help="of an owner there; default: $ARGILLA_API_KEY",
        )
        parser.add_argument("--organization", metavar="NAME", help="where to; default: the only one there is")
        parser.add_argument("--workspace", nargs="+", default=[], metavar="NAME", help="only these")
        parser.add_argument("--dataset", nargs="+", default=[], metavar="NAME", help="only these")
        parser.add_argument(
            "--keep-keys",
            action="store_true",
            help="API keys from there work here, too (see the documentation)",
        )
        parser.add_argument(
            "--passwords",
            type=Path,
            metavar="FILE",
            help="make passwords for those who have none, write them here",
        )
        parser.add_argument(
            "--problems",
            type=Path,
            metavar="FILE",
            help="write all that could not be copied here, as JSON Lines",
        )
        parser.add_argument(
            "--data", metavar="DIR", help="the folder of the embedded database (default: data)"
        )

    def handle(self, **options: Any) -> None:
        """Copy, then compare. Fails unless all that is there is here."""
        if not options["url"] or not options["api_key"]:
            raise CommandError("Say where from: --url and --api-key, or ARGILLA_API_URL and ARGILLA_API_KEY.")
        organization = find_organization(options["organization"])
        copied = Copied()
        with writing_problems(options["problems"]) as file:
            diary = Terminal(self, file)
            try:
                with Argilla(options["url"], options["api_key"]) as source:
                    copy_server(
                        source,
                        organization,
                        workspaces=options["workspace"],
                        datasets=options["dataset"],
                        keep_keys=options["keep_keys"],
                        diary=diary,
                        copied=copied,
                    )
            except (KeyboardInterrupt, SourceError, DomainError) as error:
                diary.clear()
                raise CommandError(_why(error)) from None
            if options["passwords"]:
                number = write_passwords(organization, copied.people, options["passwords"])
                self.stdout.write(
                    f"{number:,} passwords are in {options['passwords']}: hand them out, delete it."
                )
            if not report(self, organization, copied, diary):
                raise CommandError("Not everything that is there is here.")
        self.stdout.write("\nEverything that is there is here.")


def _why(error: BaseException) -> str:
    stays = "What was copied stays: run the same command again, and it goes on from there."
    if isinstance(error, KeyboardInterrupt):
        return f"Stopped. {stays}"
    return reason_of(error) if isinstance(error, DomainError) else f"{error} {stays}"
