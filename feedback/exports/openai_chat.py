"""Chat fine-tuning as OpenAI takes it, and those who take its files: conversations, and nothing beside."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
from django.utils.translation import gettext, gettext_noop
from pydantic import Field

from feedback.exports import rules
from feedback.exports.calls import tools, with_calls
from feedback.exports.demonstrations import Demonstration, DemonstrationOptions
from feedback.exports.families import OfDemonstrations
from feedback.shape import DatasetShape


class Options(DemonstrationOptions):
    """What is learned of a conversation, and whether tools are said."""

    learn: Literal["all", "last"] = Field(
        "all",
        title=gettext_noop("Learn from"),
        description=gettext_noop(
            "Earlier answers of a conversation were given by whatever model came before: weight 0 keeps them from "
            "being learned."
        ),
        json_schema_extra={
            "words": {
                "all": gettext_noop("All turns of the assistant"),
                "last": gettext_noop("The answer alone"),
            }
        },
    )
    tools: bool = Field(
        False,
        title=gettext_noop("Tools"),
        description=gettext_noop(
            "Adds the tools that the record names in its metadata or a field called tools, and the calls in its turns."
        ),
    )
    parallel_tool_calls: bool = Field(
        True,
        title=gettext_noop("Parallel calls"),
        description=gettext_noop("With tools only: whether several may be called at once."),
    )


class OpenAiChat(OfDemonstrations[Options]):
    """One row a conversation that ends with the assistant."""

    name = "openai_chat"
    label = gettext_noop("OpenAI fine-tuning")
    order = 50
    description = gettext_noop(
        "Conversations for supervised fine-tuning by OpenAI, Azure, Together or Fireworks. They want 10 rows at least; "
        "OpenAI takes files of up to 512 MB."
    )
    schema = Options
    file_types = ("jsonl",)
    least_rows = 10
    most_bytes = 512_000_000  # of a file that OpenAI takes

    def data(self, one: Demonstration, options: Options) -> dict[str, Any] | None:
        said = one.asked + one.answer
        messages = with_calls(said, one.source) if options.tools else [dict(turn) for turn in said]
        if options.learn == "last":
            for place, turn in enumerate(messages):
                if turn["role"] == "assistant":
                    turn["weight"] = int(place >= len(one.asked))
        if not options.tools:
            return {"messages": messages}
        return {
            "messages": messages,
            "tools": tools(one.source),
            "parallel_tool_calls": options.parallel_tool_calls,
        }

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        more = [("tools", pa.string()), ("parallel_tool_calls", pa.bool_())] if options.tools else []
        return pa.schema([("messages", pa.string()), *more])  # turns differ in what they have: free JSON

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        return rules.first(
            rules.plain(data),
            rules.only(data, "messages"),
            rules.whole(data["messages"]),
            _weights(data["messages"]),
            _calls(data["messages"]),
        )


def _weights(messages: Sequence[Mapping[str, Any]]) -> str | None:
    """0 or 1, of the assistant's turns alone, not all of them 0."""
    weights = [one["weight"] for one in messages if "weight" in one]
    if any("weight" in one for one in messages if one["role"] != "assistant") or set(weights) - {0, 1}:
        return gettext("A weight is 0 or 1, and stands at turns of the assistant.")
    return gettext("No turn has a weight to be learned.") if weights and not any(weights) else None


def _calls(messages: Sequence[Mapping[str, Any]]) -> str | None:
    """What a tool says answers a call before it."""
    called = {call["id"] for one in messages for call in one.get("tool_calls", ()) if "id" in call}
    given = {one["tool_call_id"] for one in messages if "tool_call_id" in one}
    return gettext("A tool answers a call that nobody made.") if given - called else None
