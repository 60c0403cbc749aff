"""The end of an organization: ordered, taken back while there is time, and due."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.audit import note
from accounts.models import Organization
from core.errors import Conflict, Invalid


@transaction.atomic
def order_deletion(organization: Organization, *, typed: str) -> Organization:
    """From now on owners alone enter; when ORGANIZATION_KEPT_DAYS are over, all of it is deleted for good.

    `typed`: its name, so that it is this one which is meant. Ordering it twice does not begin anew.
    """
    if typed.strip() != organization.name:
        sentence = gettext("Write the name as it stands here: %(name)s") % {"name": organization.name}
        raise Invalid(sentence, {"name": sentence})
    end = now() + timedelta(days=settings.ORGANIZATION_KEPT_DAYS)
    Organization.objects.filter(pk=organization.pk, purge_at=None).update(purge_at=end, updated_at=Now())
    note("organization.deletion_ordered", organization)
    organization.refresh_from_db()
    return organization


@transaction.atomic
def keep_organization(organization: Organization) -> Organization:
    """All is as it was. `Conflict` once the deleting may have begun."""
    kept = Organization.objects.filter(pk=organization.pk).exclude(purge_at__lte=now())
    if not kept.update(purge_at=None, updated_at=Now()):
        raise Conflict(gettext("It is too late: the organization is being deleted."))
    note("organization.kept", organization)
    organization.refresh_from_db()
    return organization


def check_stays(organization: Organization) -> None:
    """Refuse to bring somebody into an organization that is going to end."""
    if organization.purge_at is not None:
        raise Conflict(gettext("This organization is going to be deleted. Nobody new comes in."))
