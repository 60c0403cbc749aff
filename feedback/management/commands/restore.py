"""An organization back out of its file (docs/backup.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from feedback.actions.restoring import restore
from feedback.management.archiving import Bar
from feedback.management.finding import add_data, refused


class Command(BaseCommand):
    """`python manage.py restore acme.zip`, or beside what is there: `--as acme-of-monday`"""

    help = "Bring an organization back from a file that `backup` wrote: all of it, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From where, and under which name."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="slug", metavar="NEW-SLUG", help="under another name")
        add_data(parser)

    def handle(self, **options: Any) -> None:
        """Do it, and say what came of it."""
        bar = Bar(self)
        try:
            restored = restore(options["file"], slug=options["slug"], progress=bar)
        except DomainError as error:
            raise refused(error) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was changed.") from None
        finally:
            bar.clear()
        made, people = restored.organization, restored.people
        self.stdout.write(
            f"{made.name} is there again, at /{made.slug}/: {restored.counts['feedback_record']:,} records, "
            f"{restored.counts['feedback_response']:,} responses, {len(people.users):,} people, "
            f"{people.made:,} of them new in this installation."
        )
        if restored.is_beside:
            self.stdout.write("The original is here, too: ids are others, and webhooks are switched off.")
        if people.without_password:
            self.stdout.write(
                f"{people.without_password:,} people have no password here: they ask for one by their e-mail."
            )
        for what, number in restored.left_out.items():
            self.stdout.write(f"Not taken over: {number:,} {what}.")
