"""What templates need beyond Django's own: icons, texts, people, times, shares, answers on forms."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop, ngettext

from core import markdown as markdown_text

register = template.Library()

STEPS = (
    (60, gettext_noop("%(number)s s ago")),
    (3600, gettext_noop("%(number)s min ago")),
    (86400, gettext_noop("%(number)s h ago")),
    (14 * 86400, gettext_noop("%(number)s d ago")),
)


@register.simple_tag
def icon(name: str, *, flip: bool = False, extra: str = "") -> SafeString:
    """A drawing from components/sprite.html. `flip`: it mirrors where the page reads from right to left."""
    classes = " ".join(filter(None, ("i", "i-flip" if flip else "", extra)))
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', classes, name
    )


@register.filter
def markdown(text: str | None) -> SafeString:
    """Markdown as safe HTML; see `core.markdown`."""
    return markdown_text.render(text or "")


@register.filter
def initials(name: object) -> str:
    """At most two letters that stand for a person: "Mina Okafor" -> "MO", "mina" -> "MI"."""
    words = str(name or "").replace("@", " ").replace(".", " ").replace("_", " ").split()
    if len(words) > 1:
        return (words[0][0] + words[1][0]).upper()
    return words[0][:2].upper() if words else "?"


@register.filter
def moment(when: datetime | None) -> SafeString | str:
    """A point in time, written in the reader's own zone by the browser (elements/local-time.js)."""
    if when is None:
        return "–"
    text = timezone.localtime(when).strftime("%Y-%m-%d %H:%M")
    return format_html(
        '<local-time><time datetime="{}">{} UTC</time></local-time>', when.isoformat(timespec="seconds"), text
    )


