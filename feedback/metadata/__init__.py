"""The kinds of metadata property. Each file here is one kind, whole."""

from feedback.metadata.base import Kind, kinds

__all__ = ["Kind", "choices", "kinds"]


def choices() -> list[tuple[str, str]]:
    """For `MetadataProperty.type`. A plain function: a new kind needs no migration."""
    return [(kind.name, kind.label) for kind in kinds]
