"""What files for LLaMA-Factory share: its words for who speaks, its two forms, and the list of files that it reads."""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Literal

import pyarrow as pa
from django.utils.translation import gettext, gettext_noop
from pydantic import Field

from feedback.exports import rules
from feedback.exports.base import Options
from feedback.exports.turns import Messages

FILE_TYPES = ("jsonl", "json", "parquet")
TURN = pa.struct([("from", pa.string()), ("value", pa.string())])
TURNS = pa.list_(TURN)
HISTORY = pa.list_(pa.list_(pa.string()))
SPEAKERS = {"system": "system", "user": "human", "assistant": "gpt", "tool": "observation"}
ASKING, ANSWERING = frozenset({"human", "observation"}), frozenset({"gpt", "function_call"})


class HistoryOptions(Options):
    """Whether an instruction comes with what was said before."""

    history: bool = Field(
        False,
        title=gettext_noop("History"),
        description=gettext_noop(
            "Alpaca only: adds a column with what was said before, without which conversations are left out. Choose "
            "Parquet then: where the first conversation comes late, readers of JSON Lines fail."
        ),
    )


class FormOptions(HistoryOptions):
    """In which of the two forms."""

    form: Literal["sharegpt", "alpaca"] = Field(
        "sharegpt",
        title=gettext_noop("Form"),
        description=gettext_noop(
            "ShareGPT holds any conversation; Alpaca an instruction with what was said before."
        ),
        json_schema_extra={"words": {"sharegpt": "ShareGPT", "alpaca": "Alpaca"}},
    )


def conversation(said: Messages) -> list[dict[str, str]]:
    """The turns as ShareGPT writes them."""
    return [{"from": SPEAKERS[one["role"]], "value": one["content"]} for one in said]


def instruction(asked: Messages, options: HistoryOptions) -> dict[str, Any] | None:
    """The columns of a prompt in the form of Alpaca; None if it cannot say the turns before, or their speakers."""
    system = asked[0]["content"] if asked[0]["role"] == "system" else ""
    said = asked[1:] if system else asked
    texts = [one["content"] for one in said]
    if rules.in_turn([one["role"] for one in said], {"user"}, {"assistant"}) or len(said) % 2 == 0:
        return None
    if not options.history:
        return {"instruction": texts[-1], "input": "", "system": system} if len(said) == 1 else None
    history = [list(two) for two in zip(texts[:-1:2], texts[1:-1:2], strict=True)]
    return {"instruction": texts[-1], "input": "", "system": system, "history": history}


def prompt_columns(options: HistoryOptions) -> list[tuple[str, pa.DataType]]:
    """Of a prompt in the form of Alpaca."""
    texts = [(name, pa.string()) for name in ("instruction", "input", "system")]
    return [*texts, ("history", HISTORY)] if options.history else texts


def prompt_entry(options: HistoryOptions) -> dict[str, str]:
    """The same in dataset_info.json: its name for a column -> ours. A column that it names must be there."""
    names = {"prompt": "instruction", "query": "input", "system": "system"}
    return names | {"history": "history"} if options.history else names


def filled_prompt(data: Mapping[str, Any]) -> str | None:
    """A prompt in the form of Alpaca has no empty text but the input and the system message."""
    return rules.filled(data["instruction"], *(text for two in data.get("history", ()) for text in two))


def takes_turns(said: Sequence[Mapping[str, str]], *, even: bool) -> str | None:
    """As LLaMA-Factory wants it, which else passes over the row: people and programs in turn, an even number if the
    answer is there, else an odd one."""
    turns = said[1:] if said and said[0]["from"] == "system" else said
    if not turns or (len(turns) % 2 == 0) != even:
        return gettext("The conversation has a turn too few or too many.")
    return rules.first(
        rules.filled(*(one["value"] for one in said)),
        rules.in_turn([one["from"] for one in turns], ASKING, ANSWERING),
    )


def dataset_info(written: Mapping[str, Sequence[str]], entry: Mapping[str, Any]) -> dict[str, str]:
    """The companion that names each file and its columns; it stands in the folder with the data."""
    files = [name for names in written.values() for name in names]
    listed = {PurePosixPath(name).stem: {"file_name": name, **entry} for name in files}
    return {"dataset_info.json": json.dumps(listed, indent=2) + "\n"}
