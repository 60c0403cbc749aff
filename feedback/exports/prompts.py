"""What was asked: the prompt of a record, out of its conversation or its texts."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext_noop
from pydantic import Field

from feedback.exports.base import ExportRecord, Options, Tally
from feedback.exports.turns import Form, Messages, messages
from feedback.item import speaker
from feedback.shape import DatasetShape

SYSTEM = frozenset({"system", "system_prompt", "system_message"})  # fields that hold the system message


class PromptOptions(Options):
    """What every training format asks about the prompt."""

    prompt: list[str] = Field(
        [],
        title=gettext_noop("Prompt"),
        description=gettext_noop(
            "Fields that make up the prompt, in this order. None chosen: the conversation, if a "
            "record has one, else the first text. A field named system becomes the system message."
        ),
    )
    extra: bool = Field(
        True,
        title=gettext_noop("Extra answers"),
        description=gettext_noop("Use answers too that came when a record had enough."),
    )


class FormOptions(Options):
    """Whether a row holds messages or plain texts."""

    form: Form = Field(
        "conversational",
        title=gettext_noop("Form"),
        description=gettext_noop(
            "Messages suit chat models. Plain texts suit base models and hold single questions only."
        ),
        json_schema_extra={
            "words": {"conversational": gettext_noop("Messages"), "standard": gettext_noop("Plain texts")}
        },
    )


def promptable(shape: DatasetShape) -> list[str]:
    """The fields that can be part of a prompt: texts and conversations that no ranking puts in order."""
    rankings = [one.kind for one in shape.questions.values() if "tiers" in one.kind.means()]
    judged = {name for kind in rankings for name in kind.judges}
    return [
        name
        for name in shape.fields
        if name not in judged and (_is_text(shape, name) or _is_chat(shape, name))
    ]


class Prompts:
    """Finds the prompts of a dataset's records.

    `names`: the fields to use; none: a guess for each record, of all conversations, or of this one `chat`;
    `without`: a field that is none of them.
    """

    def __init__(
        self, shape: DatasetShape, names: Sequence[str], chat: str | None = None, without: str | None = None
    ) -> None:
        self.shape = shape
        self.guessing = not names
        fields = [name for name in names or promptable(shape) if name != without]
        self.system = [name for name in fields if plain_name(name) in SYSTEM]
        self.names = [name for name in fields if name not in self.system]
        self.chats = [
            name for name in self.names if _is_chat(shape, name) and (names or chat in (None, name))
        ]
        self.texts = [name for name in self.names if _is_text(shape, name)]

    def of(self, record: ExportRecord, tally: Tally) -> Messages | None:
        """The conversation to answer; None, and why in the tally, if there is none that a trainer can use."""
        return self._usable(self.conversation(record), tally)

    def before_the_answer(self, record: ExportRecord, tally: Tally) -> Messages | None:
        """The same, of a conversation that may have its answer already."""
        asked = self.conversation(record)
        while asked and speaker(asked[-1]["role"]) == "assistant":
            asked.pop()
        return self._usable(asked, tally)

    def _usable(self, asked: Messages, tally: Tally) -> Messages | None:
        found = messages(asked)
        if not asked:
            tally.left_out["records_without_prompt"] += 1
        elif found is None:
            tally.left_out["prompts_with_unknown_roles"] += 1
        elif any(one["role"] == "system" for one in found[1:]):
            tally.left_out["prompts_with_misplaced_system_messages"] += 1
        elif found[-1]["role"] not in {"user", "tool"}:
            tally.left_out["prompts_that_do_not_end_with_the_user"] += 1
        else:
            return found
        return None

    def conversation(self, record: ExportRecord) -> Messages:
        """All turns of it, whoever speaks last, with the roles that the record has."""
        if self.guessing:
            chat = next((turns for name in self.chats if (turns := self._turns(record, name))), [])
            asked = chat or self._joined(record, self.texts[:1])
        else:
            asked = self._joined(record, self.names)
        if not asked or asked[0]["role"] == "system":
            return asked
        return [one | {"role": "system"} for one in self._joined(record, self.system)] + asked

    def _joined(self, record: ExportRecord, names: Sequence[str]) -> Messages:
        """The turns of chats as they are; texts next to each other make one turn, blank lines between."""
        found: Messages = []
        texts: list[str] = []
        for name in names:
            value = record.fields.get(name)
            if not value or (isinstance(value, str) and not value.strip()):
                continue
            if name in self.chats:
                found += [*_turn(texts), *self._turns(record, name)]
                texts = []
            else:
                texts.append(value)
        return [*found, *_turn(texts)]

    def _turns(self, record: ExportRecord, name: str) -> Messages:
        value = record.fields.get(name)
        return [dict(one) for one in self.shape.fields[name].kind.messages(value) or ()] if value else []


def plain_name(name: str) -> str:
    """The name of a field as one would write it for programs: system_prompt for "System prompt"."""
    return re.sub(r"[\W_]+", "_", name.casefold())


def _turn(texts: Sequence[str]) -> Messages:
    return [{"role": "user", "content": "\n\n".join(texts)}] if texts else []


def _is_chat(shape: DatasetShape, name: str) -> bool:
    return shape.fields[name].kind.recognizes([{"role": "user", "content": "Hello."}])


def _is_text(shape: DatasetShape, name: str) -> bool:
    return shape.fields[name].kind.recognizes("Hello.")
