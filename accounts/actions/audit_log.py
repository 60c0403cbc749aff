"""Acts on the audit log itself: how long it is kept."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext, ngettext

from accounts.audit import note
from accounts.audit_models import LEAST_DAYS, MOST_DAYS
from accounts.models import Organization
from core.errors import Invalid
from core.tenancy import across

AT_ONCE = 20_000  # entries that one turn forgets: the next is in an hour


@transaction.atomic
def keep_audit_log(organization: Organization, *, days: int) -> Organization:
    """Keep entries for so long from now on. `Invalid` if that is too short, or ten years are not enough."""
    if not LEAST_DAYS <= days <= MOST_DAYS:
        sentence = ngettext(
            "Write %(least)s to %(most)s day.", "Write %(least)s to %(most)s days.", MOST_DAYS
        ) % {"least": LEAST_DAYS, "most": MOST_DAYS}
        raise Invalid(gettext("The log cannot be kept for so long."), {"days": sentence})
    before = organization.audit_days
    if days != before:
        Organization.objects.filter(pk=organization.pk).update(audit_days=days, updated_at=Now())
        organization.audit_days = days
        note("organization.changed", organization, audit_log_kept_for_days=(before, days))
    return organization


def forget_entries(most: int = AT_ONCE) -> int:
    """Let the database forget what is too old, in every organization; how many entries."""
    with across(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select forget_audit_entries(%s)", [most])
        return int(cursor.fetchone()[0])


def note_export(organization: Organization, *, format: str) -> None:
    """Somebody takes the log away: that stands in it, too."""
    note("audit.exported", organization, format=format)
