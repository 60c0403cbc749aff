"""Letters, when there are many of them."""

from celery import shared_task

from core.tenancy import acting_for
from workspaces import emails


@shared_task(name="workspaces.send_invitation", acks_late=True)
def send_invitation(organization_id: str, invitation_id: str) -> None:
    """Send the letter of an invitation, once."""
    with acting_for(organization_id):
        emails.send_waiting(invitation_id)
