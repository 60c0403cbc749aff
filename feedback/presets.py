"""What a new dataset can begin with, so that nobody starts at an empty page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Part:
    """A field or a question to be."""

    name: str
    title: str
    settings: Mapping[str, Any]
    required: bool = True


@dataclass(frozen=True)
class Property:
    """A metadata property to be."""

    name: str
    title: str
    settings: Mapping[str, Any]
    visible_for_annotators: bool = True


@dataclass(frozen=True)
class Preset:
    """A task as most people set it up."""

    name: str
    label: str
    description: str
    fields: tuple[Part, ...] = ()
    questions: tuple[Part, ...] = ()
    metadata: tuple[Property, ...] = ()


PROMPT = Part("prompt", "Prompt", {"type": "text", "use_markdown": True})
COMMENT = Part("comment", "Comment", {"type": "text"}, required=False)
SCALE = {
    "type": "rating",
    "options": [{"value": number} for number in range(1, 6)],
    "words": {"1": "bad", "5": "excellent"},
}
FLAWS = {
    "type": "multi_label_selection",
    "options": [
        {"value": "wrong", "text": "Has mistakes"},
        {"value": "off_topic", "text": "Off topic"},
        {"value": "unsafe", "text": "Unsafe"},
    ],
}

PRESETS = (
    Preset(
        "rank",
        gettext_noop("Rank answers"),
        gettext_noop("A prompt with several model answers, put in order. For reward models and DPO."),
        (PROMPT, Part("answers", "Answers", {"type": "candidates", "use_markdown": True})),
        (Part("ranking", "Which answer is better?", {"type": "ranking", "field": "answers"}), COMMENT),
    ),
    Preset(
        "write",
        gettext_noop("Write answers"),
        gettext_noop(
            "A prompt, and a text box for the answer that a model should give. For supervised training."
        ),
        (PROMPT,),
        (Part("answer", "Your answer", {"type": "text", "use_markdown": True}),),
    ),
    Preset(
        "rate",
        gettext_noop("Rate and label"),
        gettext_noop("A prompt with one answer: how good it is, and what is wrong with it."),
        (PROMPT, Part("response", "Answer", {"type": "text", "use_markdown": True})),
        (
            Part("quality", "How good is the answer?", SCALE),
            Part("flaws", "What is wrong with it?", FLAWS, required=False),
            COMMENT,
        ),
    ),
    Preset(
        "interactions",
        gettext_noop("Interactions"),
        gettext_noop(
            "Conversations of your application with a model, which it registers by itself. People rate the answers."
        ),
        (
            Part("conversation", "Conversation", {"type": "chat", "use_markdown": True}),
            Part("answers", "Answers", {"type": "candidates", "use_markdown": True}),
        ),
        (
            Part(
                "quality", "How good is the answer?", SCALE | {"type": "rating_each", "for_each": "answers"}
            ),
            Part("flaws", "What is wrong with it?", FLAWS, required=False),
            COMMENT,
        ),
        (
            # Which model it was is nobody's business while they judge.
            Property("model", "Model", {"type": "terms"}, visible_for_annotators=False),
            Property("latency_ms", "Milliseconds", {"type": "float"}, visible_for_annotators=False),
            Property("total_tokens", "Tokens", {"type": "integer"}, visible_for_annotators=False),
        ),
    ),
    Preset("empty", gettext_noop("Empty"), gettext_noop("Fields and questions of your own.")),
)


def preset(name: str) -> Preset:
    """The one of that name."""
    return next(one for one in PRESETS if one.name == name)
