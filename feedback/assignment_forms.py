"""What managers write about work that is given by name, read for shape; decisions are the actions'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from feedback.actions.assignees import LEAST, MOST, MOST_PEOPLE
from feedback.actions.assignments import LONGEST_NOTE
from feedback.zoned_times import Moment, in_zone, zone_field
from workspaces.models import Group

WHOLE, NUMBER, PERCENT = "all", "number", "percent"


@dataclass(frozen=True)
class Choice:
    """Somebody who may be chosen: whether they are, and the weight as it was written."""

    person: Membership
    is_chosen: bool
    weight: str


class PeopleForm(forms.Form):
    """People to tick, each with a weight: `person` for each that is ticked, `weight-<id>`; or groups of them.

    `groups`: their people, of whom those count that are among `people`.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        people: Sequence[Membership],
        groups: Mapping[Group, Sequence[UUID]] = MappingProxyType({}),
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.people, self.groups = people, groups
        self.weights: dict[UUID, float] = {}

    @property
    def choices(self) -> list[Choice]:
        """Everybody, as they were ticked."""
        ticked = self.data.getlist("person") if self.is_bound else ()  # type: ignore[attr-defined]
        return [
            Choice(one, str(one.pk) in ticked, self.data.get(f"weight-{one.pk}", "1")) for one in self.people
        ]

    @property
    def teams(self) -> list[tuple[Group, int, bool]]:
        """Each group, how many of its people may be given something, and whether it is ticked."""
        ticked = self.data.getlist("group") if self.is_bound else ()  # type: ignore[attr-defined]
        known = {one.pk for one in self.people}
        return [
            (group, len(known.intersection(people)), str(group.pk) in ticked)
            for group, people in self.groups.items()
        ]

    def clean(self) -> dict[str, Any]:
        """The ticked ones by id, into `weights`."""
        of_groups = {pk for group, _, ticked in self.teams if ticked for pk in self.groups[group]}
        for choice in self.choices:
            if choice.is_chosen or choice.person.pk in of_groups:
                try:
                    self.weights[choice.person.pk] = float(choice.weight or 1)
                except ValueError:
                    self.add_error(None, self._no_weight(choice))
        if not self.weights and not self.errors:
            self.add_error(None, gettext("Choose at least one person, or a group with people who work here."))
        return super().clean() or {}

    def _no_weight(self, choice: Choice) -> str:
        return gettext("The weight of %(name)s is a number from %(least)s to %(most)s.") % {
            "name": choice.person.display_name,
            "least": f"{LEAST:g}",
            "most": f"{MOST:g}",
        }


class NoteForm(forms.Form):
    """What is said about an assignment, and until when it is due."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        help_text=_("What it is about; those who get the records see it, too."),
    )
    due_at = forms.DateTimeField(
        label=_("Due"),
        required=False,
        widget=Moment(),
    )
    zone = zone_field()

    def clean(self) -> dict[str, Any]:
        """The due date in the zone of whoever wrote it."""
        given = super().clean() or {}
        if due := given.get("due_at"):
            given["due_at"] = in_zone(due, given.get("zone", ""))
        return given


class AssignForm(NoteForm, PeopleForm):
    """Who, how many each, and until when."""

    overlap = forms.IntegerField(
        label=_("People for each record"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=1,
        help_text=_("More than one, if the same record is to be answered by several of them."),
    )
    amount = forms.ChoiceField(
        label=_("How many records"),
        choices=[(WHOLE, _("All of them")), (NUMBER, _("A number")), (PERCENT, _("A share, in percent"))],
        initial=WHOLE,
        widget=forms.RadioSelect,
    )
    number = forms.IntegerField(
        label=_("Number of records"), min_value=1, max_value=2**31 - 1, required=False
    )
    percent = forms.FloatField(
        label=_("Percent of the records"), min_value=0.001, max_value=100, required=False
    )
    order = forms.ChoiceField(
        label=_("Which of them"),
        choices=[("queue", _("The first ones, in the order of the queue")), ("random", _("Some at random"))],
        initial="queue",
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        """The one of number and percent that was meant."""
        given = super().clean()
        meant = given.get("amount")
        for name in (NUMBER, PERCENT):
            if meant != name:
                given[name] = None
                self.errors.pop(name, None)
            elif not given.get(name) and name not in self.errors:
                self.add_error(name, gettext("Say how many."))
        return given

    @property
    def asked(self) -> dict[str, Any]:
        """What was written, as `start_assignment` takes it."""
        names = ("overlap", "number", "percent", "note", "due_at")
        given = {name: self.cleaned_data[name] for name in names}
        return given | {"people": self.weights, "at_random": self.cleaned_data["order"] == "random"}
