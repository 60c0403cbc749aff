"""Model answers to compare: each record has as many as it has."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from django.utils.translation import gettext_noop

from core.columns import as_parts
from core.errors import Invalid
from core.schema import Shape
from core.text import check_json
from feedback.fields import adoption, base
from feedback.fields.chat import check_messages
from feedback.item import Candidate, letters, turns

MOST = 100  # answers in one record
LONGEST_ID = 1000  # characters


class Settings(base.Settings):
    """Whether the answers are shown as Markdown."""

    type: Literal["candidates"]
    use_markdown: bool = True


class WireSettings(Shape):
    """Model answers, as a custom field to clients that know none: `kind` says what they are."""

    type: Literal["custom"]
    kind: Literal["candidates"]
    use_markdown: bool = True
    template: str = ""
    advanced_mode: bool = False


# What an Argilla client, which knows no candidates, shows instead: all answers, one below the other.
TEMPLATE = "{{#each record.fields}}{{#each this.candidates}}<p>{{text}}</p>{{/each}}{{/each}}"


class Candidates(base.Kind[Settings]):
    """Answers, each with an id of its own and either a text or messages; further keys stay with it."""

    name = "candidates"
    label = gettext_noop("Model answers")
    order = 30
    schema = Settings
    holds_candidates = True
    example = base.Example(
        settings={"type": "candidates", "use_markdown": True},
        values=[
            [{"id": "a1", "text": "A hole with water.", "model": "model-one"}, {"id": "a2", "text": ""}],
            [
                {
                    "id": "1",
                    "messages": [{"role": "assistant", "content": "A hole."}],
                    "text": None,
                    "cost": {"usd": 0.1},
                }
            ],
            [{"id": str(number), "text": " same "} for number in range(100)],
        ],
        mistakes=[
            *(
                "a",
                3,
                True,
                {},
                [],
                ["a"],
                [None],
                [{"text": "no id"}],
                [{"id": 1, "text": "a"}],
                [{"id": "1"}],
            ),
            [{"id": "", "text": "a"}],
            [{"id": "1", "text": 3}],
            [{"id": "1", "text": "a"}, {"id": "1", "text": "b"}],
            [{"id": "1", "text": "a", "messages": [{"role": "user", "content": "a"}]}],
            [{"id": "1", "messages": []}],
            [{"id": "1", "messages": [{"role": "user"}]}],
            [{"id": "1", "text": "a", "model": 3}],
            [{"id": "1", "text": "a", "seen": {"at": "a\0"}}],
            [{"id": str(number), "text": "a"} for number in range(101)],
        ],
    )

    @classmethod
    def wire_shape(cls) -> type[WireSettings]:
        return WireSettings

    @classmethod
    def from_wire(cls, settings: Mapping[str, Any]) -> "Candidates":
        return super().from_wire({**settings, "type": cls.name})

    def from_column(self, value: Any) -> Any:
        return as_parts(value)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        if isinstance(value, Mapping) and list(value) == [self.name]:
            value = value[self.name]  # as the API has it
        if not isinstance(value, list) or not value:
            raise Invalid('Model answers are a list of {"id": …, "text": …}, at least one.')
        if len(value) > MOST:
            raise Invalid(f"A record has at most {MOST} model answers; this one has {len(value)}.")
        seen: set[str] = set()
        for number, answer in enumerate(value, 1):
            _check(answer, number)
            if answer["id"] in seen:
                raise Invalid(f"Two answers have the id {answer['id']!r}. Give each an id of its own.")
            seen.add(answer["id"])
        check_json(value)
        return value

    def recognizes(self, value: Any) -> bool:
        return isinstance(value, list) and bool(value) and all(adoption.is_answer(one) for one in value)

    def adopt(self, value: Any) -> Any:
        return adoption.adopt(value) if self.recognizes(value) else value

    def restore(self, value: Any) -> Any:
        return adoption.restore(value)

    def candidates(self, value: Any) -> Sequence[Candidate] | None:
        return [_candidate(answer) for answer in value]

    def plain(self, value: Any) -> str:
        return "\n\n".join(_text(answer) for answer in self.candidates(value) or ())

    def for_labeler(self, value: Any, shown: Sequence[str]) -> list[dict[str, Any]]:
        answers = {answer.id: answer for answer in self.candidates(value) or ()}
        lettered = zip(letters(), (answers[key] for key in shown if key in answers), strict=False)
        return [
            {"letter": letter, **({"messages": one.messages} if one.messages else {"text": one.text})}
            for letter, one in lettered
        ]

    def wire(self, value: Any) -> dict[str, Any]:
        """An object, for the Argilla client takes every list in a field for a chat and fails on it."""
        return {self.name: value}

    def wire_for_labeler(self, value: Any, shown: Sequence[str]) -> dict[str, Any]:
        return {self.name: self.for_labeler(value, shown)}

    def wire_settings(self) -> dict[str, Any]:
        settings = {"type": "custom", "template": TEMPLATE, "advanced_mode": False, "kind": self.name}
        return settings if self.settings.use_markdown else {**settings, "use_markdown": False}

    def changed(self, patch: Mapping[str, Any]) -> dict[str, Any]:
        """As usual; but an Argilla client, for which this is a custom field, knows no `use_markdown`."""
        return super().changed({"use_markdown": self.settings.use_markdown, **patch})


def _check(answer: Any, number: int) -> None:
    own_id = answer.get("id") if isinstance(answer, Mapping) else None
    if not isinstance(own_id, str) or not 1 <= len(own_id) <= LONGEST_ID:
        raise Invalid(f"Answer {number} needs an id: a text of 1 to {LONGEST_ID} characters.")
    text, messages = answer.get("text"), answer.get("messages")
    if (text is None) == (messages is None):
        raise Invalid(f"Answer {number} needs either a text or messages.")
    if text is not None and not isinstance(text, str):
        raise Invalid(f"The text of answer {number} must be a text.")
    if messages is not None and not check_messages(messages):
        raise Invalid(f"Answer {number} needs at least one message.")
    if not isinstance(answer.get("model"), str | None):
        raise Invalid(f"The model of answer {number} must be a text.")


def _candidate(answer: Mapping[str, Any]) -> Candidate:
    extra = {key: part for key, part in answer.items() if key not in {"id", "text", "messages", "model"}}
    return Candidate(
        id=answer["id"],
        text=answer.get("text") or "",
        messages=turns(answer.get("messages") or ()),
        model=answer.get("model"),
        extra=extra,
    )


def _text(answer: Candidate) -> str:
    return "\n\n".join(message["content"] for message in answer.messages) or answer.text
