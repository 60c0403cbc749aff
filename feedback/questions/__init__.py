"""The kinds of question. Each file here is one kind, whole: delete it and the kind is gone."""

from feedback.questions.base import Kind, kinds

__all__ = ["Kind", "choices", "kinds"]


def choices() -> list[tuple[str, str]]:
    """For `Question.type`. A plain function, so that a migration names it and a new kind needs no migration."""
    return [(kind.name, kind.label) for kind in kinds]
