"""The answer that a record itself holds, which people rate or label as a whole: the last turns of its conversation, or
one of its texts."""

from collections.abc import Sequence

from feedback.exports.base import ExportRecord, Tally
from feedback.exports.prompts import SYSTEM, Prompts, plain_name, promptable
from feedback.exports.turns import Messages, messages, written
from feedback.shape import DatasetShape

ANSWERS = frozenset(
    {"response", "completion", "answer", "output", "reply", "generation"}
)  # what such texts are called


def ownable(shape: DatasetShape) -> list[str]:
    """The fields that may hold it, the likeliest first: a text called so, a conversation, a text behind another."""
    fields = [name for name in promptable(shape) if plain_name(name) not in SYSTEM]
    named = [name for name in fields if plain_name(name) in ANSWERS]
    chats = [name for name in fields if shape.fields[name].kind.holds_turns]
    texts = [name for name in fields if shape.fields[name].kind.holds_text]
    return list(dict.fromkeys([*named, *chats, *texts[1:]]))


class Own:
    """Finds it, with what it answers. `field`: the one that holds it; None: the likeliest that the record has."""

    def __init__(self, shape: DatasetShape, prompt: Sequence[str], field: str | None) -> None:
        self.shape = shape
        self.fields = [field] if field else ownable(shape)
        self.chats = {
            name: Prompts(shape, _with(prompt, name), name)
            for name in self.fields
            if shape.fields[name].kind.holds_turns
        }
        self.texts = {
            name: Prompts(shape, prompt, without=name) for name in self.fields if name not in self.chats
        }

    def of(self, record: ExportRecord, tally: Tally) -> tuple[Messages, Messages] | None:
        """(what was asked, the answer); None, and why in the tally, if a trainer cannot use it."""
        name = next((one for one in self.fields if record.fields.get(one)), None)
        if name is None:
            tally.left_out["records_without_an_answer"] += 1
            return None
        if name in self.chats:
            return self._split(self.chats[name].conversation(record), tally)
        asked = self.texts[name].of(record, tally)
        text = str(record.fields[name])
        if asked is None:
            return None
        if not text.strip():
            tally.left_out["answers_without_text"] += 1
            return None
        return asked, written(text)

    def _split(self, said: Messages, tally: Tally) -> tuple[Messages, Messages] | None:
        """The turns up to the user's last, and those behind."""
        known = messages(said)
        if known is None:
            tally.left_out["prompts_with_unknown_roles"] += 1
            return None
        last = max((place for place, one in enumerate(known) if one["role"] == "user"), default=-1)
        asked, answer = known[: last + 1], known[last + 1 :]
        if not asked or not answer or answer[0]["role"] != "assistant" or answer[-1]["role"] != "assistant":
            tally.left_out["conversations_that_do_not_end_with_an_answer"] += 1
        elif any(one["role"] == "system" for one in known[1:]):
            tally.left_out["prompts_with_misplaced_system_messages"] += 1
        else:
            return asked, answer
        return None


def _with(prompt: Sequence[str], name: str) -> Sequence[str]:
    """The fields of the prompt, with the conversation that goes on to the answer."""
    return prompt if not prompt or name in prompt else [*prompt, name]
