"""What the operator names at the installation's own terminal: organizations, workspaces, datasets, jobs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.db import transaction

from accounts.models import Organization
from core.errors import DomainError
from core.tenancy import acting_for
from feedback.models import Dataset
from workspaces.models import Workspace


def add_data(parser: ArgumentParser) -> None:
    """`--data` was taken by manage.py already and stands here to be found."""
    parser.add_argument("--data", metavar="DIR", help="the folder of the embedded database (default: data)")


def add_dataset(parser: ArgumentParser) -> None:
    """The options that name a dataset."""
    parser.add_argument("--organization", required=True, metavar="SLUG")
    parser.add_argument("--workspace", required=True, metavar="NAME")
    parser.add_argument("--dataset", required=True, metavar="NAME")
    add_data(parser)


def find_organization(slug: str) -> Organization:
    """The one with this slug, or a sentence."""
    organization = Organization.objects.filter(slug=slug).first()
    if organization is None:
        raise CommandError(f"There is no organization {slug!r}.")
    return organization


def find_dataset(options: dict[str, Any]) -> Dataset:
    """The dataset that the options name, or a sentence."""
    organization = find_organization(options["organization"])
    with acting_for(organization.pk), transaction.atomic():
        named = Dataset.objects.filter(workspace__name=options["workspace"], name=options["dataset"])
        dataset = named.select_related("workspace").first()
    if dataset is None:
        raise CommandError(
            f"There is no dataset {options['dataset']!r} in the workspace {options['workspace']!r} of "
            f"{options['organization']!r}."
        )
    return dataset


def find_workspace(organization: Organization, name: str) -> Workspace:
    """The workspace of this name, or a sentence. Acting for the organization."""
    with transaction.atomic():
        workspace = Workspace.objects.filter(name=name).first()
    if workspace is None:
        raise CommandError(f"There is no workspace {name!r} in {organization.slug!r}.")
    return workspace


def read_id(text: str) -> UUID:
    """An id, for arguments."""
    try:
        return UUID(text)
    except ValueError:
        raise CommandError(f"{text!r} is no id. manage.py jobs list shows them.") from None


def refused(error: DomainError) -> CommandError:
    """A refusal as the terminal says it."""
    return CommandError(" ".join([str(error), *getattr(error, "errors", {}).values()]))
