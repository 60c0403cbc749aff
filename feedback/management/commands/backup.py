"""An organization into one file (docs/backup.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from core.errors import DomainError
from feedback.actions.backing_up import back_up
from feedback.archive import table_member
from feedback.management.archiving import Bar
from feedback.management.finding import add_data, find_organization, refused


class Command(BaseCommand):
    """`python manage.py backup acme acme.zip`"""

    help = (
        "Write everything of one organization into one file, as it is at this moment. Nobody is kept waiting."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and where to."""
        parser.add_argument("organization", metavar="ORG", help="its slug: what its addresses begin with")
        parser.add_argument("file", type=Path)
        add_data(parser)

    def handle(self, **options: Any) -> None:
        """Do it, and say what is in it."""
        organization, bar = find_organization(options["organization"]), Bar(self)
        try:
            manifest = back_up(organization, options["file"], progress=bar)
        except DomainError as error:
            raise refused(error) from None
        finally:
            bar.clear()
        size = options["file"].stat().st_size
        records, thrown_away = (
            manifest.members[table_member(table)]["rows"]
            for table in ("feedback_record", "feedback_deletedrecord")
        )
        trash = f"{thrown_away:,} more in the trash, " if thrown_away else ""
        self.stdout.write(
            f"{organization.name} is in {options['file']}: {records:,} records, {trash}{manifest.rows:,} rows in all, "
            f"{len(manifest.files):,} files, {size / 2**20:,.1f} MB. Keep it as safe as the database itself."
        )
        for name in manifest.missing:
            self.stderr.write(f"Not in the storage any more, and so not in it: {name}")
