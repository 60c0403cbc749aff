"""Where in a dataset an interaction goes: decided once for a dataset, then done for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid
from feedback.imports.contents import Contents
from feedback.imports.convert import Incoming
from feedback.imports.guess import ANSWER, plain
from feedback.interactions.base import Interaction, recognize
from feedback.shape import DatasetShape

NO_CHAT = (
    "The dataset has no field for a conversation. Make one that begins with Interactions, "
    "or one with a chat field."
)


@dataclass(frozen=True)
class Places:
    """The fields of a dataset that interactions fill.

    `chat`: the conversation; `answers`: model answers, or None; then a single answer goes to the text `reply`, or,
    where there is none either, to the end of the conversation. `pictures`: a field for each.
    """

    shape: DatasetShape
    chat: str
    answers: str | None
    reply: str | None
    pictures: Sequence[str]

    @classmethod
    def of(cls, shape: DatasetShape) -> Places:
        """Those of this dataset; `Invalid`, in plain words, if it does not suit."""
        chats = sorted(
            (name for name, one in shape.fields.items() if one.kind.holds_turns),
            key=lambda name: not shape.fields[name].required,
        )
        if not chats:
            raise Invalid(NO_CHAT)
        answers = [name for name, one in shape.fields.items() if one.kind.holds_candidates]
        replies = [
            name for name, one in shape.fields.items() if one.kind.holds_text and plain(name) in ANSWER
        ]
        reply = None if answers or not replies else replies[0]
        pictures = [name for name, one in shape.fields.items() if one.kind.is_picture]
        found = cls(shape, chats[0], answers[0] if answers else None, reply, pictures)
        found._refuse_unfilled()
        return found

    def _refuse_unfilled(self) -> None:
        filled = {self.chat, self.answers, self.reply}
        for name, field in self.shape.fields.items():
            if field.required and name not in filled:
                raise Invalid(f"The field {name!r} is required, and nothing of an interaction goes there.")

    def place(self, request: Mapping[str, Any], response: Mapping[str, Any], **about: Any) -> Incoming:
        """The record that this pair becomes, checked; `Invalid.errors` says what is wrong where.

        `about`: further metadata, before which that of the response stands back.
        """
        contents = Contents(room=len(self.pictures))
        found = recognize(request, response).read(request, response, contents)
        fields = self._fields(found) | dict(zip(self.pictures, contents.pictures, strict=False))
        known = {**found.about, **{name: value for name, value in about.items() if value is not None}}
        kept = {
            name: value
            for name, value in known.items()
            if name in self.shape.metadata or self.shape.allow_extra_metadata
        }
        return Incoming(found.id, self.shape.clean_fields(fields), self.shape.clean_metadata(kept))

    def _fields(self, found: Interaction) -> dict[str, Any]:
        said = list(found.messages)
        if self.answers is not None:
            return {self.chat: said, self.answers: _candidates(found)}
        if len(found.answers) > 1:
            sentence = (
                f"The response has {len(found.answers)} choices, and the dataset has no field for model answers. "
                "Send one choice, or make a dataset that begins with Interactions."
            )
            raise Invalid(sentence, {"response.choices": sentence})
        [answer] = found.answers
        if self.reply is not None:
            return {self.chat: said, self.reply: "\n\n".join(one["content"] for one in answer)}
        return {self.chat: [*said, *answer]}


def _candidates(found: Interaction) -> list[dict[str, Any]]:
    """Each answer as a model answer: one plain text, or the messages that it is made of."""
    model = found.about.get("model")
    named = {"model": model} if isinstance(model, str) else {}
    return [
        {"id": str(number), **_said(answer), **named, **extra}
        for number, (answer, extra) in enumerate(zip(found.answers, found.extras, strict=True), 1)
    ]


def _said(answer: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if len(answer) == 1 and answer[0].keys() == {"role", "content"}:
        return {"text": answer[0]["content"]}
    return {"messages": [dict(one) for one in answer]}
