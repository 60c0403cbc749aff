"""The admin's pages about datasets and what is in them."""

from feedback.admin import (
    assignments,
    datasets,
    guidelines,
    jobs,
    personal,
    records,
    responses,
    rules,
    trash,
    webhooks,
)

__all__ = [
    "assignments",
    "datasets",
    "guidelines",
    "jobs",
    "personal",
    "records",
    "responses",
    "rules",
    "trash",
    "webhooks",
]
