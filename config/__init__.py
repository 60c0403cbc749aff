"""Wiring. The Celery application is loaded with Django, so that every process can ask for later."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
