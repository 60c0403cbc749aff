"""What a webhook is told, to the key (contract section 9.2). Answers and fields in the form of the API.

Only owners make webhooks: nothing is held back from them that labelers may not see.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from accounts.models import Membership
from core.jsonb import dumps
from core.times import wire_time
from feedback.models import Dataset, LabelerTally, Record, Response
from feedback.models.schema import Part

VERSION = 1  # of the payload
CONTRACT = "2.8.0"  # the version of Argilla's server whose contract this is
ABOUT_US = {"agent": "argilla-server", "version": CONTRACT}  # what a ping says (section 9.1)


def body(event: str, at: datetime, data: Mapping[str, Any]) -> str:
    """The JSON that is sent. Its own time has a zone, unlike those inside."""
    return dumps({"type": event, "version": VERSION, "timestamp": f"{_precise(at)}Z", "data": data})


def _precise(at: datetime) -> str:
    """Always with microseconds, also if there are none."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


class Teller:
    """Tells about one dataset and what is in it. What many payloads share is looked up once."""

    def __init__(self, dataset: Dataset) -> None:
        self._shape = dataset.shape
        self._dataset = _dataset(dataset)

    def dataset(self) -> dict[str, Any]:
        """DatasetData."""
        return self._dataset

    def record(self, record: Record) -> dict[str, Any]:
        """RecordData, without responses, suggestions and vectors; of a record read with `dated`."""
        kinds = {name: field.kind for name, field in self._shape.fields.items() if name in record.fields}
        return {
            "id": str(record.pk),
            "status": "completed" if record.queue.completed else "pending",
            "fields": {name: kind.wire(record.fields[name]) for name, kind in kinds.items()},
            "metadata": record.metadata,
            "external_id": record.external_id,
            "dataset": self._dataset,
            **_dates(record),
            "updated_at": wire_time(record.changed_at),
        }

    def response(self, response: Response, record: Record) -> dict[str, Any]:
        """ResponseData."""
        questions = {name: one for name, one in self._shape.questions.items() if name in response.values}
        return {
            "id": str(response.pk),
            "values": {
                name: {"value": one.kind.wire(response.values[name])} for name, one in questions.items()
            },
            "status": response.status,
            "record": self.record(record),
            "user": _user(response.membership),
            **_dates(response),
        }


def _dataset(dataset: Dataset) -> dict[str, Any]:
    latest = LabelerTally.objects.last_answers([dataset]).get(dataset.pk, dataset.last_activity_at)
    return {
        "id": str(dataset.pk),
        "name": dataset.name,
        "guidelines": dataset.guidelines,
        "allow_extra_metadata": dataset.allow_extra_metadata,
        "status": dataset.status,
        "distribution": {"strategy": "overlap", "min_submitted": dataset.min_submitted},
        "workspace": {
            "id": str(dataset.workspace.pk),
            "name": dataset.workspace.name,
            **_dates(dataset.workspace),
        },
        "questions": [
            _part(one, description=one.description, required=one.required, settings=one.kind.wire_settings())
            for one in dataset.questions.all()
        ],
        "fields": [
            _part(one, required=one.required, settings=one.kind.wire_settings())
            for one in dataset.fields.all()
        ],
        "metadata_properties": [
            _part(one, settings=one.kind.wire_settings(), visible_for_annotators=one.visible_for_annotators)
            for one in dataset.metadata_properties.all()
        ],
        "vectors_settings": [_part(one, dimensions=one.dimensions) for one in dataset.vectors_settings.all()],
        "last_activity_at": wire_time(max(latest, dataset.last_activity_at)),
        **_dates(dataset),
    }


def _part(part: Part, **own: Any) -> dict[str, Any]:
    return {"id": str(part.pk), "name": part.name, "title": part.title, **own, **_dates(part)}


def _user(member: Membership) -> dict[str, Any]:
    return {
        "id": str(member.pk),
        "first_name": member.first_name,
        "last_name": member.last_name,
        "username": member.username,
        "role": str(member.wire_role()),
        **_dates(member),
    }


def _dates(row: Any) -> dict[str, str]:
    return {"inserted_at": wire_time(row.inserted_at), "updated_at": wire_time(row.updated_at)}
