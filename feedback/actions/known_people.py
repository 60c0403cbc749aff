"""Whose answers a file may bring in: the members of the organization, by everything that they are called."""

from __future__ import annotations

from dataclasses import replace

from accounts.models import Membership
from feedback.actions.export_reading import pseudonym
from feedback.models import Dataset
from feedback.shape import DatasetShape


def shape_for_import(dataset: Dataset) -> DatasetShape:
    """What the dataset asks for, with the people whose answers may come in."""
    return replace(dataset.shape, people=people_of(dataset))


def people_of(dataset: Dataset) -> dict[str, str]:
    """Username, e-mail address, pseudonym or id -> id. Who left is among them: what they said stays theirs."""
    members = Membership.objects.filter(organization=dataset.organization_id)
    rows = list(members.values_list("pk", "username", "user__email"))
    # A username goes before an address that somebody else may have.
    found = {email.casefold(): str(pk) for pk, _, email in rows if email}
    found |= {pseudonym(pk): str(pk) for pk, _, _ in rows} | {str(pk): str(pk) for pk, _, _ in rows}
    return found | {username: str(pk) for pk, username, _ in rows}
