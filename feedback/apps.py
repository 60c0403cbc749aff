"""What."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Datasets, records, answers, and the jobs that move them in and out."""

    name = "feedback"

    def ready(self) -> None:
        from feedback import fields, metadata, questions

        for family in (questions.kinds, fields.kinds, metadata.kinds):
            family.load()
