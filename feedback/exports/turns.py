"""Prompts and answers as trainers read them: lists of {"role", "content"}, or plain texts."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from json import dumps
from typing import Any, Literal
from unicodedata import normalize

import pyarrow as pa

from feedback.item import speaker

Messages = list[dict[str, str]]
Form = Literal["conversational", "standard"]

MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
ABOUT = [(name, pa.string()) for name in ("group", "record_id", "annotator")]  # where the reader allows them
CUT_AT = 1024 * 4  # characters: about the 1,024 tokens at which trainers cut or drop rows by default


def messages(given: Sequence[Mapping[str, str]]) -> Messages | None:
    """The same with the roles that trainers know; None if one is unknown."""
    found = [{"role": speaker(one["role"]), "content": one["content"]} for one in given]
    for one in found:
        if not one["role"]:
            return None
    return found


def written(text: str) -> Messages:
    """An answer that is one text."""
    return [{"role": "assistant", "content": text}]


def group(asked: Messages) -> str:
    """The same for all rows of one prompt in all exports: a hash of its text, less case and spacing."""
    plain = [[one["role"], " ".join(normalize("NFKC", one["content"]).casefold().split())] for one in asked]
    return blake2b(dumps(plain).encode(), digest_size=8).hexdigest()


def shaped(asked: Messages, answers: Sequence[Messages], form: Form) -> tuple[Any, list[Any]] | None:
    """Prompt and answers in that form; None if they are a conversation, which no plain text can say."""
    if form == "conversational":
        return asked, list(answers)
    turns = [one for one in asked if one["role"] != "system"]
    if len(turns) != 1 or turns[0]["role"] != "user" or any(len(answer) != 1 for answer in answers):
        return None
    text = "\n\n".join(one["content"] for one in asked)
    # Without a space between, the last word of the prompt and the first of the answer would make one token.
    return (text if text[-1].isspace() else text + "\n"), [answer[0]["content"] for answer in answers]


def single(asked: Messages, answer: Messages) -> tuple[str, str, str] | None:
    """System message (or nothing), question and answer of a conversation that has no more than these."""
    *before, question = asked
    if (
        [one["role"] for one in before] not in ([], ["system"])
        or question["role"] != "user"
        or len(answer) != 1
    ):
        return None
    return before[0]["content"] if before else "", question["content"], answer[0]["content"]


def column(form: Form) -> pa.DataType:
    """Of a column of prompts or answers in that form."""
    return MESSAGES if form == "conversational" else pa.string()


def length(said: Messages) -> int:
    """Characters of all turns."""
    return sum(len(one["content"]) for one in said)


def is_long(*parts: Messages) -> bool:
    """Whether trainers, unless told otherwise, cut or drop a row of these parts."""
    return sum(map(length, parts)) > CUT_AT
