"""Transcripts of Anthropic's HH data: two conversations as texts, one better than the other."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports import turns
from feedback.imports.shapes import base
from feedback.imports.shapes.base import Row
from feedback.imports.turns import Messages
from feedback.shape import DatasetShape

SPEAKERS = {"Human": "user", "Assistant": "assistant"}
TURN = re.compile(r"\n\n(Human|Assistant):")


class HhTranscripts(base.Kind):
    """`chosen` and `rejected`, each with `\\n\\nHuman:` and `\\n\\nAssistant:` before what they say."""

    name = "hh"
    label = gettext_noop("Anthropic HH transcripts")
    order = 20

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(
            sample,
            lambda row: all(
                isinstance(row.get(name), str) and row[name].startswith("\n\nHuman:")
                for name in ("chosen", "rejected")
            ),
        )

    def turned(self, data: Row) -> dict[str, Any]:
        asked, chosen, rejected = turns.apart(transcript(data["chosen"]), transcript(data["rejected"]))
        own = {
            "messages": asked,
            "answers": [turns.answer("chosen", chosen), turns.answer("rejected", rejected)],
            "ranking": turns.ranking(["chosen"], ["rejected"]),
        }
        return turns.beside(data, {"chosen", "rejected"}, own)

    def places(self, columns: Sequence[str], shape: DatasetShape) -> dict[str, str]:
        return base.ranking_of(columns, shape)


def transcript(text: str) -> Messages:
    """What is said in turn. A turn without words says nothing and is left out."""
    parts = TURN.split(text)
    if parts[0].strip():
        raise ValueError("Something stands before the first speaker.")
    said = [
        {"role": SPEAKERS[name], "content": words.strip()}
        for name, words in zip(parts[1::2], parts[2::2], strict=True)
    ]
    found = [one for one in said if one["content"]]
    if not found:
        raise ValueError("Nobody says anything.")
    return found
