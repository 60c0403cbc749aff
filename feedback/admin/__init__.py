"""The admin's pages about datasets and what is in them."""

from feedback.admin import datasets, guidelines, jobs, records, responses, rules, webhooks

__all__ = ["datasets", "guidelines", "jobs", "records", "responses", "rules", "webhooks"]
