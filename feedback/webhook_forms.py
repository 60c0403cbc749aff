"""What owners write about webhooks, read for shape; decisions are the actions'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Webhook
from feedback.models.webhooks import Event


class WebhookForm(forms.Form):
    """A webhook to be, or as it is."""

    url = forms.CharField(
        label=_("Address"),
        help_text=_("Where events are posted, as https://example.com/hook."),
        widget=forms.URLInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=1000,
        help_text=_("What it is for, in your words."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Tell when"), choices=Event.choices, widget=forms.CheckboxSelectMultiple
    )

    def clean_description(self) -> str | None:
        """Nothing is no description."""
        return self.cleaned_data["description"] or None


class ChangedWebhookForm(WebhookForm):
    """Also whether it is on."""

    enabled = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(self, data: Any, *, webhook: Webhook) -> None:
        names = ("url", "description", "events", "enabled")
        super().__init__(data, initial={name: getattr(webhook, name) for name in names})
