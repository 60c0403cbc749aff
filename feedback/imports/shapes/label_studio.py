"""Label Studio's tasks: data, with annotations by people and predictions by models."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from feedback.imports.shapes import base
from feedback.imports.shapes.base import Look, Row

LABELS = ("labels", "hypertextlabels", "paragraphlabels")


class LabelStudio(base.Kind):
    """`data`, `annotations` (or `completions`), `predictions`: choices, ratings, texts, pairs and labels of pieces."""

    name = "label_studio"
    label = gettext_noop("a Label Studio export")
    order = 14
    says = frozenset({"external_id", "responses"})

    def recognizes(self, sample: Sequence[Row]) -> float:
        return base.share(
            sample,
            lambda row: (
                isinstance(row.get("data"), Mapping)
                and any(
                    isinstance(row.get(name), list) for name in ("annotations", "completions", "predictions")
                )
            ),
        )

    def turned(self, data: Row) -> dict[str, Any]:
        given = data.get("annotations") or data.get("completions") or []
        row = {**data["data"], "external_id": data.get("id")}
        people = [_response(one, data["data"]) for one in given]
        for one in reversed([one for one in data.get("predictions") or () if isinstance(one, Mapping)]):
            for name, value in _values(one, data["data"]).items():
                row |= {f"suggestions.{name}": value, f"suggestions.{name}.type": "model"}
                row |= _beside(name, one)
        for response in people:
            for name, value in response["values"].items():
                if response["status"] == "submitted" and f"suggestions.{name}" not in row:
                    agent = (
                        {f"suggestions.{name}.agent": response["annotator"]} if response["annotator"] else {}
                    )
                    row |= {f"suggestions.{name}": value, f"suggestions.{name}.type": "human", **agent}
        meta = {f"metadata.{name}": value for name, value in (data.get("meta") or {}).items()}
        return row | meta | {"responses": [one for one in people if one["annotator"]]}

    def look(self, sample: Sequence[Row]) -> Look:
        texts = [name for name, value in sample[0]["data"].items() if isinstance(value, str)]
        roles = {}
        for row in sample:
            for one in (row.get("annotations") or []) + (row.get("predictions") or []):
                for result in one.get("result", ()):
                    if result.get("type") in LABELS and texts:
                        roles[f"suggestions.{result['from_name']}"] = f"spans:{texts[0]}"
        return Look(roles=roles)


def _response(one: Row, data: Row) -> dict[str, Any]:
    who = one.get("completed_by")
    if isinstance(who, Mapping):
        who = who.get("email") or who.get("username") or who.get("id")
    seconds = one.get("lead_time")
    return {
        "annotator": None if who is None else str(who),
        "status": "discarded" if one.get("was_cancelled") else "submitted",
        "values": _values(one, data),
        "active_ms": int(seconds * 1000) if isinstance(seconds, int | float) else None,
        "inserted_at": one.get("created_at"),
        "updated_at": one.get("updated_at"),
    }


def _beside(name: str, one: Row) -> dict[str, Any]:
    score, agent = one.get("score"), one.get("model_version")
    found: dict[str, Any] = {}
    if isinstance(score, int | float) and 0 <= score <= 1:
        found[f"suggestions.{name}.score"] = score
    if isinstance(agent, str) and agent:
        found[f"suggestions.{name}.agent"] = agent
    return found


def _values(one: Row, data: Row) -> dict[str, Any]:
    """Question -> answer, of all results."""
    values: dict[str, Any] = {}
    for result in one.get("result") or ():
        name, type_, value = result.get("from_name"), result.get("type"), result.get("value") or {}
        if not name:
            continue
        if type_ in LABELS:
            values.setdefault(name, []).append(_span(value, type_, data))
        else:
            values[name] = _value(type_, value)
    return {name: value for name, value in values.items() if value not in (None, [])}


def _value(type_: str, value: Mapping[str, Any]) -> Any:
    if type_ == "pairwise":
        return value.get("selected")
    found = value.get(type_, value.get("text"))
    if type_ == "textarea":
        return "\n".join(found) if isinstance(found, list) else found
    return found[0] if isinstance(found, list) and len(found) == 1 else found


def _span(value: Mapping[str, Any], type_: str, data: Row) -> dict[str, Any]:
    start, end, quoted = value["start"], value["end"], value.get("text")
    for text in data.values():
        if isinstance(text, str) and isinstance(quoted, str) and text[start:end] != quoted:
            # Browsers count 16-bit units, so one sign beyond them counts twice.
            units = text.encode("utf-16-le")
            if units[start * 2 : end * 2] == quoted.encode("utf-16-le"):
                start = len(units[: start * 2].decode("utf-16-le"))
                end = start + len(quoted)
                break
    return {"label": value[type_][0], "start": start, "end": end}
