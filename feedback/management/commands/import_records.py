"""Import a file from the terminal."""

import json
import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.errors import DomainError
from core.tenancy import acting_for
from feedback.actions.uploads import start_import
from feedback.imports.archive import bundled
from feedback.management.finding import add_dataset, find_dataset, refused
from feedback.management.watching import watch
from feedback.models import Job
from feedback.reports.problems import BadRows


class Command(BaseCommand):
    """`python manage.py import_records FILE … --organization acme --workspace main --dataset Replies`"""

    help = "Import files into a published dataset, as a job. Rows that cannot come in are listed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the dataset, and where its columns go."""
        parser.add_argument("file", type=Path, nargs="+", help="files, or folders with files in them")
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
        try:
            mapping = json.loads(options["mapping"]) if options["mapping"] else None
            with ExitStack() as stack, transaction.atomic():
                files = [
                    (stack.enter_context(path.open("rb")), name) for path, name in _found(options["file"])
                ]
                file, filename = bundled(files)
                stack.enter_context(file)
                return start_import(dataset, file, filename=filename, by=None, mapping=mapping)
        except json.JSONDecodeError as error:
            raise CommandError(f"--mapping is not JSON: {error}.") from None
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from None
        except DomainError as error:
            raise refused(error) from None

    def _report(self, job: Job, bad_rows: Path | None) -> None:
        """The first problems on the terminal; all bad rows, as they stood, into a file."""
        for problem in job.problems.all()[:10]:
            place = f"{problem.file}, line {problem.line}" if problem.file else f"line {problem.line}"
            self.stderr.write(f"{place}, {problem.column or 'row'}: {problem.reason}")
        if job.problems_count > 10:
            self.stderr.write(f"and {job.problems_count - 10:,} more")
        if bad_rows is None or not job.problems_count:
            return
        with bad_rows.open("wb") as file, BadRows(job).file as rows:
            copyfileobj(rows, file)
        print(f"The rows are in {bad_rows}.", file=sys.stderr)


def _found(paths: list[Path]) -> list[tuple[Path, str]]:
    """The files, those of folders among them, each with its name; not what systems leave behind."""
    found: list[tuple[Path, str]] = []
    for path in paths:
        below = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else []
        for one in below:
            name = one.relative_to(path)
            if not any(part[:1] in {".", "_"} for part in name.parts):
                found.append((one, str(name)))
        if not path.is_dir():
            found.append((path, path.name))
    if not found:
        raise CommandError(f"There are no files in {', '.join(map(str, paths))}.")
    return found
