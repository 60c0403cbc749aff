"""Model answers as they stand in files, brought to our shape and back again without loss.

Files hold plain strings, or objects that call the text `content`, the id `response_id`. An answer that
had to be changed says how under `as_imported`: "text" for a plain string, otherwise {"names": our key -> its
key in the file, or null if we made it, "replaced": the keys and values that gave way to ours}.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

TEXT_KEYS = ("text", "content", "response", "completion", "output", "answer")
ID_KEYS = ("id", "response_id")
NOTE = "as_imported"


def is_answer(value: Any) -> bool:
    """Whether it looks like a model answer: a string, or an object with a text; a chat message is none."""
    if isinstance(value, str):
        return True
    if not isinstance(value, dict) or "role" in value:
        return False
    has_parts = isinstance(value.get("text"), str) or isinstance(value.get("messages"), list)
    return has_parts or _text_key(value) is not None


def adopt(answers: Sequence[Any]) -> list[Any]:
    """Each answer with `id` and `text` or `messages`; a missing id is made: the first free of "1", "2" …"""
    if all(map(_is_ours, answers)):
        return list(answers)
    taken = {_own_id(answer) for answer in answers}
    free = (str(number) for number in count(1) if str(number) not in taken)
    return [_adopt(answer, free) for answer in answers]


def restore(answers: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The answers as they stood in the file."""
    return [_restore(answer) if NOTE in answer else answer for answer in answers]


def _is_ours(answer: Any) -> bool:
    """Whether it has our shape already: most have, and there are millions of them."""
    if not isinstance(answer, dict) or not _is_id(answer.get("id")):
        return False
    return isinstance(answer.get("text"), str) or isinstance(answer.get("messages"), list)


def _adopt(answer: Any, free: Iterator[str]) -> Any:
    if isinstance(answer, str):
        return {"id": next(free), "text": answer, NOTE: "text"}
    if NOTE in answer:  # adopted before, or a key of the file's own, which must not be overwritten
        return answer
    names: dict[str, str | None] = {}
    replaced: dict[str, Any] = {}
    adopted = dict(answer)
    if (key := _text_key(answer)) not in (None, "text"):
        names["text"] = key
        replaced |= {"text": adopted["text"]} if "text" in adopted else {}
        adopted["text"] = adopted.pop(str(key))
    if not _is_id(answer.get("id")):
        names["id"] = "response_id" if _is_id(answer.get("response_id")) else None
        replaced |= {"id": adopted["id"]} if "id" in adopted else {}
        adopted["id"] = _made_id(adopted, free)
    return {**adopted, NOTE: {"names": names, "replaced": replaced}} if names else answer


def _made_id(adopted: dict[str, Any], free: Iterator[str]) -> str:
    if _is_id(adopted.get("response_id")):
        return str(adopted.pop("response_id"))
    numbers = (str(adopted[key]) for key in ID_KEYS if type(adopted.get(key)) is int)
    return next(numbers, "") or next(free)


def _restore(answer: Mapping[str, Any]) -> Any:
    note = answer[NOTE]
    if note == "text":
        return answer["text"]
    found = {key: value for key, value in answer.items() if key != NOTE and key not in note["names"]}
    names = {theirs: answer[ours] for ours, theirs in note["names"].items() if theirs is not None}
    return {**found, **names, **note["replaced"]}


def _text_key(answer: Mapping[str, Any]) -> str | None:
    if isinstance(answer.get("messages"), list):
        return None
    return next((key for key in TEXT_KEYS if isinstance(answer.get(key), str)), None)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _own_id(answer: Any) -> str | None:
    """The id that the file gives this answer: text, or a number."""
    if not isinstance(answer, dict):
        return None
    values = [answer.get(key) for key in ID_KEYS]
    return next((str(value) for value in values if _is_id(value) or type(value) is int), None)
