"""Which rules of handing out stand together on a page, and what decides whether they matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from feedback.models.rules import Order


@dataclass(frozen=True)
class Part:
    """A field, and when it matters: the field that decides, and for which of its values; "*" is any but none."""

    field: BoundField
    on: str = ""
    values: str = ""


@dataclass(frozen=True)
class Group:
    """Rules that belong together."""

    name: str
    title: str
    lead: str
    parts: list[Part]


# Name, title, lead, and the fields as in Part.
GROUPS: tuple[tuple[str, Any, Any, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "answers",
        _("Answers wanted"),
        _("how many people answer each record"),
        (
            ("min_submitted", "", ""),
            ("overlap_percent", "", ""),
            ("overlap_answers", "overlap_percent", "*"),
            ("overlap_property", "overlap_percent", "*"),
            ("overlap_values", "overlap_property", "*"),
            ("opinion_question", "", ""),
            ("opinion_distance", "opinion_question", "*"),
            ("opinion_most", "opinion_question", "*"),
        ),
    ),
    (
        "order",
        _("Order"),
        _("what comes first, among records of one priority"),
        (
            ("order", "", ""),
            ("order_property", "order", Order.METADATA),
            ("order_question", "order", Order.SCORE),
            ("is_descending", "order", f"{Order.METADATA} {Order.SCORE}"),
            ("started", "", ""),
        ),
    ),
    (
        "people",
        _("Who gets what"),
        _("by what people know, or by name"),
        (("match_properties", "", ""), ("opens_unassigned", "", "")),
    ),
    (
        "limits",
        _("Limits"),
        _("for each person; empty: none"),
        (("most_held", "", ""), ("most_records", "", ""), ("most_percent", "", ""), ("most_per_day", "", "")),
    ),
    (
        "passed",
        _("Skips and discards"),
        _("what becomes of a record that somebody does not answer"),
        (("on_skip", "", ""), ("on_discard", "", ""), ("stops_bad_prompts", "", "")),
    ),
    (
        "time",
        _("Pause and due date"),
        _("labelers see both"),
        (
            ("is_paused", "", ""),
            ("pause_note", "is_paused", "*"),
            ("due_at", "", ""),
            ("closes_when_due", "", ""),
        ),
    ),
)
