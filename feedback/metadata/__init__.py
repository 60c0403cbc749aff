"""The kinds of metadata property. Each file here is one kind, whole."""

from django.utils.translation import gettext

from feedback.metadata.base import Kind, from_wire, kinds

__all__ = ["Kind", "choices", "from_wire", "kinds"]


def choices() -> list[tuple[str, str]]:
    """For `MetadataProperty.type`. A plain function: a new kind needs no migration."""
    return [(kind.name, gettext(kind.label)) for kind in kinds]
