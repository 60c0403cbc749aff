"""The kinds of question. Each file here is one kind, whole: delete it and the kind is gone."""

from django.utils.translation import gettext

from feedback.questions.base import Kind, from_wire, kinds

__all__ = ["Kind", "choices", "from_wire", "kinds"]


def choices() -> list[tuple[str, str]]:
    """For `Question.type`. A plain function: a new kind needs no migration."""
    return [(kind.name, gettext(kind.label)) for kind in kinds]
