"""Rankings with ties, in the forms that they take: tiers (stored), a list with ranks (sent), id -> rank.

A rank is the tier that the person chose, from 1, the best. Tiers may be empty: what was chosen stays so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from core.errors import Invalid
from core.text import brief
from feedback.questions import remarks

VERSION = 1


def read(value: Any, *, order_counts: bool) -> tuple[list[tuple[str, Any]], Mapping[str, Any]]:
    """Each (id, rank) of a ranking in any of its forms, and what holds the remarks beside it; or `Invalid`."""
    if isinstance(value, list):
        pairs = read_list(value, order_counts=order_counts)
        return pairs, {
            "flags": {str(entry["value"]): entry["flags"] for entry in value if entry.get("flags")}
        }
    if not isinstance(value, Mapping):
        raise Invalid(gettext("Rank the answers, best first."))
    if "placed" in value:  # from the page (posted.py)
        return read_list(value["placed"], order_counts=False), value
    return read_stored(value), value


def read_stored(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Each (id, rank) of {"version": 1, "tiers": [["b"], [], ["a", "c"]], …remarks}; or `Invalid`."""
    if type(value.get("version")) is not int or value["version"] != VERSION:
        raise Invalid(f"A ranking has its version beside its tiers; this server knows version {VERSION}.")
    if unknown := value.keys() - {"version", "tiers"} - remarks.KEYS:
        raise Invalid(f"A ranking of version {VERSION} has no {min(map(str, unknown))!r}.")
    tiers = value.get("tiers")
    if not isinstance(tiers, list) or not all(isinstance(tier, list) for tier in tiers):
        raise Invalid("The tiers of a ranking are a list of lists of ids, best first.")
    return [(key, rank) for rank, tier in enumerate(tiers, 1) for key in tier]


def read_list(value: Any, *, order_counts: bool) -> list[tuple[str, Any]]:
    """Each (id, rank) of [{"value": "b", "rank": 1}, …]; what has no rank, or null, has no place yet.

    `order_counts`: where no value mentions a rank, the order is the ranking, as Argilla's client means it.
    """
    if not isinstance(value, list) or not all(
        isinstance(entry, Mapping) and "value" in entry for entry in value
    ):
        raise Invalid('Write a ranking as a list of {"value": …, "rank": …}, best first.')
    if order_counts and not any("rank" in entry for entry in value):
        return [(entry["value"], rank) for rank, entry in enumerate(value, 1)]
    return [(entry["value"], entry.get("rank")) for entry in value]


def checked(pairs: Sequence[tuple[Any, Any]], ids: Sequence[str]) -> dict[str, int]:
    """Id -> rank of those that have one. `Invalid` for an unknown or repeated id, or an impossible rank."""
    known, seen = set(ids), set[str]()
    for key, rank in pairs:
        if not isinstance(key, str) or key not in known:
            raise Invalid(f"{brief(key)} is not one of the {len(ids)} to rank here.")
        if key in seen:
            raise Invalid(f"{brief(key)} is ranked twice. Give it one rank.")
        if rank is not None and (type(rank) is not int or not 1 <= rank <= len(ids)):
            raise Invalid(
                gettext("A rank is a whole number from 1, the best, to %(last)s.") % {"last": len(ids)}
            )
        seen.add(key)
    return {key: rank for key, rank in pairs if rank is not None}


def stored(ranks: Mapping[str, int], ids: Sequence[str]) -> dict[str, Any]:
    """The stored form: within a tier in the order of `ids`, no empty tiers at the end."""
    tiers: list[list[str]] = [[] for _ in range(max(ranks.values(), default=0))]
    for key in ids:
        if key in ranks:
            tiers[ranks[key] - 1].append(key)
    return {"version": VERSION, "tiers": tiers}


def ranks(answer: Mapping[str, Any]) -> dict[str, int]:
    """Id -> rank of a stored answer, best first."""
    return {key: rank for rank, tier in enumerate(answer["tiers"], 1) for key in tier}


def listed(ranks: Mapping[str, int], flags: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """[{"value", "rank"}] in the order of `ranks`, best first, with "flags" where there are any.

    What is flagged and has no place comes last, without a rank: a client that drops ranks keeps the order.
    """
    order: list[tuple[str, int | None]] = [
        *ranks.items(),
        *((key, None) for key in flags if key not in ranks),
    ]
    return [
        {"value": key, "rank": rank} | ({"flags": flags[key]} if key in flags else {}) for key, rank in order
    ]


def from_letters(value: Any, ids: Mapping[str, str]) -> Any:
    """A ranking in either form that names letters, with ids in their place; `ids`: letter -> id."""
    if isinstance(value, list):
        return [_with_id(entry, ids) for entry in value]
    if not isinstance(value, Mapping):
        return value
    read_stored(value)
    tiers = [[ids[_letter(one, ids)] for one in tier] for tier in value["tiers"]]
    return {**value, "tiers": tiers} | remarks.renamed(value, ids)


def _with_id(entry: Any, ids: Mapping[str, str]) -> dict[str, Any]:
    letter = _letter(entry.get("value") if isinstance(entry, Mapping) else None, ids)
    return {**entry, "value": ids[letter]}


def _letter(value: Any, ids: Mapping[str, str]) -> str:
    if not isinstance(value, str) or value not in ids:
        raise Invalid(f"Name what you rank by its letter, one of {', '.join(ids)}.")
    return value
