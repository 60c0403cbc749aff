"""A dataset's definition as the files in which published clients look for it: .argilla/*.json on the Hub."""

from __future__ import annotations

from typing import Any

from feedback.models import Dataset

CONTRACT = "2.8.0"  # whose clients read it


def definition(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """Name of the file -> what stands in it (contract sections 4.3 to 4.7 and 10)."""
    distribution = {"strategy": "overlap", "min_submitted": dataset.min_submitted}
    shared = {
        "guidelines": dataset.guidelines,
        "allow_extra_metadata": dataset.allow_extra_metadata,
        "distribution": distribution,
    }
    return {
        "version": {"argilla": CONTRACT},
        "dataset": {"id": str(dataset.pk), "name": dataset.name, "status": dataset.status, **shared},
        "settings": {
            **shared,
            "fields": [_part(one, required=one.required) for one in dataset.fields.all()],
            "questions": [
                _part(one, required=one.required, description=one.description)
                for one in dataset.questions.all()
            ],
            "metadata": [
                _part(one, visible_for_annotators=one.visible_for_annotators)
                for one in dataset.metadata_properties.all()
            ],
            "vectors": [
                {"name": one.name, "title": one.title, "dimensions": one.dimensions}
                for one in dataset.vectors_settings.all()
            ],
            "mapping": None,
        },
    }


def _part(part: Any, **own: Any) -> dict[str, Any]:
    return {"name": part.name, "title": part.title, "settings": part.kind.wire_settings(), **own}
