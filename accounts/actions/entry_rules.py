"""How the people of an organization must sign in."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts.audit import changes, note
from accounts.models import Identity, IdentityProvider, Membership, Organization
from accounts.second_factor import has_second_factor
from core.errors import Conflict


@transaction.atomic
def change_entry_rules(
    organization: Organization, *, must_use_sso: bool, must_use_second_factor: bool, by: Membership
) -> Organization:
    """From now on, at the next page that anybody opens. `Conflict` if it would lock out whoever asks for it.

    A provider that nobody has come through may be set up wrongly: the owner who orders it has done so once.
    """
    locked = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if must_use_sso and not locked.must_use_sso and not _came_through_one(organization, by):
        raise Conflict(
            gettext(
                "First sign in through the provider once yourself: what does not work would lock everybody out."
            )
        )
    if must_use_second_factor and not locked.must_use_second_factor:
        assert by.user is not None
        if not has_second_factor(by.user):
            raise Conflict(gettext("First set up a second factor of your own."))
    rules = {"must_use_sso": must_use_sso, "must_use_second_factor": must_use_second_factor}
    if told := changes({name: getattr(locked, name) for name in rules}, rules):
        note("organization.sign_in_changed", organization, by=by, **told)
    Organization.objects.filter(pk=organization.pk).update(**rules, updated_at=Now())
    organization.refresh_from_db()
    return organization


@transaction.atomic
def lift_entry_rules(organization: Organization) -> None:
    """For the operator, when nobody gets in any more."""
    off = {"must_use_sso": False, "must_use_second_factor": False}
    if told := changes({name: getattr(organization, name) for name in off}, off):
        note("organization.sign_in_changed", organization, **told)
    Organization.objects.filter(pk=organization.pk).update(**off, updated_at=Now())


def _came_through_one(organization: Organization, by: Membership) -> bool:
    working = IdentityProvider.objects.filter(organization=organization, is_on=True)
    return Identity.objects.filter(user=by.user_id, provider__in=working).exists()