@register.filter
def ago(when: datetime | None) -> SafeString | str:
    """How long since: "12 s ago", "5 min ago", "3 h ago", "2 d ago"; after a fortnight the date itself."""
    if when is None:
        return "–"
    seconds = max(0, int((timezone.now() - when).total_seconds()))
    text, size = f"{timezone.localtime(when):%Y-%m-%d}", 1
    for limit, words in STEPS:
        if seconds < limit:
            text = gettext(words) % {"number": seconds // size} if seconds >= 5 else gettext("just now")
            break
        size = limit if limit <= 86400 else size
    return format_html(
        '<local-time data-ago><time datetime="{}">{}</time></local-time>',
        when.isoformat(timespec="seconds"),
        text,
    )


@register.filter
def due(when: datetime | None) -> SafeString | str:
    """How long until something is due, or since then: "due in 3 days", "5 hours overdue"."""
    if when is None:
        return ""
    seconds = (when - timezone.now()).total_seconds()
    hours = max(1, round(abs(seconds) / 3600))
    days = round(hours / 24)
    late, soon, number = (
        (
            ngettext("%(number)s day overdue", "%(number)s days overdue", days),
            ngettext("due in %(number)s day", "due in %(number)s days", days),
            days,
        )
        if hours >= 48
        else (
            ngettext("%(number)s hour overdue", "%(number)s hours overdue", hours),
            ngettext("due in %(number)s hour", "due in %(number)s hours", hours),
            hours,
        )
    )
    return format_html(
        '<local-time data-ago><time datetime="{}">{}</time></local-time>',
        when.isoformat(timespec="seconds"),
        (late if seconds < 0 else soon) % {"number": number},
    )


@register.filter
def percent(part: float | None, whole: float | None) -> int:
    """The share of `whole` that `part` is: 0 to 100, never 100 before everything is done."""
    if not part or not whole or whole <= 0:
        return 0
    share = int(100 * part / whole)
    return max(0, min(100 if part >= whole else 99, share))


@register.filter
def count(number: int | None) -> str:
    """A number of things with separators: 12000 -> "12,000"."""
    return f"{number or 0:,}"


@register.filter
def duration(milliseconds: float | None) -> str:
    """Time on a clock: 108000 -> "1:48", 3700000 -> "1:01:40"."""
    minutes, seconds = divmod(int(milliseconds or 0) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.filter
def lookup(values: Mapping[Any, Any] | None, key: object) -> Any:
    """`values[key]`, or None: for keys that are only known in the template. 1 also finds "1"."""
    if not isinstance(values, Mapping):
        return None
    return values[key] if key in values else values.get(str(key))


@register.filter
def same(one: object, other: object) -> bool:
    """Whether both read the same on a form: 2 and "2" do, None and "" do."""
    return ("" if one is None else str(one)) == ("" if other is None else str(other))


@register.filter
def holds(values: object, one: object) -> bool:
    """Whether a list (or a single value) from a form holds `one`, comparing as a form does."""
    several = values if isinstance(values, list | tuple | set | frozenset) else [values]
    return any(same(value, one) for value in several if value is not None)


@register.filter
def digit(value: int, options: list[Any]) -> str:
    """The key for a point of a scale: its own digit; 0 for 10, unless the scale has a 0."""
    if 0 <= value <= 9:
        return str(value)
    return "0" if all(_value(option) != 0 for option in options) else ""


def _value(option: Any) -> Any:
    return option["value"] if isinstance(option, Mapping) else option.value


@register.filter
def tail_digit(number: int) -> str:
    """The key for the nth of a list: 1 to 9, then 0."""
    return str(number % 10)


@register.filter
def hue(place: int) -> int:
    """The color of the nth label, from 0: 1 to 8, then again. As static/js/span/draw.js has it."""
    return place % 8 + 1


@register.filter
def listed(values: object) -> str:
    """Several values as one line: ["code", "law"] -> "code, law"."""
    return ", ".join(map(str, values)) if isinstance(values, list | tuple) else str(values or "")


@register.filter
def as_json(value: object) -> str:
    """A value for a script, or for an input that holds JSON; None is an empty one."""
    return "" if value is None else json.dumps(value, ensure_ascii=False)


@register.filter
def entries(value: object, name: str) -> str:
    """An answer as JSON [[input's name, value], …]: what the browser fills in to take it over."""
    pairs: list[list[str]] = []
    if isinstance(value, Mapping):
        pairs = [[f"{name}.{key}", str(one)] for key, one in value.items() if one not in (None, "")]
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        pairs = [[name, as_json(value)]]  # one input holds them all
    elif isinstance(value, list | tuple | set | frozenset):
        pairs = [[name, str(one)] for one in value]
    elif value is not None:
        pairs = [[name, str(value)]]
    return json.dumps(pairs, ensure_ascii=False)


@register.filter
def nth(values: object, number: int) -> Any:
    """The nth of a list, from 1; None where there is none."""
    return values[number - 1] if isinstance(values, list | tuple) and 0 < number <= len(values) else None


SPEAKERS = {
    "user": gettext_noop("User"),
    "assistant": gettext_noop("Assistant"),
    "system": gettext_noop("System"),
}


@register.filter
def speaker(role: str) -> str:
    """Who says a turn of a conversation, in words: "user" -> "User"; what is no role of ours, as it is written."""
    return gettext(SPEAKERS[role]) if role in SPEAKERS else role[:1].upper() + role[1:]


STEP_SIGNS = {"slightly": " › ", "clearly": " ›› ", "much": " ››› "}


@register.filter
def order_line(answer: Mapping[str, Any] | None) -> str:
    """A ranking, best first: {"ranks": {"B": 1, "C": 2, "A": 2}} -> "B › C = A"; "››" and "›››" by strength."""
    if not isinstance(answer, Mapping):
        return ""
    tiers: dict[int, list[str]] = {}
    for letter, tier in answer.get("ranks", {}).items():
        tiers.setdefault(int(tier), []).append(letter)
    line = ""
    for step, tier in enumerate(sorted(tiers)):
        sign = STEP_SIGNS.get(str(nth(answer.get("strengths"), step)), " › ") if step else ""
        line += sign + " = ".join(tiers[tier])
    return line


@register.filter
def rated_line(ratings: object) -> str:
    """Ratings of several answers: {"A": 4, "B": 2} -> "A 4, B 2"."""
    return (
        ", ".join(f"{key} {value}" for key, value in ratings.items()) if isinstance(ratings, Mapping) else ""
    )
