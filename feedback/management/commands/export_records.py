"""Export a dataset from the terminal."""

import json
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.errors import DomainError
from core.tenancy import acting_for
from feedback import exports
from feedback.actions.jobs import start_export
from feedback.management.finding import add_dataset, find_dataset, refused
from feedback.management.watching import watch


class Command(BaseCommand):
    """`python manage.py export_records preference FILE --organization acme --workspace main --dataset Replies`"""

    help = "Export a dataset into a file that trainers load, as a job."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The format, the file, the dataset, and the format's options."""
        parser.add_argument("format", choices=[kind.name for kind in exports.kinds])
        parser.add_argument("file", type=Path)
        add_dataset(parser)
        parser.add_argument("--options", metavar="JSON", default="{}", help='such as {"policy": "majority"}')

    def handle(self, **options: Any) -> None:
        """Start the job, show how it goes, and write the file."""
        dataset = find_dataset(options)
        with acting_for(dataset.organization_id):
            try:
                given = json.loads(options["options"])
                with transaction.atomic():
                    job = start_export(dataset, format=options["format"], options=given, by=None)
            except json.JSONDecodeError as error:
                raise CommandError(f"--options is not JSON: {error}.") from None
            except DomainError as error:
                raise refused(error) from None
            job = watch(self, job)
            if not job.result:
                return
            try:
                with job.result.open("rb") as source, options["file"].open("wb") as target:
                    shutil.copyfileobj(source, target)
            except OSError as error:
                raise CommandError(
                    f"{options['file']} cannot be written: {error.strerror}. The export is made; it is on its page."
                ) from None
            self.stdout.write(f"Written to {options['file']}.")
