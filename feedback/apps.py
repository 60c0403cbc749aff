"""What."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Datasets, records, answers, and the jobs that move them in and out."""

    name = "feedback"
