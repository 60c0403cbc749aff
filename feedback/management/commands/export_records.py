"""Export a dataset from the terminal."""

import json
import shutil
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.errors import DomainError
from core.tenancy import acting_for
from feedback import exports
from feedback.actions.export_files import open_file, zipped
from feedback.actions.export_starts import start_export
from feedback.exports.files.formats import TYPES
from feedback.management.finding import add_dataset, find_dataset, refused
from feedback.management.watching import watch
from feedback.models import Job

JSON = ("options", "filters", "weights")


class Command(BaseCommand):
    """`python manage.py export_records preference FOLDER --organization acme --workspace main --dataset Replies`"""

    help = "Export a dataset into files that trainers load, as a job."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The format, where to, the dataset, and all that the export dialog asks (docs/exports.md)."""
        parser.add_argument("format", choices=[kind.name for kind in exports.kinds])
        parser.add_argument(
            "target",
            type=Path,
            help="a folder for all files; a .zip of them; or, with another ending, the one file with the rows",
        )
        add_dataset(parser)
        parser.add_argument("--options", metavar="JSON", default="{}", help='such as {"policy": "majority"}')
        parser.add_argument("--file-type", choices=list(TYPES), default="")
        parser.add_argument("--filters", metavar="JSON", default="{}", help='such as {"status": "completed"}')
        parser.add_argument("--splits", metavar="JSON", help='such as {"train": 0.9, "test": 0.1, "seed": 7}')
        parser.add_argument("--shuffle", choices=["yes", "no"])
        parser.add_argument("--weights", metavar="JSON", default="{}", help='such as {"ben": 2}')
        parser.add_argument("--against", type=Path, metavar="FILE", help="keep its prompts out")
        parser.add_argument(
            "--against-words", type=int, default=0, metavar="N", help="and N words in a row of them"
        )
        parser.add_argument("--snapshot", metavar="NAME", help="freeze the data under this name")

    def handle(self, **options: Any) -> None:
        """Start the job, show how it goes, and write the files."""
        dataset = find_dataset(options)
        with acting_for(dataset.organization_id), ExitStack() as opened:
            try:
                asked = _asked(options)
                file = opened.enter_context(options["against"].open("rb")) if options["against"] else None
                with transaction.atomic():
                    job = start_export(dataset, format=options["format"], **asked, file=file, by=None)
            except OSError as error:
                raise CommandError(f"{options['against']} cannot be read: {error.strerror}.") from None
            except DomainError as error:
                raise refused(error) from None
            job = watch(self, job)
            if job.files:
                self.stdout.write(f"Written to {_write(job, options['target'])}.")
            for problem in job.problems.all()[:20] if job.problems_count else ():
                self.stderr.write(f"record {problem.column}: {problem.reason}")


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    asked: dict[str, Any] = {name: _json(name, options[name]) for name in JSON}
    if options["splits"]:
        asked["splits"] = _json("splits", options["splits"])
    if options["shuffle"]:
        asked["shuffle"] = options["shuffle"] == "yes"
    if options["against"]:
        asked["against"] = {"words": options["against_words"]}
    return asked | {"file_type": options["file_type"], "name": options["snapshot"]}


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise CommandError(f"--{name} is not JSON: {error}.") from None


def _write(job: Job, target: Path) -> Path:
    """Write a file if one is meant and one is all there is; else a zip, or a folder."""
    if target.suffix == ".zip":
        with target.open("wb") as file:
            file.writelines(zipped(job))
    elif target.suffix and not target.is_dir():
        if len(job.data_files) > 1:
            names = ", ".join(one["name"] for one in job.data_files)
            raise CommandError(
                f"There are several files ({names}). Name a folder or a .zip to write them to."
            )
        _copy(job, job.data_files[0]["name"], target)
    else:
        for one in job.files:
            _copy(job, one["name"], target / one["name"])
    return target


def _copy(job: Job, name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_file(job, name) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
