"""Why there is nothing to do now: one sentence for this person. From rows that are there anyway, and bounded probes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext, ngettext

from accounts.models import Membership
from feedback.models import AssignedRecord, Dataset, LabelerTally, Lease, QueueItem, QueueRules, Record, Share
from feedback.models.assignments import AssignedState

MOST = 1000  # records in work by others that are counted


@dataclass(frozen=True)
class Nothing:
    """Why there is nothing to do now: a word for programs, a sentence for people."""

    reason: str
    detail: str


def explain(dataset: Dataset, by: Membership, *, refused: str | None = None) -> Nothing:
    """Why the queue has nothing for this person. `refused`: the rule that stands against it (`handing_refused`)."""
    rules = dataset.rules
    if refused in ("paused", "paused_for_you", "closed"):
        return Nothing(refused, _stopped(refused, rules))
    if not Record.objects.filter(dataset=dataset).exists():
        return Nothing("empty", gettext("This dataset has no records yet."))
    if refused:
        return Nothing(refused, _enough(refused, rules))
    return _left(dataset, by, rules)


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


def _left(dataset: Dataset, by: Membership, rules: QueueRules) -> Nothing:
    """No rule stands against it: nothing is left that this person could take."""
    items = QueueItem.objects.filter(dataset=dataset)
    if items.filter(free=True).exists():
        return _not_for(dataset, by, rules)
    held = Lease.objects.filter(dataset=dataset).exclude(membership=by)[:MOST].count()
    if held:
        sentence = ngettext(
            "The last one is being labeled by others right now. One may come back: look again later.",
            "The other %(number)s are being labeled by others right now. One may come back: look again later.",
            held,
        )
        return Nothing("leased", sentence % {"number": held})
    if _others_wait(dataset, by):
        return Nothing("assigned", gettext("The records that are left were given to others by name."))
    if items.filter(stopped_at__isnull=False, open_places__gt=0).exists():
        return Nothing("stopped", gettext("The records that are left were stopped: a manager looks at them."))
    tally = LabelerTally.objects.filter(dataset=dataset, membership=by).first()
    done = gettext("Every record has the answers it needs.")
    if tally and tally.submitted + tally.discarded:
        done = gettext("Every record has the answers it needs. Thank you: this dataset is done.")
    return Nothing("done", done)


def _not_for(dataset: Dataset, by: Membership, rules: QueueRules) -> Nothing:
    """There are places, and none is for this person."""
    if not rules.opens_unassigned:
        return _assigned(dataset, by)
    if rules.match_properties and not _opens_something(dataset, by, rules):
        return Nothing(
            "skills", gettext("The records that are left need languages or skills that you do not have.")
        )
    return Nothing("answered", gettext("You have answered every record that still needs an answer."))


def _assigned(dataset: Dataset, by: Membership) -> Nothing:
    if Share.objects.filter(dataset=dataset, membership=by).exists():
        return Nothing("assigned", gettext("You have answered every record that was given to you."))
    return Nothing(
        "assigned", gettext("Records of this dataset are given to people by name, and none to you yet.")
    )


def _others_wait(dataset: Dataset, by: Membership) -> bool:
    """Whether a place is kept for somebody else: one probe for each person with a share."""
    others = Share.objects.filter(dataset=dataset).exclude(membership=by).values("membership")
    return AssignedRecord.objects.filter(
        dataset=dataset, membership__in=others, state=AssignedState.WAITING
    ).exists()


def _opens_something(dataset: Dataset, by: Membership, rules: QueueRules) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select cardinality(lanes_for(%s, %s, %s)) > 0", [dataset.pk, rules.match_properties, by.pk]
        )
        return bool(cursor.fetchone()[0])
