"""Writing the audit log: an action notes what it did, in the transaction in which it does it.

    note("dataset.published", dataset)
    note("member.role_changed", member, by=by, role=(before, after))

Who asked, and from where, is known from core/origin.py. Details are changes (a pair: what it was, what it is), numbers
and names. Secrets, texts of records and answers are none of the log's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction

from accounts.audit_acts import ACTS
from accounts.audit_models import AuditEntry
from accounts.models import Membership, Organization, User
from core import origin
from core.tenancy import acting_for

LONGEST_DETAIL = 300  # characters; of lists as many items


def note(act: str, subject: models.Model, *, by: Any = None, called: str = "", **details: Any) -> None:
    """Remember an act and what it was done to. `by`: who did it, if not whoever asks; `called`: another name."""
    note_all(act, [subject], by=by, called=called, **details)


def note_all(
    act: str, subjects: Iterable[models.Model], *, by: Any = None, called: str = "", **details: Any
) -> None:
    """The same act to each of these, in one statement. All are of one organization."""
    assert act in ACTS, f"{act} is no act of accounts/audit_acts.py."
    kept = {name: _kept(value) for name, value in details.items()}
    rows = [_entry(act, one, by, called, kept) for one in subjects]
    if not rows:
        return
    with acting_for(rows[0].organization_id), transaction.atomic(savepoint=False):
        AuditEntry.objects.bulk_create(rows)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What differs, as details."""
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def _entry(act: str, subject: models.Model, by: Any, called: str, details: dict[str, Any]) -> AuditEntry:
    place = subject.pk if isinstance(subject, Organization) else subject.organization_id  # type: ignore[attr-defined]
    now = origin.current()
    stored = subject._meta.concrete_model or type(subject)  # one in the trash is what it was
    return AuditEntry(
        organization_id=place,
        act=act,
        door=now.door,
        address=now.address,
        agent=now.agent,
        **_who(by or now.by, now.means),
        object_kind=str(stored._meta.model_name),
        object_id=subject.pk,
        object_name=(called or str(subject))[:400],
        details=details,
    )


def _who(by: Any, means: str) -> dict[str, Any]:
    if isinstance(by, User):
        return {"actor_name": str(by), "is_operator": by.is_superuser, "means": means}
    if not isinstance(by, Membership):
        return {}
    name = by.display_name if by.display_name == by.username else f"{by.display_name} ({by.username})"
    key = {"key_id": by.key.pk, "key_name": by.key.name} if by.key else {}
    return {"actor_id": by.pk, "actor_name": name[:400], "is_service": by.is_service, "means": means, **key}


def _kept(value: Any) -> Any:
    """As JSON, and short: a pair is a change."""
    if isinstance(value, tuple) and len(value) == 2:
        return {"was": _kept(value[0]), "is": _kept(value[1])}
    if isinstance(value, list | tuple | set):
        return [_kept(one) for one in list(value)[:LONGEST_DETAIL]]
    if isinstance(value, bool | int | float) or value is None:
        return value
    return str(value)[:LONGEST_DETAIL]
