"""What files for LLaMA-Factory share: its words for who speaks, its two forms, and the list of files that it reads."""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Literal

import pyarrow as pa
from django.utils.translation import gettext_noop
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
PROMPT = {"prompt": "instruction", "query": "input"}
BEFORE = {"system": "system", "history": "history"}


class FormOptions(Options):
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


def instruction(asked: Messages) -> dict[str, Any] | None:
    """The columns of a prompt in the form of Alpaca; None if it has turns of tools, or two of one speaker in a row."""
    system = asked[0]["content"] if asked[0]["role"] == "system" else ""
    said = asked[1:] if system else asked
    texts = [one["content"] for one in said]
    if rules.in_turn([one["role"] for one in said], {"user"}, {"assistant"}) or len(said) % 2 == 0:
        return None
    history = [list(two) for two in zip(texts[:-1:2], texts[1:-1:2], strict=True)]
    return {"instruction": texts[-1], "input": "", "system": system, "history": history}


def takes_turns(said: Sequence[Mapping[str, str]], *, even: bool) -> str | None:
    """As LLaMA-Factory wants it, which else passes over the row: people and programs in turn, an even number if the
    answer is there, else an odd one."""
    turns = said[1:] if said and said[0]["from"] == "system" else said
    if not turns or len(turns) % 2 != (not even):
        return rules.in_turn(["nobody"], ASKING, ANSWERING)
    return rules.first(
        rules.filled(*(one["value"] for one in said)),
        rules.in_turn([one["from"] for one in turns], ASKING, ANSWERING),
    )


def dataset_info(written: Mapping[str, Sequence[str]], entry: Mapping[str, Any]) -> dict[str, str]:
    """The companion that names each file and its columns; it stands in the folder with the data."""
    files = [name for names in written.values() for name in names]
    listed = {PurePosixPath(name).stem: {"file_name": name, **entry} for name in files}
    return {"dataset_info.json": json.dumps(listed, indent=2) + "\n"}
