"""Tools in conversations, as OpenAI writes them: what a record keeps beside the roles and contents of its turns."""

import json
from collections.abc import Mapping
from typing import Any

from feedback.exports.base import ExportRecord
from feedback.exports.turns import Messages
from feedback.item import speaker

KEYS = ("name", "tool_calls", "tool_call_id")


def with_calls(said: Messages, record: ExportRecord) -> list[dict[str, Any]]:
    """The same turns, each with the calls that stand beside it in the record, if any."""
    beside = _beside(record)
    if not beside:
        return [dict(one) for one in said]
    found = []
    for one in said:
        kept = beside.get((one["role"], one["content"]), [])
        more = kept.pop(0) if kept else {}
        content = (
            _without_calls(one["content"], more["tool_calls"]) if "tool_calls" in more else one["content"]
        )
        found.append({**one, "content": content, **more})
    return found


def tools(record: ExportRecord) -> list[Any]:
    """The tools that the model was offered: the record's metadata or field `tools`, or those of the request."""
    request = record.metadata.get("request")
    places = (record.metadata, request if isinstance(request, Mapping) else {}, record.fields)
    for place in places:
        given = place.get("tools")
        if isinstance(given, str):
            try:
                given = json.loads(given)
            except ValueError:
                continue
        if isinstance(given, Mapping):
            given = given.get("tools")
        if isinstance(given, list) and all(isinstance(one, Mapping) for one in given):
            return given
    return []


def _beside(record: ExportRecord) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """(role, content) -> what stands beside the turns that say this, in their order."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for value in record.fields.values():
        for one in value if isinstance(value, list) else ():
            for turn in one.get("messages") or [one] if isinstance(one, Mapping) else ():
                if kept := {key: turn[key] for key in KEYS if turn.get(key)}:
                    said = (speaker(str(turn.get("role"))), str(turn.get("content")))
                    found.setdefault(said, []).append(kept)
    return found


def _without_calls(content: str, calls: Any) -> str:
    """The content without the block that shows the calls to people, as interactions are taken in."""
    names = [str((one.get("function") or {}).get("name")) for one in calls if isinstance(one, Mapping)]
    before, fence, block = content.rpartition("```\n" + names[0] + "(") if names else (content, "", "")
    if not fence or not block.endswith("\n```") or block.count("\n") != len(names):
        return content
    return before.removesuffix("\n\n")
