"""The card of an export, README.md: a header by which readers load the folder, and how the rows came about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import yaml

from feedback.exports.files.folder import MAIN, TRACE, Folder
from feedback.exports.provenance import PROVENANCE, Made, provenance

CARD = "README.md"
HEAD = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
)
NAMED = 200  # labelers in the table
PRIMITIVE = {
    pa.string(): "string",
    pa.float64(): "float64",
    pa.float32(): "float32",
    pa.int64(): "int64",
    pa.int32(): "int32",
    pa.bool_(): "bool",
}


def size(rows: int) -> str:
    """How many rows, as the Hub sorts data sets."""
    return next((words for most, words in SIZES if rows < most), "n>100M")


def card(made: Made) -> str:
    """The whole text."""
    head = yaml.safe_dump(_head(made), sort_keys=False, allow_unicode=True)
    return f"---\n{head}---\n\n" + "\n\n".join(_body(made)) + "\n"


def problems(text: str, names: Collection[str]) -> Iterator[str]:
    """What is wrong with the header of a card, beside files of these names."""
    found = HEAD.match(text)
    try:
        said = yaml.safe_load(found[1]) if found else None
    except yaml.YAMLError as error:
        yield f"The header of the card is no YAML: {error}."
        return
    configs = said.get("configs") if isinstance(said, dict) else None
    for config in configs or [{"data_files": []}]:
        if not config["data_files"]:
            yield "The header of the card names no files."
        for files in config["data_files"]:
            for path in files["path"]:
                if path not in names:
                    yield f"The header of the card names {path}, which is not there."


def features(folder: Folder) -> list[dict[str, Any]]:
    """The columns with their types, as cards tell them. What has no one type is JSON."""
    return [
        {"name": one.name, "dtype": "json"}
        if one.name in folder.lines.free
        else {"name": one.name, **_type(one.type, folder)}
        for one in folder.schema
    ]


def _type(found: pa.DataType, folder: Folder) -> dict[str, Any]:
    if folder.type.ending == "csv" and pa.types.is_nested(found):
        return {"dtype": "string"}
    if folder.type.ending == "csv" and pa.types.is_integer(found):
        return {"dtype": "float64"}  # readers of CSV know no whole number that is missing
    if pa.types.is_struct(found):
        return {"struct": [{"name": one.name, **_type(one.type, folder)} for one in found]}
    if pa.types.is_list(found):
        inner = _type(found.value_type, folder)
        return {"list": inner.get("dtype") or inner.get("struct") or inner}
    return {"dtype": PRIMITIVE[found]}


def _head(made: Made) -> dict[str, Any]:
    tables: dict[str, list[dict[str, Any]]] = {}
    counted: dict[str, list[dict[str, Any]]] = {}
    for part in made.folder.parts:
        tables.setdefault(part.table, []).append({"split": part.split, "path": part.names})
        counted.setdefault(part.table, []).append(
            {"name": part.split, "num_bytes": part.bytes, "num_examples": part.rows}
        )
    columns = features(made.folder)
    head: dict[str, Any] = {"pretty_name": made.source.name}
    if made.plan.license:
        head["license"] = made.plan.license
    if made.plan.language:
        head["language"] = list(made.plan.language)
    return head | {
        "size_categories": [size(made.rows)],
        "tags": ["human-feedback", made.kind.name.replace("_", "-"), "assay"],
        "configs": [
            {"config_name": name, **({"default": True} if name == MAIN else {}), "data_files": files}
            for name, files in tables.items()
        ],
        "dataset_info": [
            {"config_name": name, "features": columns, "splits": splits} for name, splits in counted.items()
        ],
    }


def _body(made: Made) -> Iterator[str]:
    about = provenance(made)
    yield f"# {_line(made.source.name)}"
    yield f"{made.kind.label}. {made.kind.description}"
    yield '```python\nfrom datasets import load_dataset\n\nrows = load_dataset("path/to/this/folder")\n```'
    yield "## Files"
    yield _table(
        ("table", "split", "rows", "files"),
        ((one.table, one.split, f"{one.rows:,}", ", ".join(one.names)) for one in made.folder.parts),
    )
    yield (
        f"`{TRACE}` names, for each row of each split, counted from 0, the record and the responses that it was made "
        f"of; `{PROVENANCE}` holds all that stands here for programs."
    )
    yield "## Source"
    yield (
        f"The dataset “{_line(made.source.name)}” ({made.source.id}) with {made.source.records:,} records, "
        f"{made.account.records:,} of which were read. Their last change: {about['data_as_of'] or 'unknown'}."
    )
    yield _filters(about["filters"])
    yield from _labelers(made)
    yield from _guidelines(made)
    yield from _agreement(about["agreement"])
    yield "## How rows were made"
    yield _table(("option", "value"), _options(made, about))
    yield "## Counts"
    yield _table(
        ("what", "number"),
        [(_words(name), f"{number:,}") for name, number in about["counts"].items()]
        + [(f"left out: {_words(name)}", f"{number:,}") for name, number in about["left_out"].items()],
    )
    if about["warnings"]:
        yield "## Mind"
        yield "\n".join(f"* {sentence}" for sentence in about["warnings"])


def _filters(said: dict[str, Any]) -> str:
    if not said:
        return "No record was left out by a filter."
    return "Filters:\n\n" + _table(
        ("filter", "value"), ((_words(name), _said(value)) for name, value in said.items())
    )


def _labelers(made: Made) -> Iterator[str]:
    people = made.account.people
    yield "## Labelers"
    if not people:
        yield "Nobody has given a final answer."
        return
    yield (
        f"{len(people):,} {'person' if len(people) == 1 else 'people'} gave {sum(people.values()):,} final answers. "
        "They appear under pseudonyms, which are the same in every export."
    )
    most = sorted(people.items(), key=lambda one: (-one[1], one[0]))
    yield _table(("pseudonym", "final answers"), ((name, f"{number:,}") for name, number in most[:NAMED]))
    if len(most) > NAMED:
        yield f"And {len(most) - NAMED:,} more."


def _guidelines(made: Made) -> Iterator[str]:
    yield "## What labelers were told"
    versions = ", ".join(
        f"version {n}: {answers:,}" for n, answers in sorted(made.account.guidelines.items())
    )
    if not made.source.guidelines.strip():
        yield "No guidelines were written."
        return
    under = f" Final answers by the version that they were given under: {versions}." if versions else ""
    yield f"Version {made.source.guidelines_version}.{under}"
    yield "\n".join(f"> {line}".rstrip() for line in made.source.guidelines.splitlines())


def _agreement(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield "## Agreement"
    if not found:
        yield "No record has several final answers that could be compared."
        return
    yield "How far two final answers to the same record are apart, on average over records; 0 is full agreement."
    rows = [
        (name, f"{one['mean_distance']:.3f}", _line(one["unit"]), f"{one['records']:,}")
        for name, one in found.items()
    ]
    yield _table(("question", "mean distance", "unit", "records compared"), rows)


def _options(made: Made, about: dict[str, Any]) -> Iterator[tuple[str, str]]:
    titles = made.kind.schema.model_fields
    for name, value in about["options"].items():
        yield str(titles[name].title or _words(name)), _said(value)
    splits, against = made.plan.splits, about["against"]
    yield (
        "Splits, by prompt",
        ", ".join(f"{name} {getattr(splits, name):g}" for name in ("train", "validation", "test")),
    )
    yield "Seed", str(splits.seed)
    yield "Order", "mixed" if about["shuffle"] else "as records came"
    if about["weighted_people"]:
        yield "People with a weight of their own", str(about["weighted_people"])
    if against:
        words = f", or {against['words']} words in a row of one" if against["words"] else ""
        yield "Left out: prompts that stand in another file", f"the same text but for case and spacing{words}"


def _said(value: Any) -> str:
    if value in (None, [], ""):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(one)}" for name, one in value.items() if one is not None)
    return ", ".join(map(_said, value)) if isinstance(value, list) else str(value)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _line(text: str) -> str:
    return " ".join(text.split())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(_line(cell).replace("|", "\\|") for cell in row) + " |" for row in lines
    )
