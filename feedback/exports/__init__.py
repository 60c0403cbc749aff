"""The kinds of file going out, named as TRL names them. Each kind is one file, whole."""

from feedback.exports.base import Answer, ExportRecord, Kind, Row, Suggestion, Tally, kinds

__all__ = ["Answer", "ExportRecord", "Kind", "Row", "Suggestion", "Tally", "choices", "kinds"]


def choices() -> list[tuple[str, str]]:
    """For the format of an export. A plain function: a new kind needs no migration."""
    return [(kind.name, kind.label) for kind in kinds]
