"""The kinds of file that come in, and how their columns become records. Each kind is one file, whole."""

from django.utils.translation import gettext

from feedback.imports.base import BadRow, Kind, Row, kinds, recognize

__all__ = ["BadRow", "Kind", "Row", "choices", "kinds", "recognize"]


def choices() -> list[tuple[str, str]]:
    """For the format of an import. A plain function: a new kind needs no migration."""
    return [(kind.name, gettext(kind.label)) for kind in kinds]
