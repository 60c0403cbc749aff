"""A text: a prompt, an answer, a document."""

from typing import Any, Literal

from django.utils.translation import gettext_noop

from core.columns import as_text
from core.errors import Invalid
from core.text import check_text
from feedback.fields import base, image_address


class Settings(base.Settings):
    """Whether the text is shown as Markdown."""

    type: Literal["text"]
    use_markdown: bool = False


class Text(base.Kind[Settings]):
    """One text of any length, kept to the character."""

    name = "text"
    label = gettext_noop("Text")
    order = 10
    schema = Settings
    holds_text = True
    is_written = True
    example = base.Example(
        settings={"type": "text", "use_markdown": True},
        values=["Explain *wells*.", "", "  \r\n بئر 🕳️\t", "x" * 42_000],
        mistakes=[3, 2.5, True, ["a"], {"text": "a"}, "a\0b", "\udc00"],
    )

    def clean(self, value: Any) -> str:
        if not isinstance(value, str):
            raise Invalid("This field holds text. Write numbers and the like in quotes.")
        check_text(value)
        return value

    def from_column(self, value: Any) -> Any:
        return as_text(value)

    def recognizes(self, value: Any) -> bool:
        return isinstance(value, str) and not image_address.is_picture(value)

    def plain(self, value: Any) -> str:
        return str(value)
