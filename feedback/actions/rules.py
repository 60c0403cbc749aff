"""The rules by which a dataset hands out its records: changed, paused, and held to what the dataset consists of."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accounts.audit import note
from accounts.models import Membership
from core.errors import Invalid
from feedback.actions import record_rows
from feedback.actions.datasets import update_dataset
from feedback.actions.rule_checks import check_rules
from feedback.actions.targets import put_in_order
from feedback.models import Dataset, Job, MetadataProperty, Question, QueueRules
from feedback.models.jobs import JobKind, State
from feedback.models.rules import Order
from feedback.shape import DatasetShape

FIELDS = (
    "order", "order_by", "is_descending", "started",
    "overlap_percent", "overlap_answers", "overlap_property", "overlap_values",
    "opinion_question", "opinion_distance", "opinion_most",
    "match_properties", "opens_unassigned",
    "most_held", "most_records", "most_percent", "most_per_day",
    "on_skip", "on_discard", "stops_bad_prompts",
    "is_paused", "pause_note", "due_at", "closes_when_due",
)  # fmt: skip
# What each record was reckoned by.
RECKONED = frozenset({
    "order", "order_by", "order_values", "is_descending", "started",
    "overlap_percent", "overlap_answers", "overlap_property", "overlap_values",
    "match_properties", "stops_bad_prompts",
})  # fmt: skip


@transaction.atomic
def update_rules(dataset: Dataset, *, by: Membership | None, **given: Any) -> QueueRules:
    """Change what is given, of FIELDS. `Invalid.errors` says for each rule what is wrong.

    What a rule does not need is forgotten: the property of an order by age, the values of no property. If records
    were reckoned by what changed, they are reckoned anew (feedback/actions/targets.py).
    """
    record_rows.lock(dataset)  # nobody takes a property away meanwhile
    rules = QueueRules.objects.get(dataset=dataset)
    before = dict(vars(rules))
    for name, value in given.items():
        setattr(rules, name, value)
    shape = _fresh(dataset)
    _complete(rules, shape)
    changed = {name for name in (*FIELDS, "order_values") if getattr(rules, name) != before[name]}
    check_rules(rules, dataset.min_submitted, shape, changed)
    if changed:
        rules.save(update_fields=sorted(changed))
        told: dict[str, Any] = {name: (before[name], getattr(rules, name)) for name in sorted(changed)}
        note("dataset.queue_changed", dataset, by=by, **told)
    dataset.rules = rules
    if changed & RECKONED or _has_failed(dataset):
        put_in_order(dataset, by=by)
    return rules


@transaction.atomic
def set_up_queue(dataset: Dataset, *, by: Membership | None, min_submitted: int, **given: Any) -> QueueRules:
    """The same, and how many answers all records get."""
    update_dataset(dataset, by=by, min_submitted=min_submitted)
    return update_rules(dataset, by=by, **given)


def pause_dataset(dataset: Dataset, *, by: Membership | None, note: str = "") -> QueueRules:
    """Hand out nothing until it is resumed. What people hold they may finish; they are shown the note."""
    return update_rules(dataset, by=by, is_paused=True, pause_note=note)


def resume_dataset(dataset: Dataset, *, by: Membership | None) -> QueueRules:
    """Hand out records again."""
    return update_rules(dataset, by=by, is_paused=False, pause_note="")


def refuse_if_ruled(part: MetadataProperty | Question) -> None:
    """`Invalid` if the dataset's queue goes by this part. For properties under `record_rows.lock`."""
    rules = QueueRules.objects.get(dataset=part.dataset_id)
    is_property = isinstance(part, MetadataProperty)
    named = {rules.order_by} if rules.order == (Order.METADATA if is_property else Order.SCORE) else set()
    named |= {rules.overlap_property, *rules.match_properties} if is_property else {rules.opinion_question}
    if part.name in named:
        raise Invalid(
            gettext("The queue of this dataset goes by “%(name)s”. Change that on its page Queue first.")
            % {"name": part.title or part.name}
        )


def _fresh(dataset: Dataset) -> DatasetShape:
    """What it consists of now, whatever was read before the lock."""
    dataset.__dict__.pop("shape", None)
    dataset.refresh_from_db(fields=["shape_token", "min_submitted"])
    return dataset.shape


def _complete(rules: QueueRules, shape: DatasetShape) -> None:
    """Forget what the other rules make meaningless; the order of terms is that of their property."""
    if rules.order not in (Order.METADATA, Order.SCORE):
        rules.order_by, rules.is_descending = "", False
    prop = shape.metadata.get(rules.order_by) if rules.order == Order.METADATA else None
    rules.order_values = list(prop.kind.choices) if prop else []
    if not rules.overlap_percent:
        rules.overlap_property = ""
    if not rules.overlap_property:
        rules.overlap_values = []
    if not rules.opinion_question:
        rules.opinion_distance = 0
    rules.overlap_values = list(dict.fromkeys(rules.overlap_values))
    rules.match_properties = list(dict.fromkeys(rules.match_properties))
    rules.pause_note = rules.pause_note.strip()


def _has_failed(dataset: Dataset) -> bool:
    """Whether the queue was left half in order; whoever saves the rules again may expect that it is tried again."""
    last = Job.objects.filter(dataset=dataset, kind=JobKind.RULES).first()
    return last is not None and last.state == State.FAILED
