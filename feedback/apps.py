"""What."""

from django.apps import AppConfig

from feedback import checks


class FeedbackConfig(AppConfig):
    """Datasets, records, answers, and the jobs that move them in and out."""

    name = "feedback"

    def ready(self) -> None:
        for family in checks.FAMILIES:
            family.load()
