"""The card of a data set: README.md, whose header tells readers which files are which subset and split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from feedback.exports.files.card import size
from feedback.hub.repository import HEADER, card_of
from feedback.shape import DatasetShape

TAGS = ["human-feedback", "argilla", "assay"]


@dataclass(frozen=True)
class Pushed:
    """What was written. `bytes`: of the Parquet files; `pattern`: which files they are."""

    name: str
    title: str
    subset: str
    split: str
    rows: int
    bytes: int
    pattern: str


def card(old: str, pushed: Pushed, shape: DatasetShape, guidelines: str) -> str:
    """The card with what was pushed put in; what people wrote into it stays."""
    said = card_of(old)
    said.setdefault("pretty_name", pushed.title)
    said.setdefault("size_categories", [size(pushed.rows)])
    tags = said.get("tags")
    said["tags"] = list(dict.fromkeys([*(tags if isinstance(tags, list) else []), *TAGS]))
    said["configs"] = _configs(said.get("configs"), pushed)
    said["dataset_info"] = _infos(said.get("dataset_info"), pushed)
    head = yaml.safe_dump(said, sort_keys=False, allow_unicode=True)
    header = HEADER.match(old)
    body = old[header.end() :].lstrip("\r\n") if header else old
    return f"---\n{head}---\n\n{body or _body(pushed, shape, guidelines)}"


def _configs(said: Any, pushed: Pushed) -> list[Any]:
    """Which files are which subset: this split is put in, all others stay."""
    configs = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    mine = next((one for one in configs if one.get("config_name") == pushed.subset), None)
    files = mine.get("data_files") if mine else None
    others = [one for one in files if _is_of(one, pushed.split) is False] if isinstance(files, list) else []
    new = {
        "config_name": pushed.subset,
        "data_files": [*others, {"split": pushed.split, "path": pushed.pattern}],
    }
    if mine is None:
        return [*configs, new]
    return [{**one, **new} if one is mine else one for one in configs]


def _infos(said: Any, pushed: Pushed) -> list[Any]:
    infos = [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, dict)]
    mine = next((one for one in infos if one.get("config_name", "default") == pushed.subset), {})
    splits = [
        one for one in mine.get("splits") or () if isinstance(one, dict) and one.get("name") != pushed.split
    ]
    splits.append({"name": pushed.split, "num_bytes": pushed.bytes, "num_examples": pushed.rows})
    size = sum(int(one.get("num_bytes") or 0) for one in splits)
    new = {"config_name": pushed.subset, "splits": splits, "download_size": size, "dataset_size": size}
    return [*(one for one in infos if one is not mine), new]


def _is_of(files: Any, split: str) -> bool:
    return isinstance(files, Mapping) and files.get("split") == split


def _body(pushed: Pushed, shape: DatasetShape, guidelines: str) -> str:
    fields = [(one.name, one.title, one.kind.label, one.required) for one in shape.fields.values()]
    questions = [(one.name, one.title, one.kind.label, one.required) for one in shape.questions.values()]
    choose = f', "{pushed.subset}"' if pushed.subset != "default" else ""
    parts = [
        f"# {pushed.title}",
        "Records with what people said about them. One row is one record; for each question there are the columns "
        "`<question>.responses` with `.users` and `.status`, and `<question>.suggestion` with `.agent` and `.score`.",
        "## Fields\n\n" + _table(fields),
        "## Questions\n\n" + _table(questions),
    ]
    if shape.metadata:
        rows = [(one.name, one.title, one.kind.label, False) for one in shape.metadata.values()]
        parts.append("## Metadata\n\n" + _table(rows))
    parts += [
        "## What labelers were told\n\n" + (guidelines.strip() or "No guidelines were written."),
        "## Reading it\n\n```python\nfrom datasets import load_dataset\n\n"
        f'rows = load_dataset("{pushed.name}"{choose}, split="{pushed.split}")\n```\n\n'
        "With its settings, into a server that speaks Argilla's API:\n\n```python\nimport argilla as rg\n\n"
        f'dataset = rg.Dataset.from_hub("{pushed.name}", settings="auto")\n```',
    ]
    return "\n\n".join(parts) + "\n"


def _table(rows: list[tuple[str, str, str, bool]]) -> str:
    lines = ["| name | title | kind | required |", "|---|---|---|---|"]
    lines += [
        "| "
        + " | ".join(_cell(one) for one in (f"`{name}`", title, kind, "yes" if required else "no"))
        + " |"
        for name, title, kind, required in rows
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
