"""A day and a time in a form, in the zone of whoever writes it: static/js/elements/zone-field.js sends its name."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from django import forms


class Moment(forms.DateTimeInput):
    """The box of the browser."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def zone_field() -> forms.CharField:
    """The name of the zone; UTC where no script says otherwise."""
    return forms.CharField(required=False, initial="UTC", widget=forms.HiddenInput)


def in_zone(moment: datetime, zone: str) -> datetime:
    """The time of a clock in this zone; in UTC if nobody knows the zone."""
    found: tzinfo = UTC
    with suppress(ValueError, OSError, KeyError):  # no such zone, or no name of one
        found = ZoneInfo(zone)
    return moment.replace(tzinfo=found)
