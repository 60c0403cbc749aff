"""Import a file from the terminal."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.errors import DomainError
from core.tenancy import acting_for
from feedback.actions.jobs import start_import
from feedback.management.finding import add_dataset, find_dataset, refused
from feedback.management.watching import watch
from feedback.models import Job


class Command(BaseCommand):
    """`python manage.py import_records FILE --organization acme --workspace main --dataset Replies`"""

    help = "Import a file into a published dataset, as a job. Rows that cannot come in are listed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the dataset, and where its columns go."""
        parser.add_argument("file", type=Path)
        add_dataset(parser)
        parser.add_argument(
            "--mapping",
            metavar="JSON",
            help='column -> target, as {"question": "fields.prompt"}; guessed if not given',
        )
        parser.add_argument(
            "--bad-rows", type=Path, metavar="FILE", help="write the rows that could not come in here"
        )

    def handle(self, **options: Any) -> None:
        """Start the job, show how it goes, and say what could not come in."""
        dataset = find_dataset(options)
        with acting_for(dataset.organization_id):
            job = watch(self, self._start(dataset, options))
            with transaction.atomic():
                self._report(job, options["bad_rows"])

    def _start(self, dataset: Any, options: dict[str, Any]) -> Job:
        path: Path = options["file"]
        try:
            mapping = json.loads(options["mapping"]) if options["mapping"] else None
            with path.open("rb") as file, transaction.atomic():
                return start_import(dataset, file, filename=path.name, by=None, mapping=mapping)
        except json.JSONDecodeError as error:
            raise CommandError(f"--mapping is not JSON: {error}.") from None
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        except DomainError as error:
            raise refused(error) from None

    def _report(self, job: Job, bad_rows: Path | None) -> None:
        """The first problems on the terminal; all bad rows, as they stood, into a file."""
        for problem in job.problems.all()[:10]:
            self.stderr.write(f"line {problem.line}, {problem.column or 'row'}: {problem.reason}")
        if job.problems_count > 10:
            self.stderr.write(f"and {job.problems_count - 10:,} more")
        if bad_rows is None or not job.problems_count:
            return
        with bad_rows.open("wb") as file:
            file.writelines(bytes(problem.row) + b"\n" for problem in job.problems.iterator(chunk_size=1000))
        print(f"The rows are in {bad_rows}.", file=sys.stderr)
