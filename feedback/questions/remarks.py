"""What a person says beside the tiers of a ranking: how much better, why, what is wrong with one, a better one.

Stored beside "version" and "tiers", each key only where something was said:

    "strengths": ["clearly", null]     between neighboring tiers that hold something, best first; null: not said
    "flags": {"b": ["broken"]}         id -> what is wrong with it; flagged ones need no place
    "reasons": ["more correct"]        of those that the question offers
    "why": "…"                         in the person's own words
    "better": {"text": "…", "from": "a"}   what the person wrote instead; "from": what it began as, or null
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from django.utils.translation import gettext, gettext_noop, ngettext

from core.errors import Invalid
from core.text import brief, check_text

Strength = Literal["slightly", "clearly", "much"]
Flag = Literal["broken", "unsafe", "wrong_language", "duplicate"]

STRENGTHS: tuple[str, ...] = get_args(Strength)
SHARES = {"slightly": 1 / 3, "clearly": 2 / 3, "much": 1.0}  # of the greatest strength; Llama 2 used these
FLAGS: tuple[str, ...] = get_args(Flag)
FLAG_WORDS = {
    "broken": gettext_noop("broken"),
    "unsafe": gettext_noop("unsafe"),
    "wrong_language": gettext_noop("in the wrong language"),
    "duplicate": gettext_noop("a duplicate"),
}
KEYS = frozenset({"strengths", "flags", "reasons", "why", "better"})
LONGEST = 100_000  # characters of a text


def checked(
    value: Mapping[str, Any], ids: Sequence[str], *, gaps: int, offered: Sequence[str], final: bool
) -> dict[str, Any]:
    """The remarks as they are stored, empty ones left out; or `Invalid`.

    `ids`: what is ranked; `gaps`: how many pairs of neighboring tiers there are; `offered`: the reasons. A draft may
    have one that is offered no more: it is dropped.
    """
    found = {
        "strengths": _strengths(value.get("strengths"), gaps),
        "flags": _flags(value.get("flags"), ids),
        "reasons": _reasons(value.get("reasons"), offered, final=final),
        "why": _text(value.get("why"), gettext("Why")),
        "better": _better(value.get("better"), ids),
    }
    return {key: one for key, one in found.items() if one}


def _strengths(value: Any, gaps: int) -> list[str | None]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(one is None or one in STRENGTHS for one in value):
        raise Invalid(f"A strength is one of {', '.join(STRENGTHS)}, or null.")
    if len(value) > gaps:
        raise Invalid(
            ngettext(
                "There are more strengths (%(given)s) than the %(steps)s step between tiers. Give one for each step.",
                "There are more strengths (%(given)s) than the %(steps)s steps between tiers. Give one for each step.",
                gaps,
            )
            % {"given": len(value), "steps": gaps}
        )
    padded = [*value, *[None] * (gaps - len(value))]
    return padded if any(padded) else []


def _flags(value: Any, ids: Sequence[str]) -> dict[str, list[str]]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Invalid("Flags are lists by the id of what they flag.")
    for key, flags in value.items():
        if key not in ids:
            raise Invalid(f"{brief(key)} is flagged, but is not one of the {len(ids)} to rank here.")
        if not isinstance(flags, list) or not all(isinstance(one, str) and one in FLAGS for one in flags):
            raise Invalid(f"A flag is one of {', '.join(FLAGS)}.")
    ordered = {key: [flag for flag in FLAGS if flag in value[key]] for key in ids if key in value}
    return {key: flags for key, flags in ordered.items() if flags}


def _reasons(value: Any, offered: Sequence[str], *, final: bool) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Invalid("Reasons are a list of words.")
    unknown = next((one for one in value if one not in offered), None)
    if final and unknown is not None:
        raise Invalid(f"{brief(unknown)} is not a reason that this question offers.")
    return [one for one in offered if one in value]


def _text(value: Any, what: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST:
        raise Invalid(
            ngettext(
                "%(what)s: write a text of at most %(most)s character.",
                "%(what)s: write a text of at most %(most)s characters.",
                LONGEST,
            )
            % {"what": what, "most": f"{LONGEST:,}"}
        )
    check_text(value)
    return value if value.strip() else ""


def _better(value: Any, ids: Sequence[str]) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or value.keys() - {"text", "from"}:
        raise Invalid('What you wrote instead has a "text", and "from", the id that it began as.')
    text, origin = _text(value.get("text"), gettext("A better one")), value.get("from")
    if origin is not None and origin not in ids:
        raise Invalid(f"{brief(origin)} is not one of the {len(ids)} to rank here.")
    return {"text": text, "from": origin} if text else {}


def strengths(answer: Mapping[str, Any]) -> list[float]:
    """How much better each tier is than the next, 0 where it was not said; nothing if it never was."""
    return [SHARES.get(one, 0.0) for one in answer.get("strengths", ())]


def flags(answer: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """Id -> what is wrong with it."""
    found: Mapping[str, Sequence[str]] = answer.get("flags", {})
    return found


def better(answer: Mapping[str, Any]) -> tuple[str, str | None] | None:
    """The better answer that was written, and the id of what it began as."""
    found = answer.get("better")
    return (found["text"], found["from"]) if found else None


def renamed(remarks: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The same with ids called otherwise (letters for a labeler, or back); `Invalid` for one without a name."""
    said = {key: remarks[key] for key in KEYS if key in remarks}
    if isinstance(said.get("flags"), Mapping):
        said["flags"] = {_name(key, names): flags for key, flags in said["flags"].items()}
    better = said.get("better")
    if isinstance(better, Mapping) and better.get("from") is not None:
        said["better"] = {**better, "from": _name(better["from"], names)}
    return said


def _name(key: Any, names: Mapping[str, str]) -> str:
    if not isinstance(key, str) or key not in names:
        raise Invalid(f"Name what you flag by its letter, one of {', '.join(names)}.")
    return names[key]
