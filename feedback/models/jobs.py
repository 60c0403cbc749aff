"""Jobs: long work with progress. The row is the truth; the broker only carries its id."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.timezone import now

from accounts.access import Verb
from accounts.models import Membership, Organization
from accounts.scoped import Scoped, WorkspaceQuerySet
from core.models import Base
from feedback.models.datasets import Dataset
from feedback.models.job_kinds import (
    ANEW,
    ANSWERS,
    ASSIGNMENTS,
    BRINGS_IN,
    MAKES,
    QUEUE,
    JobKind,
    job_kinds,
)
from feedback.models.job_states import ENDED, UNDER_WAY, State, states

__all__ = [
    "ANEW",
    "ANSWERS",
    "ASSIGNMENTS",
    "BRINGS_IN",
    "ENDED",
    "MAKES",
    "QUEUE",
    "UNDER_WAY",
    "Job",
    "JobKind",
    "State",
    "job_kinds",
    "states",
]

LEASE = timedelta(seconds=60)  # a worker that is silent for so long is taken for dead
READ = ("files", "digest")  # among the options: what an import reads (feedback/actions/sources.py)
FOUND = "found"  # among the options: what an import from elsewhere reads, looked up once
PLAN = "plan"  # among the options: the dataset that is planned for a file, until it is made
GUARDED = "guarded"  # among the options: it needed a token, which is forgotten when it ends
RESTORED = "restored"  # among the options: it comes from a backup, and where it was means nothing any more
SEALED = "sealed"  # among the options: what only the work itself may read (core/sealed.py), until it ends
OF_THE_WORK = {SEALED, FOUND, PLAN, GUARDED, RESTORED, *READ}


class JobQuerySet(WorkspaceQuerySet["Job"]):
    """Jobs, newest first."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        """As far as their datasets; but how one goes any manager of the organization may ask."""
        is_limited = by.key is not None and by.key.workspace_ids is not None
        return Q() if verb is Verb.FOLLOW and not is_limited else super().reach(verb, by)

    def abandoned(self) -> JobQuerySet:
        """Waiting for long, or running without a sign of life: offered to a worker again."""
        silent = Q(state=State.RUNNING, leased_until__lt=now())
        forgotten = Q(state=State.WAITING, updated_at__lt=now() - LEASE)
        return self.filter(silent | forgotten)

    def under_way(self) -> JobQuerySet:
        """Those that wait for a worker, or have one."""
        return self.filter(state__in=UNDER_WAY)


_WITHOUT_SEALED = Func(F("options"), Value(SEALED), template="(%(expressions)s::text)", arg_joiner=" - ")


class Job(Scoped, Base):
    """Long work on a dataset: its state, progress, files and problems."""

    workspace_path = "dataset__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    dataset = models.ForeignKey(
        Dataset, models.DO_NOTHING, related_name="jobs", db_constraint=False, db_index=False
    )
    by = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=20, choices=job_kinds)
    state = models.CharField(max_length=10, choices=states, default=State.WAITING)
    format = models.CharField(max_length=40)
    options = models.JSONField(default=dict)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    problems_count = models.BigIntegerField("problems", default=0)
    counts = models.JSONField(default=dict)  # what was created, updated, left out …: by kind of job
    detail = models.TextField(blank=True, default="")  # one sentence for people
    checkpoint = models.JSONField(default=dict)  # where to go on after a worker died
    wants_cancel = models.BooleanField(default=False)
    source = models.FileField(upload_to="imports/", null=True, blank=True, max_length=500)
    result = models.FileField(upload_to="exports/", null=True, blank=True, max_length=500)
    # What an export made: {"name", "path" in the storage, "bytes", "sha256", "rows": None for what holds none}.
    files = models.JSONField(default=list, db_default=[])
    filename = models.CharField(max_length=300, blank=True, default="")
    leased_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Whoever does it now began then, at so many done: what its pace is told from, and how one knows that it is still
    # one's own. (Not by the lease, which moves in transactions that may come to nothing.)
    claimed_at = models.DateTimeField(null=True)
    claimed_done = models.BigIntegerField(default=0, db_default=0)
    kept_until = models.DateTimeField(null=True)  # its files, and rows that could not come in; null: for ever
    forgotten_at = models.DateTimeField(null=True)  # when they were deleted

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)  # the newest first: ids go by time
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "id"], name="job_with_organization"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "updated_at"],
                condition=Q(state__in=("waiting", "running")),
                name="jobs_not_yet_ended",
            ),
            models.Index(
                fields=["kept_until"],
                condition=Q(kept_until__isnull=False, forgotten_at__isnull=True),
                name="jobs_with_files",
            ),
            models.Index(fields=["organization", "state", "-id"], name="jobs_by_state"),
            models.Index(fields=["organization", "kind", "-id"], name="jobs_by_kind"),
            models.Index(fields=["dataset", "-id"], name="jobs_of_a_dataset"),
            models.Index(fields=["by", "-id"], name="jobs_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.dataset}"

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def chosen(self) -> dict[str, Any]:
        """What somebody decided, to be shown: not what is sealed, nor what the work notes for itself."""
        said = {name: value for name, value in self.options.items() if name not in OF_THE_WORK}
        within = [said.pop(name, None) or {} for name in ("mapping", "options", "filters")]
        return {name: value for part in (*within, said) for name, value in part.items()}

    @property
    def places(self) -> list[str]:
        """Where in the storage the files lie that it made."""
        return [one["path"] for one in self.files]

    @property
    def data_files(self) -> list[dict[str, Any]]:
        """The files with the rows of an export."""
        return [one for one in self.files if one["rows"] is not None]

    @property
    def brings_in(self) -> bool:
        """Whether records come in by it; else they go out."""
        return self.kind in BRINGS_IN

    @property
    def is_about_answers(self) -> bool:
        """Whether it gives or takes back answers."""
        return self.kind in ANSWERS

    @property
    def is_about_assignments(self) -> bool:
        """Whether it gives records to people, or takes them from some."""
        return self.kind in ASSIGNMENTS

    @property
    def stays_inside(self) -> bool:
        """Whether it works on records that are here; else records come in or go out."""
        return self.kind in (*ANSWERS, *QUEUE, *ASSIGNMENTS, JobKind.CLONE)

    @property
    def may_be_stopped(self) -> bool:
        """Not what puts the queue in order: half of the records would follow other rules than their dataset has."""
        return self.kind != JobKind.RULES

    @property
    def begins_anew(self) -> bool:
        """Whether it starts over when it is tried again; else it goes on where it was."""
        return self.kind in ANEW

    @property
    def stored(self) -> list[str]:
        """The names of all that it has in the storage."""
        kept = [self.source.name, self.result.name, *self.places]
        return list(dict.fromkeys(str(name) for name in kept if name))

    @property
    def percent(self) -> int | None:
        """Whole percents done; None while the total is unknown."""
        return None if not self.total else min(100, self.done * 100 // self.total)

    def claim(self) -> bool:
        """Become the one who does this job, for a while. False: somebody else is at it, or it has ended."""
        free = Q(state=State.WAITING) | Q(state=State.RUNNING, leased_until__lt=now())
        claimed = Job.objects.filter(free, pk=self.pk).update(
            state=State.RUNNING,
            leased_until=now() + LEASE,
            started_at=models.functions.Coalesce("started_at", now()),
            claimed_at=now(),
            claimed_done=F("done"),
            updated_at=now(),
            detail="",
        )
        if claimed:  # with its dataset and whoever began it: the work asks for them outside of transactions
            self.refresh_from_db(from_queryset=Job.objects.select_related("dataset", "by"))
        return bool(claimed)

    def proceed(self, **changes: Any) -> bool:
        """Write progress and stay the one who does it. False: it was canceled, or somebody took it over."""
        mine = Job.objects.filter(pk=self.pk, state=State.RUNNING, claimed_at=self.claimed_at)
        until = now() + LEASE
        if not mine.filter(wants_cancel=False).update(leased_until=until, updated_at=now(), **changes):
            return False
        self.leased_until = until
        for name, value in changes.items():
            setattr(self, name, value)
        return True

    def finish(self, state: State, detail: str, **changes: Any) -> bool:
        """End it, with a sentence that says how. False: it has ended, or somebody took it over; it stays so.

        Its files are kept for as long as the settings say, unless `changes` say something else of `kept_until`.
        """
        mine = Job.objects.filter(pk=self.pk, claimed_at=self.claimed_at).exclude(state__in=ENDED)
        ended = {
            "leased_until": None,
            "ended_at": now(),
            "updated_at": now(),
            "options": _WITHOUT_SEALED,
            "kept_until": now() + timedelta(days=settings.FILES_KEPT_DAYS)
            if settings.FILES_KEPT_DAYS
            else None,
        }
        if not mine.update(state=state, detail=detail, **(ended | changes)):
            return False
        self.refresh_from_db()
        return True
