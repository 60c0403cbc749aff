"""The kinds of field. Each file here is one kind, whole: delete it and the kind is gone."""

from django.utils.translation import gettext

from feedback.fields.base import Kind, from_wire, kinds

__all__ = ["Kind", "choices", "from_wire", "kinds"]


def choices() -> list[tuple[str, str]]:
    """For `Field.type`. A plain function, so that a migration names it and a new kind needs no migration."""
    return [(kind.name, gettext(kind.label)) for kind in kinds]
