"""What a message says, as the one text that a person reads: its parts, its calls of tools, its pictures."""

import json
from collections.abc import Mapping
from typing import Any

from core.errors import Invalid

LONGEST_PICTURE = 900_000  # characters of a picture inside a text, which has a million
NOTHING = "(no text)"  # stands for a message without any, which no conversation can hold


class Contents:
    """Reads contents. `room`: how many pictures have a field of their own; they are in `pictures` afterwards."""

    def __init__(self, room: int = 0) -> None:
        self.room = room
        self.pictures: list[str] = []

    def text(self, content: Any, place: str) -> str:
        """A text, or the parts of one, as Markdown."""
        if content is None or isinstance(content, str):
            return content or ""
        if not isinstance(content, list):
            sentence = "A content is a text or a list of parts."
            raise Invalid(sentence, {place: sentence})
        return "\n\n".join(filter(None, (self._part(part, place) for part in content)))

    def _part(self, part: Any, place: str) -> str:
        if not isinstance(part, Mapping):
            return part if isinstance(part, str) else ""
        for key in ("text", "refusal"):
            if isinstance(part.get(key), str):
                return str(part[key])
        if (address := part.get("image_url")) is not None:
            return self._picture(address.get("url") if isinstance(address, Mapping) else address, place)
        return f"[{part.get('type', 'part')}]"

    def _picture(self, address: Any, place: str) -> str:
        if not isinstance(address, str):
            sentence = "A picture is one text: its web address or a data URL."
            raise Invalid(sentence, {place: sentence})
        if len(self.pictures) < self.room:
            self.pictures.append(address)
            return f"[image {len(self.pictures)}]"
        if len(address) > LONGEST_PICTURE:
            sentence = (
                f"A picture of {len(address):,} characters does not fit into a conversation. "
                "Give the dataset an image field."
            )
            raise Invalid(sentence, {place: sentence})
        return f"![image](<{address}>)"


def calls(message: Mapping[str, Any]) -> str:
    """The tools that a message calls, as a program would: one call a line in a block of code."""
    found = [call for call in message.get("tool_calls") or () if isinstance(call, Mapping)]
    functions = [call.get("function") or call.get("custom") for call in found] + [
        message.get("function_call")
    ]
    lines = [
        called(one.get("name"), one.get("arguments", one.get("input")))
        for one in functions
        if isinstance(one, Mapping)
    ]
    return "```\n" + "\n".join(lines) + "\n```" if lines else ""


def called(name: Any, arguments: Any) -> str:
    """One call."""
    given = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
    return f"{name}({given})"


def message(role: Any, text: str, **more: Any) -> dict[str, Any]:
    """A message of a conversation; `more`: what else belongs to it, where there is any."""
    kept = {key: value for key, value in more.items() if value not in (None, [], {})}
    return {"role": ROLES.get(str(role), str(role)), "content": text or NOTHING, **kept}


ROLES = {"developer": "system", "function": "tool"}  # as trainers know them
