"""Letters about organizations that were asked for, one function each. One that cannot be sent is written to the log."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership, OrganizationRequest, User

log = logging.getLogger(__name__)


def somebody_asks(asked: OrganizationRequest) -> None:
    """To the operators of the installation who have an e-mail."""
    operators = User.objects.filter(is_superuser=True, is_active=True).exclude(email=None).exclude(email="")
    path = reverse("admin:accounts_organizationrequest_changelist")
    for operator in operators:
        _send("somebody_asks", operator, {"asked": asked, "link": _address(path)})


def organization_is_there(owner: Membership) -> None:
    """To its owner."""
    assert owner.user is not None
    link = _address(reverse("home", args=[owner.organization.slug]))
    _send("organization_is_there", owner.user, {"organization": owner.organization, "link": link})


def organization_is_declined(asked: OrganizationRequest) -> None:
    """To whoever asked."""
    _send("organization_is_declined", asked.user, {"asked": asked})


def _send(name: str, to: User, about: dict[str, Any]) -> None:
    with translation.override(to.language or settings.LANGUAGE_CODE):
        subject, _, text = render_to_string(f"emails/{name}.txt", about).strip().partition("\n")
    try:
        send_mail(subject.strip(), text.strip() + "\n", None, [to.email or ""])
    except OSError as error:  # smtplib's errors are
        log.warning("A letter to %s was not sent: %s", to.pk, error)


def _address(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"
