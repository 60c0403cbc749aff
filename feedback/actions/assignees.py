"""Who may be given records of a dataset by name, and how much of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext, ngettext

from accounts.access import Verb
from accounts.models import Membership
from core.errors import Invalid
from feedback.models import Assignment, Dataset, Share

MOST_PEOPLE = 500  # in one act
LEAST, MOST = 0.01, 1000.0  # weights


def check_people(dataset: Dataset, people: Mapping[UUID, float], by: Membership) -> dict[UUID, float]:
    """Membership id -> weight, in the order of ids. `Invalid` if there are none, or who may not answer here."""
    if not people:
        raise Invalid(
            gettext("Say to whom the records go."), {"people": gettext("Choose at least one person.")}
        )
    if len(people) > MOST_PEOPLE:
        most = ngettext(
            "Choose at most %(number)s person at once.",
            "Choose at most %(number)s people at once.",
            MOST_PEOPLE,
        )
        raise _wrong(most % {"number": MOST_PEOPLE})
    working = Membership.objects.working_in(dataset.workspace_id).filter(
        organization=dataset.organization_id, pk__in=people
    )
    if strangers := people.keys() - set(working.values_list("pk", flat=True)):
        raise _wrong(
            gettext("These do not work in %(workspace)s, so nothing can be given to them: %(people)s.")
            % {"workspace": dataset.workspace.name, "people": _named(strangers, by)}
        )
    if wrong := [pk for pk, weight in people.items() if not LEAST <= weight <= MOST]:
        raise _wrong(
            gettext("A weight is a number from %(least)s to %(most)s. That of these is not: %(people)s.")
            % {"least": f"{LEAST:g}", "most": f"{MOST:g}", "people": _named(wrong, by)}
        )
    return {pk: float(people[pk]) for pk in sorted(people)}


def open_shares(assignment: Assignment, people: Mapping[UUID, float]) -> None:
    """Let each of these people have a share, of this weight where it is new."""
    Share.objects.bulk_create(
        [
            Share(
                organization_id=assignment.organization_id,
                dataset_id=assignment.dataset_id,
                assignment=assignment,
                membership_id=pk,
                weight=weight,
            )
            for pk, weight in people.items()
        ],
        ignore_conflicts=True,
    )


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, {"people": sentence})


def _named(people: Collection[UUID], by: Membership) -> str:
    """By name, those of whom `by` may know; the others as they were given."""
    found = Membership.objects.allowing(Verb.VIEW, by).in_bulk(list(people))
    return ", ".join(sorted(found[pk].display_name if pk in found else str(pk) for pk in people))
