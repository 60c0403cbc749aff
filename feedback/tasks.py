"""When things happen. What happens is in feedback/actions."""

from celery import shared_task
from django.db import transaction

from core.tenancy import across, acting_for
from feedback.actions import exporting, importing, jobs, queue, targets, uploads, vector_indexes


@shared_task(name="feedback.run_import", acks_late=True)
def run_import(organization_id: str, job_id: str) -> None:
    """Take a file's rows in."""
    importing.run_import(organization_id, job_id)


@shared_task(name="feedback.run_export", acks_late=True)
def run_export(organization_id: str, job_id: str) -> None:
    """Make a file."""
    exporting.run_export(organization_id, job_id)


@shared_task(name="feedback.refresh_targets", acks_late=True)
def refresh_targets(organization_id: str, dataset_id: str) -> None:
    """Count the places of all records anew: another number of answers is wanted."""
    with acting_for(organization_id):
        targets.refresh_targets(dataset_id)


@shared_task(name="feedback.expire_leases")
def expire_leases() -> None:
    """Give back what people left lying, in every organization."""
    with across(), transaction.atomic():
        queue.expire_leases()


@shared_task(name="feedback.sweep_jobs")
def sweep_jobs() -> None:
    """Take up jobs that nobody does, and forget uploads that nobody imports, in every organization."""
    with across(), transaction.atomic():
        jobs.sweep_jobs()
        uploads.forget_uploads()


@shared_task(name="feedback.tend_vector_indexes")
def tend_vector_indexes() -> None:
    """Build and drop indexes of vectors, in every organization."""
    with across():
        vector_indexes.tend_vector_indexes()
