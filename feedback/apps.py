"""What."""

from django.apps import AppConfig

from feedback import checks, exports, imports, interactions
from feedback.imports import shapes


class FeedbackConfig(AppConfig):
    """Datasets, records, answers, and the jobs that move them in and out."""

    name = "feedback"

    def ready(self) -> None:
        for family in (*checks.FAMILIES, imports.kinds, shapes.kinds, exports.kinds, interactions.kinds):
            family.load()
        from feedback import tasks  # noqa: F401  registers them where they are asked for, too
