"""What stands on a card: {"text", "messages" or "picture", "use_markdown"}, and nothing that names a model."""

from typing import Any

from feedback.item import Candidate, Item, turns
from feedback.questions.options import Option


def of_candidate(candidate: Candidate, *, markdown: bool) -> dict[str, Any]:
    """The answer, without its id, model and further keys."""
    return {"text": candidate.text, "messages": turns(candidate.messages), "use_markdown": markdown}


def of_option(option: Option, item: Item) -> dict[str, Any]:
    """The field named like the option, a text, a chat or an image; without such a field the option's own text."""
    name = option.value
    value = item.fields.get(name) if name not in item.candidates else None
    card = {"text": "", "messages": [], "use_markdown": name in item.markdown}
    if name in item.pictures and value:
        return card | {"picture": value, "text": option.text}
    if isinstance(value, list):
        return card | {"messages": turns(value)}
    if isinstance(value, str):
        return card | {"text": value}
    return card | {"text": option.text, "use_markdown": False}
