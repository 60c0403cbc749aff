"""Deleting an organization for good, when its time is over: files first, then rows in chunks, table by table.

Which tables there are is found in the database (backup_tables.py), so that none is forgotten. Everything here can be
done again: what a worker leaves that dies, the next one finds.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils.timezone import now

from accounts.models import Identity, Organization, User
from core.tenancy import acting_for
from feedback.actions.backup_tables import children_first
from feedback.actions.forgetting import delete_later, forget_all
from feedback.models import Dataset, Job, PersonalRequest
from feedback.models.job_states import State

# Tables that the application cannot delete from, and who does it.
STAYS = {
    "accounts_auditentry": "the audit log outlives what it tells of, and forgets by itself (accounts/tasks.py)"
}
CHUNK = 5_000  # rows in one transaction
log = structlog.get_logger(__name__)


def organizations_due() -> list[UUID]:
    """Those whose time is over."""
    return list(Organization.objects.filter(purge_at__lte=now()).values_list("pk", flat=True))


def purge(organization_id: UUID) -> bool:
    """Delete all of it. False: a job is still at work, which is asked to stop; come again.

    Accounts that it made go with it, those of the people themselves stay. Steps:
    1. Nobody writes files any more: owners are still there, and may have begun something a minute ago.
    2. Files go while the rows that name them are there.
    3. Rows, children first, so that no statement takes more with it than its chunk; before them who people are to its
       providers, which stands in a table of no tenant.
    4. The accounts, then the organization itself; with it, what hangs on it in tables of no tenant.
    """
    with acting_for(organization_id):
        if _is_at_work():
            return False
        _delete_files()
        _delete_identities(organization_id)
        for table in children_first():
            while table not in STAYS and _delete_rows(table, organization_id):
                pass
        while _delete_accounts(organization_id):
            pass
        with transaction.atomic():
            Organization.objects.filter(pk=organization_id, purge_at__lte=now()).delete()
    log.info("organization deleted", organization=str(organization_id))
    return True


@transaction.atomic
def _is_at_work() -> bool:
    return bool(Job.objects.filter(state=State.RUNNING, leased_until__gt=now()).update(wants_cancel=True))


def _delete_files() -> None:
    with transaction.atomic():
        datasets = list(Dataset._base_manager.all())  # those in the trash, too
        delete_later(filter(None, PersonalRequest.objects.values_list("file", flat=True)))
    for dataset in datasets:
        with transaction.atomic():
            forget_all(dataset)


@transaction.atomic
def _delete_rows(table: str, organization_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            delete from {table} where ctid = any(array(
                select ctid from {table} where organization_id = %s limit %s for update skip locked
            ))
            """,  # noqa: S608 - the names are the database's own
            [organization_id, CHUNK],
        )
        return int(cursor.rowcount)


@transaction.atomic
def _delete_identities(organization_id: UUID) -> None:
    """Who people are to its providers: of no tenant, and in the way of a table of tenants."""
    Identity.objects.filter(provider__organization=organization_id).delete()


@transaction.atomic
def _delete_accounts(organization_id: UUID) -> int:
    """Those that it made. One that has come to belong elsewhere, too, is managed by nobody (accounts/actions)."""
    chosen = User.objects.filter(managed_by=organization_id).values_list("pk", flat=True)[:500]
    return User.objects.filter(pk__in=list(chosen)).delete()[0]
