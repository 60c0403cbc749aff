"""One answer for many records, as a job: each gets it as if it had been submitted there. Undone by taking_back.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.audit import note
from accounts.models import Membership
from core.errors import Invalid
from core.jsonb import dumps
from core.later import later
from core.models import new_id
from feedback.actions import answers, jobs, record_rows
from feedback.actions.gathering import begin, next_gathered
from feedback.actions.telling import Statuses
from feedback.events import announce_responses, announce_status
from feedback.item import Item
from feedback.models import BulkAnswer, Dataset, Job, Record, Response
from feedback.models.jobs import JobKind, State
from feedback.models.responses import Status
from feedback.models.webhooks import Event
from feedback.search.selection import Selection
from feedback.shape import DatasetShape

CHUNK = 200  # records in one transaction
KEPT = (
    "values", "status", "is_set_aside", "reason", "note", "presentation", "guidelines_version", "active_ms",
    "submission", "submitted_at", "updated_at",
)  # fmt: skip  # columns of a response that the act changes


def check_answers(shape: DatasetShape, values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are stored. `Invalid` if a question that must be answered is about each record's own text."""
    for question in map(shape.questions.__getitem__, shape.asked(values)):
        if question.required and not question.kind.fits_any:
            raise Invalid(
                f"“{question.title}” must be answered for each record by itself, "
                "so these records cannot be answered at once."
            )
    return answers.clean(shape, values, Item(fields={}), final=True)


@transaction.atomic
def start_answers(
    dataset: Dataset, selection: Selection, *, values: Mapping[str, Any], replaces: bool, by: Membership
) -> Job:
    """Ask for it. `replaces`: also where this person has a response; else that one stays."""
    cleaned = check_answers(dataset.shape, values)
    job = Job.objects.create(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.ANSWERS,
        options={**selection.options, "values": cleaned, "replaces": replaces},
    )
    note("records.answered", dataset, by=by, job=job.pk, replaces=replaces)
    later("feedback.run_answers", str(job.organization_id), str(job.pk))
    return job


def run_answers(organization_id: str, job_id: str) -> None:
    """Answer the records, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _answer)


def _answer(job: Job) -> None:
    by = begin(job)
    while _chunk(job, by):
        pass
    jobs.end(job, State.FINISHED, _summary(job.counts))


@transaction.atomic
def _chunk(job: Job, by: Membership) -> bool:
    """Answer the next records, in one transaction with the note that they are done. False: there are none left."""
    planned = next_gathered(job, CHUNK)
    if not planned:
        return False
    written, counts = _give(job.dataset, sorted(planned.values()), job, by)
    done = [{"id": pk, **written[record]} for pk, record in planned.items() if record in written]
    BulkAnswer.objects.filter(pk__in=[pk for pk, record in planned.items() if record not in written]).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update feedback_bulkanswer b
            set response_id = x.response_id, revision = x.revision, before = x.before
            from jsonb_to_recordset(%s::jsonb) as x(id bigint, response_id uuid, revision int, before jsonb)
            where b.id = x.id
            """,
            [dumps(done)],
        )
    counted = dict(Counter(job.counts) + counts)
    after = {"after": max(planned)}
    if not job.proceed(done=job.done + len(planned), checkpoint=after, counts=counted):
        raise jobs.Stopped
    return True


def _give(
    dataset: Dataset, records: Sequence[UUID], job: Job, by: Membership
) -> tuple[dict[UUID, dict[str, Any]], Counter[str]]:
    """Record -> what was written there and what was there before, for those that got the answer."""
    record_rows.lock(dataset)
    answers.lock_tallies(dataset, {by.pk})
    here = set(Record.objects.filter(dataset=dataset, pk__in=records).values_list("pk", flat=True))
    had = {one.record_id: one for one in Response.objects.filter(record__in=records, membership=by)}
    wanted = [pk for pk in records if pk in here and (job.options["replaces"] or pk not in had)]
    statuses = Statuses(dataset, wanted)
    before = {pk: {name: getattr(had[pk], name) for name in KEPT} for pk in wanted if pk in had}
    extra = settle_many(
        {pk: (had[pk].status if pk in had else None, Status.SUBMITTED) for pk in wanted}, by.pk
    )
    rows = [{"id": new_id(), "record_id": pk, "is_extra": is_extra} for pk, is_extra in extra.items()]
    written = _write(dataset, rows, job, by)
    announce_responses(
        dataset,
        {
            Event.RESPONSE_CREATED: [pk for record, (pk, _) in written.items() if record not in had],
            Event.RESPONSE_UPDATED: [pk for record, (pk, _) in written.items() if record in had],
        },
    )
    announce_status(dataset, statuses.changed())
    counts = Counter(
        answered=len(written),
        replaced=sum(record in had for record in written),
        kept=sum(pk in here and pk not in written for pk in records),
    )
    changes = {
        record: {"response_id": pk, "revision": revision, "before": before.get(record)}
        for record, (pk, revision) in written.items()
    }
    return changes, counts


def settle_many(changes: Mapping[UUID, tuple[str | None, str | None]], person: UUID) -> dict[UUID, bool]:
    """`queue.settle` for many records: record -> (status before, after). Record -> whether the response is extra.

    Under `record_rows.lock` and the person's tally. Records that are gone are left out.
    """
    ordered = sorted(changes)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select x.id, not settled.is_wanted
            from unnest(%s::uuid[], %s::text[], %s::text[]) as x(id, before, after)
            cross join lateral settle_place(x.id, %s, x.before, x.after, 0, false) as settled
            """,
            [ordered, [changes[pk][0] for pk in ordered], [changes[pk][1] for pk in ordered], person],
        )
        return dict(cursor.fetchall())


def _write(
    dataset: Dataset, rows: Sequence[Mapping[str, Any]], job: Job, by: Membership
) -> dict[UUID, tuple[UUID, int]]:
    """Record -> the response's id and revision. `presentation` says that nobody was shown the record for it."""
    presentation = {"version": 1, "shown": {}, "device": "", "at_once": str(job.pk)}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into feedback_response as r (id, organization_id, dataset_id, record_id, membership_id, values,
                status, is_extra, is_set_aside, note, presentation, revision, submitted_at, guidelines_version)
            select id, %s, %s, record_id, %s, %s::jsonb, 'submitted', is_extra, false, '', %s::jsonb, 1, now(), %s
                from jsonb_to_recordset(%s::jsonb) as x(id uuid, record_id uuid, is_extra boolean)
            on conflict (record_id, membership_id) do update set
                values = excluded.values, status = excluded.status, is_extra = excluded.is_extra, is_counted = false,
                is_set_aside = false,
                reason = null, note = '', presentation = excluded.presentation, submission = null,
                guidelines_version = excluded.guidelines_version, revision = r.revision + 1,
                submitted_at = excluded.submitted_at, updated_at = now()
            returning record_id, id, revision
            """,
            [
                dataset.organization_id,
                dataset.pk,
                by.pk,
                dumps(job.options["values"]),
                dumps(presentation),
                dataset.guidelines_version,
                dumps([{**row, "id": str(row["id"]), "record_id": str(row["record_id"])} for row in rows]),
            ],
        )
        return {record: (pk, revision) for record, pk, revision in cursor.fetchall()}


def _summary(counts: Mapping[str, int]) -> str:
    answered, replaced, kept = (counts.get(name, 0) for name in ("answered", "replaced", "kept"))
    said = f"{answered:,} record{'' if answered == 1 else 's'} got this answer"
    said += f", {replaced:,} of them in place of an earlier one." if replaced else "."
    return said + (f" {kept:,} kept the answer that they had." if kept else "")
