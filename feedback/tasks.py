"""When things happen. What happens is in feedback/actions."""

from celery import shared_task
from django.db import transaction

from core.tenancy import across, acting_for
from feedback.actions import (
    assigning,
    bulk_answers,
    cloning,
    copying_oneself,
    emptying,
    erasing,
    exporting,
    forgetting,
    from_file,
    handing_over,
    hub_exporting,
    hub_folder,
    hub_importing,
    importing,
    indexing,
    jobs,
    leaving,
    personal,
    priority,
    purging,
    queue,
    resuming,
    taking_back,
    targets,
    unassigning,
    uploads,
    vector_indexes,
    webhooks,
)

# Long work: all that a task knows of it is whose it is, and which. A job is asked for by its kind.
WORK = {
    "import": importing.run_import,
    "export": exporting.run_export,
    "hub_import": hub_importing.run_hub_import,
    "hub_export": hub_exporting.run_hub_export,
    "hub_folder": hub_folder.run_hub_folder,
    "answers": bulk_answers.run_answers,
    "take_back": taking_back.run_take_back,
    "rules": targets.run_rules,
    "priority": priority.run_priority,
    "assign": assigning.run_assign,
    "unassign": unassigning.run_unassign,
    "hand_over": handing_over.run_hand_over,
    "clone": cloning.run_clone,
    "copy": copying_oneself.run_copy,
    "erasure": erasing.run_erasure,
}
for kind, run in WORK.items():
    shared_task(name=f"feedback.run_{kind}", acks_late=True)(run)


@shared_task(name="feedback.sweep_requests")
def sweep_requests() -> None:
    """Take up what people asked about their data and nobody does; delete old copies, in every organization."""
    with across(), transaction.atomic():
        personal.take_up_requests()
        personal.forget_copies()


@shared_task(name="feedback.purge_organizations")
def purge_organizations() -> None:
    """Delete organizations whose time is over."""
    with across(), transaction.atomic():
        due = purging.organizations_due()
    for organization_id in due:
        purging.purge(organization_id)


@shared_task(name="feedback.return_leases", acks_late=True)
def return_leases(organization_id: str, membership_id: str) -> None:
    """Give back what somebody holds who signed out."""
    leaving.return_leases(organization_id, membership_id)


@shared_task(name="feedback.leave_behind", acks_late=True)
def leave_behind(organization_id: str) -> None:
    """Give back what people hold or wait for who do not work there any more."""
    leaving.leave_behind(organization_id)


@shared_task(name="feedback.sweep_departures")
def sweep_departures() -> None:
    """Do that where it was forgotten, in every organization."""
    with across(), transaction.atomic():
        organizations = leaving.organizations_left()
    for organization_id in organizations:
        leaving.leave_behind(organization_id)


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
        from_file.forget_plans()
        uploads.forget_uploads()


@shared_task(name="feedback.forget_files")
def forget_files() -> None:
    """Delete old files of jobs, and uploads that nobody goes on with, in every organization."""
    with across():
        forgetting.forget_files()
        resuming.forget_sessions()


@shared_task(name="feedback.deliver")
def deliver(organization_id: str, webhook_id: str) -> None:
    """Send what is due to a webhook."""
    webhooks.deliver(organization_id, webhook_id)


@shared_task(name="feedback.sweep_deliveries")
def sweep_deliveries() -> None:
    """Send what is due to anybody: retries, and what was forgotten, in every organization."""
    with across(), transaction.atomic():
        webhooks.sweep_deliveries()


@shared_task(name="feedback.forget_deliveries")
def forget_deliveries() -> None:
    """Give up and delete old deliveries, in every organization."""
    with across(), transaction.atomic():
        webhooks.forget_deliveries()


@shared_task(name="feedback.index_records", acks_late=True)
def index_records(organization_id: str, dataset_id: str) -> None:
    """Read the words of records that wait, and ask again if some are left."""
    with acting_for(organization_id):
        indexing.go_on_indexing(organization_id, dataset_id)


@shared_task(name="feedback.index_property", acks_late=True)
def index_property(organization_id: str, property_id: str) -> None:
    """Read the values of a metadata property out of a dataset's records."""
    with acting_for(organization_id):
        indexing.index_property(property_id)


@shared_task(name="feedback.sweep_backlog")
def sweep_backlog() -> None:
    """Read some of what was forgotten, in every organization: whoever was asked for it may have died."""
    with across(), transaction.atomic():
        waiting = indexing.waiting_datasets()
        indexing.sweep_properties()
    for organization_id, dataset_id in waiting:
        with acting_for(organization_id):
            indexing.index_records(str(dataset_id), seconds=indexing.SLICE / len(waiting))


@shared_task(name="feedback.tend_vector_indexes")
def tend_vector_indexes() -> None:
    """Build and drop indexes of vectors, in every organization."""
    with across():
        vector_indexes.tend_vector_indexes()


@shared_task(name="feedback.empty_trash", acks_late=True)
def empty_trash(organization_id: str) -> None:
    """Let go some of what nobody can bring back any more, and ask again if some is left."""
    with acting_for(organization_id):
        emptying.go_on_emptying(organization_id)


@shared_task(name="feedback.sweep_trash")
def sweep_trash() -> None:
    """Do that in every organization where something's time is over."""
    with across(), transaction.atomic():
        organizations = emptying.organizations_due()
    for organization_id in organizations:
        with acting_for(organization_id):
            emptying.empty_trash(seconds=emptying.SLICE / len(organizations))
