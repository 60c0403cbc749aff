"""Make a dataset that suits a file, from the terminal."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Organization
from core.errors import DomainError
from core.tenancy import acting_for
from feedback.actions.from_file import dataset_from_file
from feedback.management.watching import watch
from feedback.models import Job
from workspaces.models import Workspace


class Command(BaseCommand):
    """`python manage.py dataset_from_file FILE --organization acme --workspace main --name Replies`"""

    help = "Make a dataset whose fields and questions follow from the columns of a file, and import the file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, where the dataset will be, and what its columns become if not what is proposed."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--workspace", required=True, metavar="NAME")
        parser.add_argument("--name", help="of the dataset; by default that of the file")
        parser.add_argument(
            "--as",
            dest="roles",
            action="append",
            default=[],
            metavar="COLUMN=WHAT",
            help="what a column becomes, such as topic=question:label_selection; may be given several times",
        )
        parser.add_argument(
            "--data", metavar="DIR", help="the folder of the embedded database (default: data)"
        )

    def handle(self, **options: Any) -> None:
        """Make the dataset, show how the import goes, and say what could not come in."""
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organization {options['organization']!r}.")
        with acting_for(organization.pk):
            job = self._begin(options)
            watch(self, job)
            with transaction.atomic():
                for problem in job.problems.all()[:10]:
                    self.stderr.write(f"line {problem.line}, {problem.column or 'row'}: {problem.reason}")

    def _begin(self, options: dict[str, Any]) -> Job:
        roles = dict(one.rpartition("=")[::2] for one in options["roles"])
        path: Path = options["file"]
        try:
            with path.open("rb") as file, transaction.atomic():
                workspace = Workspace.objects.filter(name=options["workspace"]).first()
                if workspace is None:
                    raise CommandError(f"There is no workspace {options['workspace']!r}.")
                job = dataset_from_file(
                    workspace, file, filename=path.name, by=None, name=options["name"], roles=roles
                )
                self.stdout.write(f"The dataset {job.dataset.name!r} is made.")
                return job
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        except DomainError as error:
            raise CommandError(" ".join([str(error), *getattr(error, "errors", {}).values()])) from None
