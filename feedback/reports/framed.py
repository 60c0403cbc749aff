"""A record as templates of the dataset's author get it: as a labeler may have it, whoever looks."""

from __future__ import annotations

from typing import Any

from accounts.models import Membership
from feedback.models import Record


def framed_record(record: Record, by: Membership) -> dict[str, Any]:
    """{"id", "fields", "metadata"}: fields as the API gives them to labelers, metadata that labelers may see.

    The same for managers, so that they see what labelers see.
    """
    item = record.item_for(by)
    shown = {name: item.shown([one.id for one in answers]) for name, answers in item.candidates.items()}
    visible = record.dataset.metadata_properties.filter(visible_for_annotators=True)
    names = set(visible.values_list("name", flat=True))
    return {
        "id": str(record.pk),
        "fields": {
            name: field.kind.wire_for_labeler(record.fields[name], shown.get(name, ()))
            for name, field in record.dataset.shape.fields.items()
            if name in record.fields
        },
        "metadata": {name: value for name, value in (record.metadata or {}).items() if name in names},
    }
