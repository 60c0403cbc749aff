"""Asking for a copy of somebody's own data, or that nothing of them is left; and doing it once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.db.models.functions import Now
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts import directory
from accounts.actions import remove_member
from accounts.actions.departures import forget_account
from accounts.audit import note
from accounts.models import ApiKey, Membership
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.later import later
from core.tenancy import acting_for
from feedback.actions.forgetting import delete_later
from feedback.models import PersonalRequest, SavedView
from feedback.models.job_states import State
from feedback.models.personal import LEASE, PersonalKind
from workspaces.models import Invitation

log = structlog.get_logger(__name__)


@transaction.atomic
def ask_for_copy(member: Membership, *, by: Membership) -> PersonalRequest:
    """A file with all that is kept of this person. `Conflict` while one is being made."""
    Membership.objects.select_for_update(no_key=True).get(pk=member.pk)
    unfinished = PersonalRequest.objects.filter(membership=member, state__in=(State.WAITING, State.RUNNING))
    if unfinished.exists():
        raise Conflict(gettext("The copy before this one is still being made. Wait for it."))
    return _asked(member, PersonalKind.EXPORT, by)


@transaction.atomic
def erase_person(member: Membership, *, typed: str, deletes_answers: bool, by: Membership) -> PersonalRequest:
    """Leave nothing of somebody but a pseudonym, and their answers if those are to be kept. It cannot be undone.

    `typed`: the username, so that it is this one who is meant. They are out at once; the rest a worker does. An
    account that is the person's own, or that other organizations need, is theirs: it only leaves this one.
    `Conflict` for the last owner.
    """
    if typed.strip() != member.username:
        sentence = gettext("Write the username as it stands here: %(name)s") % {"name": member.username}
        raise Invalid(sentence, {"username": sentence})
    user = member.user
    email = user.email if user else None
    remove_member(member)
    if (
        user is not None
        and user.managed_by_id == member.organization_id
        and not directory.memberships_of(user)
    ):
        forget_account(user)
    if email:
        Invitation.objects.filter(organization=member.organization_id, email__iexact=email).delete()
    _forget_names(member)
    return _asked(member, PersonalKind.ERASURE, by, deletes_answers=deletes_answers)


@transaction.atomic
def ask_again(request: PersonalRequest, *, by: Membership | None) -> PersonalRequest:
    """Do once more what failed; what was done of it stays done. `Conflict` if it did not fail."""
    changes = {"state": State.WAITING, "detail": "", "ended_at": None, "updated_at": Now()}
    if not PersonalRequest.objects.filter(pk=request.pk, state=State.FAILED).update(**changes):
        raise Conflict(gettext("Only what failed can be tried again."))
    note("member.tried_again", request.membership, by=by, kind=request.kind)
    _send(request)
    return request


def open_copy(request: PersonalRequest, *, by: Membership) -> tuple[str, FieldFile]:
    """Its name and the file, for whom it concerns; of somebody who cannot come in any more, for owners."""
    person = request.membership
    is_out = person.user_id is None or person.deactivated_at is not None
    if not request.file or (person.pk != by.pk and not is_out):
        raise NotFound(gettext("There is no such file, or not any more. Ask for another copy."))
    return f"{person.username}.zip", request.file.open("rb")


def do_request(organization_id: str, pk: str, work: Callable[[PersonalRequest], dict[str, object]]) -> None:
    """Do it once, whoever else was asked to. `work` returns what to write; a mistake of ours is logged and told."""
    with acting_for(organization_id):
        with transaction.atomic():
            free = Q(state=State.WAITING) | Q(state=State.RUNNING, updated_at__lt=now() - LEASE)
            mine = PersonalRequest.objects.filter(free, pk=pk)
            if not mine.update(state=State.RUNNING, updated_at=Now()):
                return
            request = PersonalRequest.objects.select_related("membership__user", "organization").get(pk=pk)
        try:
            done = work(request)
        except DomainError as error:
            _end(request, state=State.FAILED, detail=str(error))
        except Exception:
            _end(request, state=State.FAILED, detail="Something went wrong here. Our log has the reason.")
            log.exception("personal request failed", request=pk)
            raise
        else:
            _end(request, state=State.FINISHED, **done)


@transaction.atomic
def forget_copies() -> None:
    """Delete copies whose time is over."""
    for one in PersonalRequest.objects.filter(expires_at__lt=now()).exclude(file="")[:100]:
        delete_later([str(one.file.name)])
        PersonalRequest.objects.filter(pk=one.pk).update(file="")


def take_up_requests() -> None:
    """Ask again for those that nobody does."""
    for one in PersonalRequest.objects.abandoned()[:100]:
        _send(one)


def kept_until() -> object:
    """When a copy that is finished now is deleted."""
    return now() + timedelta(days=settings.PERSONAL_FILES_KEPT_DAYS)


def _asked(
    member: Membership, kind: PersonalKind, by: Membership, *, deletes_answers: bool = False
) -> PersonalRequest:
    made = PersonalRequest.objects.create(
        organization_id=member.organization_id,
        membership=member,
        asked_by=by,
        kind=kind,
        deletes_answers=deletes_answers,
    )
    act = "member.copy_asked" if kind == PersonalKind.EXPORT else "member.erased"
    note(act, member, by=by, deletes_answers=deletes_answers)
    _send(made)
    return made


def _send(request: PersonalRequest) -> None:
    task = "feedback.run_copy" if request.kind == PersonalKind.EXPORT else "feedback.run_erasure"
    later(task, str(request.organization_id), str(request.pk))


@transaction.atomic
def _end(request: PersonalRequest, **done: object) -> None:
    PersonalRequest.objects.filter(pk=request.pk).update(**done, ended_at=Now(), updated_at=Now())


def _forget_names(member: Membership) -> None:
    """What stands here about them beside their answers: skills, searches of their own, names in the history."""
    Membership.objects.filter(pk=member.pk).update(skills=[], last_seen_at=None)
    ApiKey.objects.filter(membership=member).update(name="")
    SavedView.objects.filter(owner=member, is_shared=False).delete()
    kind = ContentType.objects.get_for_model(Membership)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(member.pk))
    entries.update(object_repr=member.username, change_message="")
    for one in PersonalRequest.objects.filter(membership=member).exclude(file=""):
        delete_later([str(one.file.name)])
    PersonalRequest.objects.filter(membership=member).update(file="")
