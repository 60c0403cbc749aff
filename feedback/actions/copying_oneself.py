"""A zip with all that is kept of one person, for that person: JSON, and JSON Lines where there may be much."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.files import File
from django.db import transaction

from accounts.models import ApiKey, Identity, Membership
from feedback.actions.personal import do_request, kept_until
from feedback.models import DailyTally, LabelerTally, PastLease, PersonalRequest, Record, Response, SavedView
from feedback.models.responses import Status

CHUNK = 1_000  # rows read at once

ANSWER = (
    "id", "dataset_id", "dataset__name", "record_id", "record__external_id", "status", "values", "reason", "note",
    "presentation", "active_ms", "guidelines_version", "inserted_at", "updated_at", "submitted_at",
)  # fmt: skip
README = """What is kept about you in {organization}, on {day}.

profile.json      names, role, languages and skills, workspaces, groups, keys (not the keys themselves), searches
sign-ins.json     your account: e-mail addresses, providers, where you are signed in (only if you asked yourself)
answers.jsonl     your answers, submitted or discarded, one on each line
drafts.jsonl      your drafts
records.jsonl     records that you wrote
activity.jsonl    how much you did on which day, in which dataset
turns.jsonl       the records that were given to you, and how that ended
"""


def run_copy(organization_id: str, request_id: str) -> None:
    """Make the file that was asked for."""
    do_request(organization_id, request_id, _copy)


def _copy(request: PersonalRequest) -> dict[str, object]:
    member = request.membership
    counts: dict[str, int] = {}
    with TemporaryFile() as space:
        with zipfile.ZipFile(space, "w", zipfile.ZIP_DEFLATED) as archive:
            about = {"organization": request.organization.name, "day": date.today().isoformat()}
            archive.writestr("README.txt", README.format(**about))
            archive.writestr("profile.json", _json(_profile(member)))
            if request.asked_by_id == member.pk:
                archive.writestr("sign-ins.json", _json(_sign_ins(member)))
            for name, rows in _long(member):
                counts[name] = _write(archive, f"{name}.jsonl", rows)
        space.seek(0)
        request.file.save(f"{request.pk}.zip", File(space), save=False)
    return {"file": request.file.name, "counts": counts, "expires_at": kept_until()}


def _write(archive: zipfile.ZipFile, name: str, rows: Iterable[dict[str, Any]]) -> int:
    number = 0
    with archive.open(name, "w", force_zip64=True) as file:
        for number, row in enumerate(rows, 1):  # noqa: B007 - it is the count
            file.write((_json(row, indent=None) + "\n").encode())
    return number


def _long(member: Membership) -> Iterator[tuple[str, Iterable[dict[str, Any]]]]:
    with transaction.atomic():
        tallies = LabelerTally.objects.filter(membership=member)
        datasets = list(tallies.values_list("dataset", flat=True))
    yield "answers", _answers(member, datasets, drafts=False)
    yield "drafts", _answers(member, datasets, drafts=True)
    written = Record.objects.filter(author=member)
    yield "records", _all(written, "id", "dataset_id", "external_id", "fields", "metadata", "inserted_at")
    done = DailyTally.objects.filter(membership=member).order_by("day", "dataset")
    yield (
        "activity",
        _one_go(done, "dataset_id", "dataset__name", "day", "submitted", "discarded", "active_ms"),
    )
    held = PastLease.objects.filter(membership=member)
    yield "turns", _all(held, "id", "dataset_id", "record_id", "leased_at", "ending")


def _answers(member: Membership, datasets: list[UUID], *, drafts: bool) -> Iterator[dict[str, Any]]:
    for dataset in datasets:
        theirs = Response.objects.filter(dataset=dataset, membership=member)
        wanted = theirs.filter(status=Status.DRAFT) if drafts else theirs.exclude(status=Status.DRAFT)
        yield from _all(wanted, *ANSWER)


def _all(rows: Any, *columns: str) -> Iterator[dict[str, Any]]:
    """Chunk by chunk, each in a transaction of its own, so that none is long."""
    after: Any = None
    while True:
        with transaction.atomic():
            here = rows if after is None else rows.filter(pk__gt=after)
            found = list(here.order_by("pk").values(*columns)[:CHUNK])
        if not found:
            return
        yield from found
        after = found[-1]["id"]


@transaction.atomic
def _one_go(rows: Any, *columns: str) -> list[dict[str, Any]]:
    return list(rows.values(*columns))


@transaction.atomic
def _profile(member: Membership) -> dict[str, Any]:
    places = member.workspace_memberships.values("workspace__name", "role", "role_set_at")
    keys = ApiKey.objects.filter(membership=member)
    return {
        "id": member.pk,
        "username": member.username,
        "first_name": member.first_name,
        "last_name": member.last_name,
        "role": member.role,
        "skills": member.skills,
        "added": member.inserted_at,
        "last_seen": member.last_seen_at,
        "workspaces": list(places),
        "groups": list(member.group_places.values_list("group__name", flat=True)),
        "keys": list(
            keys.values("name", "prefix", "scope", "inserted_at", "last_used_at", "expires_at", "revoked_at")
        ),
        "searches": list(SavedView.objects.filter(owner=member).values("name", "address", "is_shared")),
    }


@transaction.atomic
def _sign_ins(member: Membership) -> dict[str, Any]:
    user = member.user
    if user is None:
        return {}
    return {
        "email": user.email,
        "joined": user.date_joined,
        "last_sign_in": user.last_login,
        "language": user.language,
        "shortcuts": user.shortcuts,
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "providers": list(Identity.objects.filter(user=user).values("issuer", "subject")),
        "sessions": list(
            UserSession.objects.filter(user_id=user.pk).values(
                "created_at", "last_seen_at", "ip", "user_agent"
            )
        ),
    }


def _json(value: Any, indent: int | None = 2) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
