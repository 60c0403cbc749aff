"""What columns hold beyond their type: names of classes, pictures. As the Hub's own library writes it as JSON.

A feature is an object with a `_type` (`Value`, `ClassLabel`, `Image`, `List`, `Sequence` …), an object of features, or
a list with one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

LISTS = frozenset({"List", "LargeList", "Sequence"})


def of_schema(metadata: Mapping[bytes, bytes] | None) -> dict[str, Any]:
    """Those that stand in a Parquet file itself, by column."""
    try:
        said = json.loads((metadata or {})[b"huggingface"])
        found = said["info"]["features"]
    except (KeyError, TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def of_card(card: Mapping[str, Any], subset: str) -> dict[str, Any]:
    """Those that the card names for a subset."""
    info = info_of(card, subset)
    return _columns(info.get("features"))


def rows_of(card: Mapping[str, Any], subset: str, split: str) -> int | None:
    """How many rows the card says that a split has."""
    splits = info_of(card, subset).get("splits")
    for one in splits if isinstance(splits, list) else []:
        if isinstance(one, Mapping) and one.get("name") == split:
            number = one.get("num_examples")
            return number if isinstance(number, int) and number >= 0 else None
    return None


def info_of(card: Mapping[str, Any], subset: str) -> Mapping[str, Any]:
    """What the card says about one subset."""
    said = card.get("dataset_info")
    for one in said if isinstance(said, list) else [said]:
        if isinstance(one, Mapping) and str(one.get("config_name", "default")) == subset:
            return one
    return {}


def _columns(listed: Any) -> dict[str, Any]:
    found = {}
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, Mapping) and isinstance(one.get("name"), str) and (feature := _feature(one)):
            found[one["name"]] = feature
    return found


def _feature(said: Any) -> Any:
    """From the short form of cards; None for what needs no more than its type."""
    if isinstance(said, str):
        return {"_type": "Image"} if said == "image" else None
    if isinstance(said, list):
        return _columns(said) or None
    if not isinstance(said, Mapping):
        return None
    if isinstance(labels := said.get("class_label"), Mapping):
        return _labels(labels.get("names"))
    for form in ("list", "sequence"):
        if form in said:
            inner = _feature(said[form])
            return {"_type": "List", "feature": inner} if inner else None
    return _feature(said.get("dtype", said.get("struct")))


def _labels(names: Any) -> Any:
    if isinstance(names, Mapping):
        names = [names[key] for key in sorted(names, key=lambda key: int(key) if str(key).isdecimal() else 0)]
    return {"_type": "ClassLabel", "names": [str(one) for one in names]} if isinstance(names, list) else None
