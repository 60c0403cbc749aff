"""How a dataset stands with somebody: whether anything waits for them, and if nothing does, why not, in words.

For the queue that hands out nothing, and for the list of work: so both say the same. A fixed number of queries,
whatever the number of datasets, of rows that are there anyway and of bounded probes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, OuterRef, TextField
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext, ngettext

from accounts.models import Membership
from feedback.models import AssignedRecord, Dataset, LabelerTally, Lease, QueueItem, QueueRules, Record, Share
from feedback.models.assignments import AssignedState

REFUSED = """
(select handing_refused(r, t) from feedback_queuerules r
 left join feedback_labelertally t on t.dataset_id = r.dataset_id and t.membership_id = %s
 where r.dataset_id = feedback_dataset.id)
"""
OPENS = """
(select cardinality(r.match_properties) = 0 or cardinality(lanes_for(r.dataset_id, r.match_properties, %s)) > 0
 from feedback_queuerules r where r.dataset_id = feedback_dataset.id)
"""


@dataclass(frozen=True)
class Nothing:
    """Why there is nothing to do now: a word for programs, a sentence for people."""

    reason: str
    detail: str


@dataclass(frozen=True)
class Standing:
    """`refused`: the rule that stands against handing anything to this person (`handing_refused`); None: none does.

    `is_free`: some record has a place that is kept for nobody. `is_open`: of those, the person's skills open some.
    `is_given`: a record waits for them by name. `was_given`: some did, at any time. `held`: records that others hold.
    """

    rules: QueueRules
    refused: str | None
    has_records: bool
    is_free: bool
    is_open: bool
    is_given: bool
    was_given: bool
    others_wait: bool
    is_stopped: bool
    held: int
    has_answered: bool
    has_answered_all: bool

    @property
    def waits(self) -> bool:
        """Whether the queue may have something for them. What they hold already is theirs in any case."""
        free = self.is_free and self.rules.opens_unassigned and self.is_open and not self.has_answered_all
        return self.refused in (None, "held") and (self.is_given or free)

    @property
    def why_not(self) -> str:
        """Why nothing waits for them; "" if something may."""
        return "" if self.waits else self.why_nothing().detail

    def why_nothing(self) -> Nothing:
        """Said when the queue has nothing for them."""
        if self.refused in ("paused", "paused_for_you", "closed"):
            return Nothing(self.refused, _stopped(self.refused, self.rules))
        if not self.has_records:
            return Nothing("empty", gettext("This dataset has no records yet."))
        if self.refused:
            return Nothing(self.refused, _enough(self.refused, self.rules))
        return self._not_for_them() if self.is_free else self._nothing_left()

    def _not_for_them(self) -> Nothing:
        """There are places, and none is for this person."""
        if not self.rules.opens_unassigned:
            given = gettext("You have answered every record that was given to you.")
            never = gettext("Records of this dataset are given to people by name, and none to you yet.")
            return Nothing("assigned", given if self.was_given else never)
        if not self.is_open:
            return Nothing(
                "skills", gettext("The records that are left need languages or skills that you do not have.")
            )
        return Nothing("answered", gettext("You have answered every record that still needs an answer."))

    def _nothing_left(self) -> Nothing:
        if self.held:
            sentence = ngettext(
                "The last one is being labeled by others right now. One may come back: look again later.",
                "The other %(number)s are being labeled by others right now. One may come back: look again later.",
                self.held,
            )
            return Nothing("leased", sentence % {"number": self.held})
        if self.others_wait:
            return Nothing("assigned", gettext("The records that are left were given to others by name."))
        if self.is_stopped:
            return Nothing(
                "stopped", gettext("The records that are left were stopped: a manager looks at them.")
            )
        done = gettext("Every record has the answers it needs.")
        if self.has_answered:
            done = gettext("Every record has the answers it needs. Thank you: this dataset is done.")
        return Nothing("done", done)


def standings(datasets: Collection[UUID], by: Membership) -> dict[UUID, Standing]:
    """Dataset id -> how it stands with this person."""
    ours = OuterRef("pk")
    items = QueueItem.objects.filter(dataset=ours)
    mine = AssignedRecord.objects.filter(dataset=ours, membership=by, state=AssignedState.WAITING)
    others = Share.objects.filter(dataset=OuterRef(ours)).exclude(membership=by).values("membership")
    theirs = AssignedRecord.objects.filter(dataset=ours, membership__in=others, state=AssignedState.WAITING)
    rows = Dataset.objects.filter(pk__in=datasets).select_related("rules", "count")
    found = rows.annotate(
        refused=RawSQL(REFUSED, [by.pk], output_field=TextField()),  # noqa: S611 - nothing of others is in it
        opens=RawSQL(OPENS, [by.pk], output_field=BooleanField()),  # noqa: S611
        has_records=Exists(Record.objects.filter(dataset=ours)),
        is_free=Exists(items.filter(free=True)),
        is_stopped=Exists(items.filter(stopped_at__isnull=False, open_places__gt=0)),
        is_given=Exists(
            mine.filter(record__queue__open_places__gt=0, record__queue__stopped_at__isnull=True)
        ),
        was_given=Exists(Share.objects.filter(dataset=ours, membership=by)),
        others_wait=Exists(theirs),
    )
    held = _held(datasets, by)
    tallies = {
        one.dataset_id: one.submitted + one.discarded
        for one in LabelerTally.objects.filter(dataset__in=datasets, membership=by)
    }
    return {
        one.pk: Standing(
            rules=one.rules,
            refused=one.refused,
            has_records=one.has_records,
            is_free=one.is_free,
            is_open=bool(one.opens),
            is_given=one.is_given,
            was_given=one.was_given,
            others_wait=one.others_wait,
            is_stopped=one.is_stopped,
            held=held.get(one.pk, 0),
            has_answered=tallies.get(one.pk, 0) > 0,
            has_answered_all=tallies.get(one.pk, 0) >= one.count.records,
        )
        for one in found
    }


def _held(datasets: Collection[UUID], by: Membership) -> dict[UUID, int]:
    """Dataset id -> records that others hold: as many leases as there are people at work."""
    leases = Lease.objects.filter(dataset__in=datasets).exclude(membership=by).order_by()
    return dict(leases.values_list("dataset").annotate(number=Count("*")).values_list("dataset", "number"))


def _stopped(refused: str, rules: QueueRules) -> str:
    if refused == "paused":
        said = gettext("This dataset is paused.")
        return f"{said} {rules.pause_note}" if rules.pause_note else said
    if refused == "paused_for_you":
        return gettext("A manager has paused this dataset for you. What you have answered is kept.")
    return gettext("This dataset was open until its due date, which is past.")


def _enough(refused: str, rules: QueueRules) -> str:
    if refused == "held":
        return ngettext(
            "You hold a record already. Answer it, or give it back.",
            "You hold %(number)s records already. Answer one, or give one back.",
            rules.most_held,
        ) % {"number": rules.most_held}
    if refused == "enough_today":
        return ngettext(
            "You have given the one answer that a person may give here in a day (UTC). Come back tomorrow.",
            "You have given the %(number)s answers that a person may give here in a day (UTC). Come back tomorrow.",
            rules.most_per_day or 0,
        ) % {"number": rules.most_per_day}
    return gettext("You have given as many answers as one person may give in this dataset. Thank you.")
