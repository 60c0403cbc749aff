"""Records that are like one record, for its page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from accounts.access import Verb
from accounts.models import Membership
from core.errors import Invalid
from feedback.models import Record, VectorSettings
from feedback.reports.listing import beginning
from feedback.search.similar import nearest

SHOWN = 5


def similar_records(record: Record, by: Membership) -> dict[str, Any] | None:
    """The nearest by the first of its vectors, with percentages; or why there are none. None: no vectors here.

    `vectors`: those by which all records can be ordered by their likeness to this one.
    """
    settings = list(record.dataset.vectors_settings.all())
    if not settings:
        return None
    of = {one.settings_id: one.value for one in record.vectors.all()}
    chosen = next((one for one in settings if one.pk in of), None)
    if chosen is None:
        return {"reason": gettext("This record has no vector to compare by.")}
    try:
        rows = _nearest(record, chosen, of[chosen.pk], by)
    except Invalid as error:
        return {"reason": str(error)}
    return {
        "by": chosen.title,
        "rows": rows,
        "reason": gettext("No other record has this vector yet."),
        "vectors": [one for one in settings if one.pk in of],
    }


def _nearest(
    record: Record, settings: VectorSettings, vector: list[float], by: Membership
) -> list[dict[str, Any]]:
    dataset = record.dataset
    near = nearest(
        Record.objects.allowing(Verb.VIEW, by).filter(dataset=dataset),
        settings,
        vector,
        most_similar=True,
        limit=SHOWN,
        exclude=record.pk,
    )
    found = Record.objects.in_bulk([pk for pk, _ in near])
    return [
        {"record": found[pk], "text": beginning(found[pk], dataset)[0], "percent": round(100 * score)}
        for pk, score in near
        if pk in found
    ]
