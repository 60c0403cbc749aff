"""Letters, one function each."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from workspaces.actions.invitations import Invited


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
