"""Clone a dataset from the terminal."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from core.errors import DomainError
from core.tenancy import acting_for
from feedback.actions.cloning import With, clone_dataset
from feedback.management.finding import add_dataset, find_dataset, find_organization, find_workspace, refused
from feedback.management.watching import watch


class Command(BaseCommand):
    """`python manage.py clone_dataset "Replies again" --organization acme --workspace main --dataset Replies`"""

    help = "Clone a dataset: what it is made of, and its records with what belongs to them, by a job."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The name of the clone, the dataset, and what does not come along."""
        parser.add_argument("name")
        add_dataset(parser)
        parser.add_argument("--to-workspace", metavar="NAME", help="default: that of the dataset")
        for part in ("records", "responses", "suggestions", "vectors", "rules"):
            parser.add_argument(f"--without-{part}", action="store_true")

    def handle(self, **options: Any) -> None:
        """Begin, and show how it goes."""
        dataset = find_dataset(options)
        what = With(
            **{
                part: not options[f"without_{part}"]
                for part in ("records", "responses", "suggestions", "vectors", "rules")
            }
        )
        with acting_for(dataset.organization_id):
            workspace = dataset.workspace
            if options["to_workspace"]:
                organization = find_organization(options["organization"])
                workspace = find_workspace(organization, options["to_workspace"])
            try:
                with transaction.atomic():
                    job = clone_dataset(dataset, workspace, name=options["name"], by=None, what=what)
            except DomainError as error:
                raise refused(error) from None
            watch(self, job)
