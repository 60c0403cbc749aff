"""The admin's pages about datasets and what is in them."""

from feedback.admin import assignments, datasets, guidelines, jobs, records, responses, rules, webhooks

__all__ = ["assignments", "datasets", "guidelines", "jobs", "records", "responses", "rules", "webhooks"]
