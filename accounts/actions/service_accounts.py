"""Service accounts: programs as members of an organization, which nobody signs in as."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts.access import Role
from accounts.actions.members import check_username, clash
from accounts.audit import note
from accounts.models import Membership, Organization
from core.errors import Invalid
from core.later import later


@transaction.atomic
def add_service_account(
    organization: Organization, *, username: str, first_name: str = "", may_answer: bool = False
) -> Membership:
    """A member that acts by its keys alone. `may_answer`: whether it may get records and answer them.

    It is in no workspace yet, and in one as a labeler unless it is said otherwise. `Conflict` if the username is taken.
    """
    check_username(username)
    try:
        with transaction.atomic():
            service = Membership.objects.create(
                organization=organization,
                username=username,
                first_name=first_name,
                role=Role.ANNOTATOR,
                is_service=True,
                may_answer=may_answer,
            )
    except IntegrityError as error:
        raise clash(error, username) from None
    note("service.added", service, may_answer=may_answer)
    return service


@transaction.atomic
def let_answer(service: Membership, may_answer: bool) -> Membership:
    """Let a service account get records and answer them, or no longer: then what it holds is for others."""
    if not service.is_service:
        raise Invalid(gettext("This is for service accounts. What people may is said by their roles."))
    Membership.objects.filter(pk=service.pk).update(may_answer=may_answer, updated_at=Now())
    service.refresh_from_db(fields=["may_answer", "updated_at"])
    note("service.changed", service, may_answer=(not may_answer, may_answer))
    later("feedback.leave_behind", str(service.organization_id))
    return service
