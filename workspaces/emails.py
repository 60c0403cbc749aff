"""Letters, one function each."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from workspaces.actions.invitations import Invited, note_letter, renew_invitation
from workspaces.models import Invitation


def link(invited: Invited) -> str:
    """The address that opens the invitation, for whoever has it."""
    path = reverse("invitation", args=[invited.invitation.organization.slug, invited.token])
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def invitation(invited: Invited) -> None:
    """Ask somebody to join. Raises OSError (smtplib's errors are) if the letter cannot be sent."""
    about = {"invitation": invited.invitation, "link": link(invited)}
    subject = render_to_string("emails/invitation.subject.txt", about).strip()
    text = render_to_string("emails/invitation.txt", about)
    letter = EmailMultiAlternatives(subject, text, to=[invited.invitation.email])
    letter.attach_alternative(render_to_string("emails/invitation.html", about), "text/html")
    letter.send()


def send(invited: Invited) -> str:
    """Ask, and note whether the letter went: "" or why not."""
    try:
        invitation(invited)
    except (OSError, SMTPException, ValueError) as error:  # ValueError: an address that no letter can carry
        failure = str(error) or type(error).__name__
    else:
        failure = ""
    note_letter(invited.invitation, failure)
    return failure


def send_waiting(pk: str) -> None:
    """The letter of an invitation that was made with others, unless it went already. Its link is made only now."""
    with transaction.atomic():
        found = Invitation.objects.waiting().filter(pk=pk, sent_at=None).first()
        if found is None:
            return
        invited = renew_invitation(found)
    send(invited)
