"""Whether rules of handing out can be, in a dataset as it is."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from django.utils.timezone import is_aware
from django.utils.translation import gettext, ngettext

from core.errors import Invalid
from core.text import problem
from feedback.models import QueueRules
from feedback.models.rules import BOUNDS, Again, Order, Started
from feedback.shape import DatasetShape

MOST_MATCHED = 5  # properties that are matched with skills
OPEN = frozenset({"most_records", "most_percent", "most_per_day"})  # None: without a limit
# Rules that are right or wrong together. What nobody touches is not questioned: the dataset around it may have changed.
TOGETHER = (
    {"order", "order_by"},
    {"overlap_percent", "overlap_answers", "overlap_property", "overlap_values"},
    {"opinion_question", "opinion_distance", "opinion_most"},
    {"due_at", "closes_when_due"},
)


def check_rules(rules: QueueRules, wanted: int, shape: DatasetShape, changed: set[str]) -> None:
    """`Invalid` unless what changed can be. `wanted`: how many answers all records get."""
    touched = changed.union(*(names for names in TOGETHER if names & changed))
    found = _wrong_numbers(rules)
    if not found:  # these compare numbers
        found = _wrong_overlap(rules, wanted, shape) | _wrong_opinion(rules, wanted, shape)
    found |= _wrong_words(rules) | _wrong_order(rules, shape) | _wrong_match(rules, shape) | _wrong_due(rules)
    errors = {name: sentence for name, sentence in found.items() if name in touched}
    if errors:
        raise Invalid(next(iter(errors.values())), errors)


def _wrong_numbers(rules: QueueRules) -> dict[str, str]:
    numbers = {name: getattr(rules, name) for name in BOUNDS}
    return {
        name: gettext("Choose a whole number from %(least)s to %(most)s.")
        % {"least": BOUNDS[name][0], "most": f"{BOUNDS[name][1]:,}"}
        for name, number in numbers.items()
        if not _may_be(number, *BOUNDS[name]) and not (number is None and name in OPEN)
    }


def _may_be(number: Any, least: int, most: int) -> bool:
    return type(number) is int and least <= number <= most


def _wrong_words(rules: QueueRules) -> dict[str, str]:
    offered: Mapping[str, list[str]] = {
        "order": Order.values,
        "started": Started.values,
        "on_skip": Again.values,
        "on_discard": Again.values,
    }
    errors = {
        name: gettext("Choose one of: %(choices)s.") % {"choices": ", ".join(repr(one) for one in choices)}
        for name, choices in offered.items()
        if getattr(rules, name) not in choices
    }
    if len(rules.pause_note) > 300:
        errors["pause_note"] = gettext("The note may have 300 characters.")
    elif sentence := problem(rules.pause_note):
        errors["pause_note"] = sentence
    return errors


def _wrong_order(rules: QueueRules, shape: DatasetShape) -> dict[str, str]:
    if rules.order == Order.SCORE and rules.order_by not in shape.questions:
        return {"order_by": gettext("Choose the question whose suggestions have the score.")}
    if rules.order == Order.METADATA:
        prop = shape.metadata.get(rules.order_by)
        if prop is None:
            return {"order_by": gettext("Choose one of the dataset’s metadata properties.")}
        if not prop.kind.is_number and not prop.kind.choices:
            return {
                "order_by": gettext(
                    "“%(name)s” takes any word, and words have no order. Choose a property of numbers, "
                    "or one whose terms are listed."
                )
                % {"name": prop.title}
            }
    return {}


def _wrong_overlap(rules: QueueRules, wanted: int, shape: DatasetShape) -> dict[str, str]:
    if not rules.overlap_percent:
        return {}
    if rules.overlap_answers <= wanted:
        return {
            "overlap_answers": gettext(
                "Every record gets as many answers anyway. Choose more than %(number)s for the share."
            )
            % {"number": wanted}
        }
    return _wrong_values(rules, shape) if rules.overlap_property else {}


def _wrong_values(rules: QueueRules, shape: DatasetShape) -> dict[str, str]:
    """The records that have more answers: by which property, and which of its values."""
    prop = shape.metadata.get(rules.overlap_property)
    if prop is None or prop.kind.is_number:
        return {"overlap_property": gettext("Choose one of the dataset’s metadata properties of terms.")}
    if not rules.overlap_values:
        return {"overlap_values": gettext("Name at least one value that the records of the share have.")}
    offered = prop.kind.choices
    unknown = [one for one in rules.overlap_values if offered and one not in offered]
    if unknown:
        return {
            "overlap_values": gettext("“%(name)s” has no value %(values)s.")
            % {"name": prop.title, "values": ", ".join(unknown)}
        }
    wrong = next(filter(None, map(problem, rules.overlap_values)), None)
    return {"overlap_values": wrong} if wrong else {}


def _wrong_opinion(rules: QueueRules, wanted: int, shape: DatasetShape) -> dict[str, str]:
    if not rules.opinion_question:
        return {}
    question = shape.questions.get(rules.opinion_question)
    if question is None or question.kind.distance is None:
        return {"opinion_question": gettext("Choose a question whose answers can be more or less alike.")}
    if not isfinite(rules.opinion_distance) or rules.opinion_distance < 0:
        return {"opinion_distance": gettext("The distance is a number, 0 or more.")}
    if rules.opinion_most <= wanted:
        return {
            "opinion_most": gettext(
                "Every record gets %(number)s anyway. Choose more than that: so many answers a record has at most."
            )
            % {"number": wanted}
        }
    return {}


def _wrong_match(rules: QueueRules, shape: DatasetShape) -> dict[str, str]:
    terms = {name for name, prop in shape.metadata.items() if not prop.kind.is_number}
    if not terms.issuperset(rules.match_properties):
        return {"match_properties": gettext("Choose among the dataset’s metadata properties of terms.")}
    if len(rules.match_properties) > MOST_MATCHED:
        most = ngettext(
            "Choose at most %(number)s property.", "Choose at most %(number)s properties.", MOST_MATCHED
        )
        return {"match_properties": most % {"number": MOST_MATCHED}}
    return {}


def _wrong_due(rules: QueueRules) -> dict[str, str]:
    if rules.due_at is None:
        return (
            {"closes_when_due": gettext("Say when the dataset is due, or leave it open.")}
            if rules.closes_when_due
            else {}
        )
    if not is_aware(rules.due_at):
        return {"due_at": gettext("Say in which time zone, as in 2026-12-24T18:00:00Z.")}
    if not 2000 <= rules.due_at.year < 2200:
        return {"due_at": gettext("Choose a day between 2000 and 2200.")}
    return {}
