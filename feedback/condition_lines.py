"""Conditions of questions as people write them: a question, then the answers that will do, one a line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from feedback.lines import Terms

OR_MORE = re.compile(r"(\d{1,2}) (?:or|and) more", re.IGNORECASE)
HOW = gettext_noop(
    "Write the labels or points that will do, one a line, or “4 or more”; nothing if any answer will."
)


def read(question: str, lines: Sequence[str]) -> dict[str, Any]:
    """The condition as a kind takes it."""
    if len(lines) == 1 and (least := OR_MORE.fullmatch(lines[0])):
        return {"question": question, "at_least": int(least[1])}
    return {"question": question} | ({"any_of": list(lines)} if lines else {})


def written(condition: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The question's name, and the lines below it."""
    least = condition.get("at_least")
    lines = [f"{least} or more"] if least is not None else [str(one) for one in condition.get("any_of") or ()]
    return str(condition["question"]), lines


class ConditionWidget(forms.MultiWidget):
    """The question from a list, and lines below it."""

    use_fieldset = True

    def decompress(self, value: Any) -> list[Any]:
        if not value:
            return [None, None]
        question, lines = written(value)
        return [question, "\n".join(lines)]


class ConditionField(forms.MultiValueField):
    """A condition on one of these questions: (name, title)."""

    def __init__(self, *, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        question = forms.ChoiceField(choices=[("", gettext_lazy("– always –")), *choices], required=False)
        answers = Terms(required=False)
        question.widget.attrs["aria-label"] = gettext_lazy("The earlier question")
        answers.widget = forms.Textarea(
            {"rows": 3, "dir": "auto", "aria-label": gettext_lazy("Answers that will do, one a line")}
        )
        super().__init__(
            fields=[question, answers],
            widget=ConditionWidget([question.widget, answers.widget]),
            require_all_fields=False,
            **{**kwargs, "required": False},
        )

    def compress(self, data_list: Sequence[Any]) -> dict[str, Any] | None:
        """None: it is always asked."""
        question, lines = data_list or ("", [])
        if not question and lines:
            raise forms.ValidationError(gettext("Choose the earlier question that has these answers."))
        return read(question, lines) if question else None
