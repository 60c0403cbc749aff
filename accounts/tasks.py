"""When things happen to the audit log. What happens is in accounts/actions."""

from celery import shared_task

from accounts.actions import audit_log, sign_ins


@shared_task(name="accounts.write_failed_sign_in", acks_late=True)
def write_failed_sign_in(login: str, organization: str, door: str, address: str, agent: str) -> None:
    """Remember that somebody tried."""
    sign_ins.write_failed_sign_in(login, organization, door, address, agent)


@shared_task(name="accounts.forget_audit_entries")
def forget_audit_entries() -> None:
    """Let go of what is older than its organization keeps it."""
    audit_log.forget_entries()
