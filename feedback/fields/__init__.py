"""The kinds of field. Each file here is one kind, whole: delete it and the kind is gone."""

from feedback.fields.base import Kind, kinds

__all__ = ["Kind", "choices", "kinds"]


def choices() -> list[tuple[str, str]]:
    """For `Field.type`. A plain function, so that a migration names it and a new kind needs no migration."""
    return [(kind.name, kind.label) for kind in kinds]
