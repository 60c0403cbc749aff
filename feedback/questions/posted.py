"""A ranking as the labeling page posts it."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from feedback.questions import base


def read(form: QueryDict, name: str, ids: Mapping[str, str]) -> dict[str, Any] | None:
    """What `Ranking.clean` takes, out of a form; None if nothing was said. `ids`: letter -> id.

    The form holds `<name>.<letter>` = the tier, `<name>.flags.<letter>`, `<name>.strength.<nth step between tiers>`,
    `<name>.reasons`, `<name>.why`, `<name>.better` and `<name>.better_from` = the letter that it began as.
    """
    placed = [
        {"value": key, "rank": base.whole(tier)}
        for letter, key in ids.items()
        if (tier := form.get(f"{name}.{letter}"))
    ]
    steps = len({str(one["rank"]) for one in placed}) - 1
    said = {
        # Those of steps that are no more: the answers moved together after the strength was said.
        "strengths": [form.get(f"{name}.strength.{step}") or None for step in range(1, steps + 1)],
        "flags": {
            key: flags for letter, key in ids.items() if (flags := _several(form, f"{name}.flags.{letter}"))
        },
        "reasons": _several(form, f"{name}.reasons"),
        "why": _text(form, f"{name}.why"),
        "better": _better(form, name, ids),
    }
    if not placed and not any(said.values()):
        return None
    return {"placed": placed, **said}


def _better(form: QueryDict, name: str, ids: Mapping[str, str]) -> dict[str, Any] | None:
    text = _text(form, f"{name}.better")
    return {"text": text, "from": ids.get(form.get(f"{name}.better_from", ""))} if text.strip() else None


def _text(form: QueryDict, name: str) -> str:
    return form.get(name, "").replace("\r\n", "\n")


def _several(form: QueryDict, name: str) -> list[str]:
    return [value for value in form.getlist(name) if value]
