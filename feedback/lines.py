"""Lists in text boxes, one entry a line: how people write options, points and terms."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext

from feedback.questions.snippets import read_named, write_named

BETWEEN, EXPLAINED = " = ", " | "


def short(text: str) -> str:
    """A word for files from what people read: "Has mistakes" -> "has_mistakes"; the text itself if none is left."""
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")[:200] or text[:200]


class Lines(forms.CharField, ABC):
    """A text box whose lines are entries. Subclasses say what a line is."""

    rows = 4

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.Textarea(attrs={"rows": self.rows, "dir": "auto"}), **kwargs})

    def to_python(self, value: Any) -> Any:
        """The entries of the lines that say something."""
        return self.read([line.strip() for line in str(value or "").splitlines() if line.strip()])

    def prepare_value(self, value: Any) -> Any:
        """What was typed stays as it is; entries become lines."""
        return value if value is None or isinstance(value, str) else "\n".join(self.written(value))

    @abstractmethod
    def read(self, lines: Sequence[str]) -> Any:
        """Entries from lines."""

    @abstractmethod
    def written(self, value: Any) -> list[str]:
        """Lines from entries."""


class OptionLines(Lines):
    """ "wrong = Has mistakes | Facts, figures" -> {"value", "text", "description"}."""

    def read(self, lines: Sequence[str]) -> list[dict[str, Any]]:
        return [_option(line) for line in lines]

    def written(self, value: Sequence[Mapping[str, Any]]) -> list[str]:
        return [_option_line(option) for option in value]


class Pairs(Lines):
    """ "1 = unclear" -> {"1": "unclear"}."""

    def read(self, lines: Sequence[str]) -> dict[str, str]:
        pairs = (line.partition("=") for line in lines)
        return {key.strip(): word.strip() for key, _, word in pairs}

    def written(self, value: Mapping[str, str]) -> list[str]:
        return [f"{key}{BETWEEN}{word}" for key, word in value.items()]


class Terms(Lines):
    """Texts as they are."""

    def read(self, lines: Sequence[str]) -> list[str]:
        return list(lines)

    def written(self, value: Sequence[Any]) -> list[str]:
        return [str(one) for one in value]


class NamedTexts(forms.CharField):
    """Texts of many lines, each below a line with its name: "=== Refusal ===" -> [{"name", "text"}]."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 8, "dir": "auto", "spellcheck": "true"})
        super().__init__(**{"widget": widget, "strip": False, **kwargs})

    def to_python(self, value: Any) -> Any:
        """What stands above the first name is refused with a sentence."""
        try:
            return read_named(str(value or ""))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def prepare_value(self, value: Any) -> Any:
        """What was typed stays as it is."""
        return value if value is None or isinstance(value, str) else write_named(value)


class Code(forms.CharField):
    """A text that a program reads, to the character; its line breaks are LF."""

    def __init__(self, **kwargs: Any) -> None:
        look = {"rows": 12, "class": "code", "spellcheck": "false", "dir": "ltr"}
        super().__init__(**{"widget": forms.Textarea(look), "strip": False, **kwargs})

    def to_python(self, value: Any) -> Any:
        """As it was written, whatever the browser makes of line breaks."""
        return str(value or "").replace("\r\n", "\n")


class Numbers(forms.CharField):
    """Whole numbers in one line: "1 2 3" -> [{"value": 1}, …]."""

    def to_python(self, value: Any) -> Any:
        """What is no number is refused with a sentence."""
        words = re.split(r"[\s,;]+", str(value or "").strip())
        if any(not word.isdecimal() or len(word) > 3 for word in words if word):
            raise forms.ValidationError(
                gettext("Write whole numbers with spaces between them, such as 1 2 3 4 5.")
            )
        return [{"value": int(word)} for word in words if word]

    def prepare_value(self, value: Any) -> Any:
        """Points as they are written."""
        if value is None or isinstance(value, str):
            return value
        return " ".join(str(point["value"]) for point in value)


def _option(line: str) -> dict[str, Any]:
    said, _, description = line.partition(EXPLAINED)
    value, between, text = said.partition(BETWEEN)
    option: dict[str, Any] = {
        "value": value.strip() if between else short(said),
        "text": (text or said).strip(),
    }
    return {**option, "description": description.strip()} if description.strip() else option


def _option_line(option: Mapping[str, Any]) -> str:
    value, text = option["value"], option["text"]
    line = text if value == short(text) else f"{value}{BETWEEN}{text}"
    return f"{line}{EXPLAINED}{option['description']}" if option.get("description") else line
