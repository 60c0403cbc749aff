"""What an action refuses while a form of the admin is saved: said beside the fields when the form comes again."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.http import HttpRequest

from accounts.forms import explain
from core.errors import Conflict, DomainError, Forbidden, Invalid

REFUSALS = (Invalid, Conflict, Forbidden)


class RefusedError(Exception):
    """An action refused what one form of a page says; `prefix` tells which form, None is the main one."""

    def __init__(self, prefix: str | None, why: DomainError) -> None:
        super().__init__(str(why))
        self.prefix = prefix
        self.why = why


def remember(request: HttpRequest, refused: RefusedError) -> None:
    """Let the forms of this request's second reading know."""
    vars(request)["refused"] = refused


class ActionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that is written by an action. The admin sets `request` on the class that it makes for each request."""

    request: ClassVar[HttpRequest]

    def full_clean(self) -> None:
        """As always, and what the action said the first time."""
        super().full_clean()
        refused = vars(self.request).get("refused")
        if self.is_bound and refused is not None and refused.prefix == self.prefix:
            self.explain(refused.why)

    def explain(self, why: DomainError) -> None:
        """Put the refusal beside the fields that it names, else above the form."""
        explain(cast(forms.Form, self), why)

    @property
    def given(self) -> dict[str, Any]:
        """What was written, by field."""
        return dict(self.cleaned_data)
