"""A conversation: messages, each with a role and what was said."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext_noop, ngettext

from core.columns import as_parts
from core.errors import Invalid
from core.text import check_json
from feedback.fields import base
from feedback.item import turns

MOST_MESSAGES = 500
MOST_WRITTEN = 12  # that a person writes on a page
ROLES = ("user", "assistant")
LONGEST_ROLE = 20  # characters
LONGEST_CONTENT = 1_000_000  # characters; Argilla stops at 20,000, and real answers do not


class Settings(base.Settings):
    """Whether what was said is shown as Markdown."""

    type: Literal["chat"]
    use_markdown: bool = True


class Chat(base.Kind[Settings]):
    """Messages in turn, kept as they came: further keys of a message stay with it."""

    name = "chat"
    label = gettext_noop("Chat")
    order = 20
    schema = Settings
    holds_turns = True
    is_written = True
    example = base.Example(
        settings={"type": "chat", "use_markdown": True},
        values=[
            [{"role": "user", "content": "What is a well?"}, {"role": "assistant", "content": "A hole.\n"}],
            [],
            [{"role": "tool", "content": " 7 ", "name": "count", "arguments": {"of": ["wells"]}}],
            [{"role": "user", "content": "x" * 42_000}],
        ],
        mistakes=[
            *("What is a well?", 3, True, {"role": "user", "content": "a"}, ["a"], [[]], [None]),
            *(
                [{"role": "user"}],
                [{"content": "a"}],
                [{"role": "", "content": "a"}],
                [{"role": "user", "content": ""}],
            ),
            [{"role": "u" * 21, "content": "a"}],
            [{"role": "user", "content": 3}],
            [{"role": "user", "content": "a\0b"}],
            [{"role": "user", "content": "a", "note": "\ud800"}],
            [{"role": "user", "content": "a", "score": float("nan")}],
            [{"role": "user", "content": "a"}] * 501,
        ],
    )

    def from_column(self, value: Any) -> Any:
        return as_parts(value)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        return check_messages(value)

    def read(self, form: QueryDict, name: str) -> list[dict[str, str]] | None:
        said = [
            {"role": form.get(f"{name}.{number}.role", ""), "content": content.replace("\r\n", "\n")}
            for number in range(MOST_WRITTEN)
            if (content := form.get(f"{name}.{number}.content", "")).strip()
        ]
        return said or None

    def fill(self, value: Any) -> list[dict[str, str]]:
        """As many rows as can be written; the roles take turns until somebody chooses others."""
        begun = turns(value or ())
        ahead = [{"role": ROLES[number % 2], "content": ""} for number in range(len(begun), MOST_WRITTEN)]
        return begun + ahead

    def recognizes(self, value: Any) -> bool:
        return isinstance(value, list) and bool(value) and all(is_message(one) for one in value)

    def messages(self, value: Any) -> Sequence[Mapping[str, str]] | None:
        return turns(value)

    def plain(self, value: Any) -> str:
        return "\n\n".join(message["content"] for message in value)

    def for_labeler(self, value: Any, shown: Sequence[str]) -> list[dict[str, str]]:
        return turns(value)


def is_message(value: Any) -> bool:
    """Whether it has a role and a content, both text."""
    return isinstance(value, Mapping) and all(isinstance(value.get(key), str) for key in ("role", "content"))


def check_messages(value: Any) -> list[dict[str, Any]]:
    """The conversation, unchanged; or `Invalid`, saying which message is wrong. Also for candidates."""
    if not isinstance(value, list):
        raise Invalid('A conversation is a list of {"role": …, "content": …}.')
    if len(value) > MOST_MESSAGES:
        raise Invalid(
            ngettext(
                "A conversation has at most %(most)s message; this one has %(given)s.",
                "A conversation has at most %(most)s messages; this one has %(given)s.",
                MOST_MESSAGES,
            )
            % {"most": MOST_MESSAGES, "given": len(value)}
        )
    for number, message in enumerate(value, 1):
        if not is_message(message):
            raise Invalid(f"Message {number} needs a role and a content, both text.")
        if not 1 <= len(message["role"]) <= LONGEST_ROLE:
            raise Invalid(f"The role of message {number} must have 1 to {LONGEST_ROLE} characters.")
        if not 1 <= len(message["content"]) <= LONGEST_CONTENT:
            raise Invalid(
                ngettext(
                    "The content of message %(number)s must have 1 to %(most)s character.",
                    "The content of message %(number)s must have 1 to %(most)s characters.",
                    LONGEST_CONTENT,
                )
                % {"number": number, "most": f"{LONGEST_CONTENT:,}"}
            )
    check_json(value)
    return value
