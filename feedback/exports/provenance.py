"""Where a file comes from and what is not in it: stored beside the file, never inside."""

from collections.abc import Mapping
from typing import Any

from feedback.exports.base import Kind, Options, Tally
from feedback.exports.writers import Written


def provenance(
    kind: Kind[Any], options: Options, tally: Tally, written: Written, dataset: Mapping[str, Any]
) -> dict[str, Any]:
    """What one needs to make the file again and to judge it, as JSON. `dataset`: its name, filters."""
    return {
        "format": kind.name,
        "dataset": dict(dataset),
        "options": options.model_dump(mode="json"),
        "rows": written.rows,
        "bytes": written.bytes,
        "counts": dict(sorted(tally.counts.items())),
        "left_out": dict(sorted(tally.left_out.items())),
        "warnings": warnings(tally, written),
    }


def summary(tally: Tally, written: Written) -> str:
    """What happened, for the person who waits: rows, records, and what was left out."""
    read = f"{tally.counts['records_read']:,} {'record' if tally.counts['records_read'] == 1 else 'records'}"
    left = [f"{name.replace('_', ' ')} {number:,}" for name, number in tally.left_out.most_common() if number]
    first = f"{written.rows:,} {'row' if written.rows == 1 else 'rows'} from {read}."
    if not written.rows:
        first = f"No rows came out of {read}, so there is no file."
    return f"{first} Left out: {', '.join(left)}." if left else first


def warnings(tally: Tally, written: Written) -> list[str]:
    """What a trainer would not say."""
    found = [
        f"Every text in {column} looks like a date, and many readers of JSON turn it into one. Add rows, or "
        "read the file with a reader that keeps text."
        for column in written.dates
    ]
    if long := tally.counts["rows_above_1024_tokens"]:
        found.append(
            f"{long:,} of {written.rows:,} rows may be longer than 1,024 tokens (4 characters each), where "
            "trainers cut or drop rows unless told otherwise. Raise max_length."
        )
    return found
