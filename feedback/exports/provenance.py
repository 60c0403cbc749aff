"""Where files come from and what is not in them: stored beside the rows, never inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from feedback.exports.base import Kind, Options, Tally
from feedback.exports.files.account import Account
from feedback.exports.files.folder import MAIN, Folder
from feedback.exports.plan import Plan
from feedback.exports.snapshot import Source

PROVENANCE = "provenance.json"
MB = 1_000_000


@dataclass
class Made:
    """An export, done: what was asked for, what it was made from, and what came of it. `dates`: read_back.dates."""

    kind: Kind[Any]
    options: Options
    plan: Plan
    source: Source
    account: Account
    tally: Tally
    folder: Folder
    dates: Sequence[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.folder.rows


def provenance(made: Made) -> dict[str, Any]:
    """What one needs to make the files again and to judge them, as JSON. The same export, the same text."""
    account = made.account
    return {
        "format": made.kind.name,
        "dataset": {"name": made.source.name, "id": made.source.id, "records": made.source.records},
        "data_as_of": account.latest or None,
        "options": made.options.model_dump(mode="json"),
        **made.plan.policies,
        "guidelines_version": made.source.guidelines_version,
        "labelers": len(account.people),
        "agreement": account.agreement,
        "rows": made.rows,
        "bytes": made.folder.size,
        "files": [
            {"table": one.table, "split": one.split, "rows": one.rows, "names": one.names}
            for one in made.folder.parts
        ],
        "counts": dict(sorted({**made.tally.counts, "rows_written": made.rows}.items())),
        "left_out": dict(sorted(made.tally.left_out.items())),
        "warnings": warnings(made),
    }


def summary(made: Made) -> str:
    """What happened, for the person who waits: rows, records, and what was left out."""
    read = f"{made.account.records:,} {'record' if made.account.records == 1 else 'records'}"
    left = [
        f"{name.replace('_', ' ')} {number:,}" for name, number in made.tally.left_out.most_common() if number
    ]
    first = f"{made.rows:,} {'row' if made.rows == 1 else 'rows'} from {read}."
    if not made.rows:
        first = f"No rows came out of {read}, so there is no file."
    return f"{first} Left out: {', '.join(left)}." if left else first


def warnings(made: Made) -> list[str]:
    """What a trainer would not say."""
    found = [
        f"Every text in {column} looks like a date, and many readers of JSON turn it into one. Export Parquet, "
        "which keeps text."
        for column in made.dates
    ]
    if long := made.tally.counts["rows_above_1024_tokens"]:
        found.append(
            f"{long:,} of {made.rows:,} rows may be longer than 1,024 tokens (4 characters each), where "
            "trainers cut or drop rows unless told otherwise. Raise max_length."
        )
    training = sum(one.rows for one in made.folder.parts if (one.table, one.split) == (MAIN, "train"))
    if 0 < training < made.kind.least_rows:
        found.append(
            f"Those who read this format want at least {made.kind.least_rows} rows to train on, and there are "
            f"{training}."
        )
    found += [
        f"Those who read this format take files of at most {made.kind.most_bytes / MB:,.0f} MB, and that of "
        f"{one.split} has {one.largest / MB:,.1f} MB. Export fewer records."
        for one in made.folder.parts
        if made.kind.most_bytes and one.largest > made.kind.most_bytes
    ]
    there = set(made.folder.written)
    splits = made.plan.splits
    missing = [
        name for name in ("train", "validation", "test") if getattr(splits, name) and name not in there
    ]
    if made.rows and missing:
        found.append(f"No prompt fell into the split {' or '.join(missing)}, so it has no file.")
    if made.folder.type.ending == "csv":
        found.append(
            "CSV has no types: what is nested stands as JSON in a text, and readers take empty cells and words such as "
            "NA or null for nothing. Prefer JSON Lines or Parquet for training."
        )
    return found
