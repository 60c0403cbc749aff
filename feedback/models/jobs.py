"""Jobs: long work with progress. The row is the truth; the broker only carries its id."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.access import Scoped, Verb, WorkspaceQuerySet
from accounts.models import Membership, Organization
from core.models import Base
from feedback.models.datasets import Dataset, tenant

LEASE = timedelta(seconds=60)  # a worker that is silent for so long is taken for dead
READ = ("files", "digest")  # among the options: what an import reads (feedback/actions/sources.py)
FOUND = "found"  # among the options: what an import from elsewhere reads, looked up once
PLAN = "plan"  # among the options: the dataset that is planned for a file, until it is made
SEALED = "sealed"  # among the options: what only the work itself may read (core/sealed.py), until it ends


class State(models.TextChoices):
    """What becomes of a job."""

    UPLOADED = "uploaded", _("Uploaded")  # its file is here, and somebody still decides what goes where
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")


ENDED = (State.FINISHED, State.FAILED, State.CANCELED)


class JobKind(models.TextChoices):
    """What jobs there are."""

    IMPORT = "import", _("Import")
    EXPORT = "export", _("Export")
    HUB_IMPORT = "hub_import", _("Hub import")
    HUB_EXPORT = "hub_export", _("Hub export")
    HUB_FOLDER = "hub_folder", _("Export to the Hub")
    ANSWERS = "answers", _("Answers to many records")
    TAKE_BACK = "take_back", _("Answers taken back")
    RULES = "rules", _("Queue put in order")
    PRIORITY = "priority", _("Priority of many records")
    ASSIGN = "assign", _("Assignment")
    UNASSIGN = "unassign", _("Assignment taken back")
    HAND_OVER = "hand_over", _("Records handed over")


BRINGS_IN = (JobKind.IMPORT, JobKind.HUB_IMPORT)
ANSWERS = (JobKind.ANSWERS, JobKind.TAKE_BACK)
QUEUE = (JobKind.RULES, JobKind.PRIORITY)
ASSIGNMENTS = (JobKind.ASSIGN, JobKind.UNASSIGN, JobKind.HAND_OVER)


def states() -> list[tuple[str, str]]:
    """For `Job.state`."""
    return [(value, str(label)) for value, label in State.choices]


def job_kinds() -> list[tuple[str, str]]:
    """For `Job.kind`."""
    return [(value, str(label)) for value, label in JobKind.choices]


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


_WITHOUT_SEALED = Func(F("options"), Value(SEALED), template="(%(expressions)s::text)", arg_joiner=" - ")


class Job(Scoped, Base):
    """Long work on a dataset: its state, progress, files and problems."""

    workspace_path = "dataset__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    dataset = models.ForeignKey(Dataset, models.DO_NOTHING, related_name="jobs", db_constraint=False)
    by = models.ForeignKey(Membership, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
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

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-inserted_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "id"], name="job_with_organization"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "updated_at"],
                condition=Q(state__in=("waiting", "running")),
                name="jobs_not_yet_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.dataset}"

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def chosen(self) -> dict[str, Any]:
        """What somebody decided, to be shown: not what is sealed, nor what the work notes for itself."""
        said = {
            name: value for name, value in self.options.items() if name not in {SEALED, FOUND, PLAN, *READ}
        }
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
        return self.kind in (*ANSWERS, *QUEUE, *ASSIGNMENTS)

    @property
    def may_be_stopped(self) -> bool:
        """Not what puts the queue in order: half of the records would follow other rules than their dataset has."""
        return self.kind != JobKind.RULES

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
            updated_at=now(),
            detail="",
        )
        if claimed:
            self.refresh_from_db()
        return bool(claimed)

    def proceed(self, **changes: Any) -> bool:
        """Write progress and stay the one who does it. False: it was canceled, or somebody took it over."""
        mine = Job.objects.filter(pk=self.pk, state=State.RUNNING, leased_until=self.leased_until)
        until = now() + LEASE
        if not mine.filter(wants_cancel=False).update(leased_until=until, updated_at=now(), **changes):
            return False
        self.leased_until = until
        for name, value in changes.items():
            setattr(self, name, value)
        return True

    def finish(self, state: State, detail: str, **changes: Any) -> bool:
        """End it, with a sentence that says how. False: it has ended, or somebody took it over; it stays so."""
        mine = Job.objects.filter(pk=self.pk, leased_until=self.leased_until).exclude(state__in=ENDED)
        ended = {"leased_until": None, "ended_at": now(), "updated_at": now(), "options": _WITHOUT_SEALED}
        if not mine.update(state=state, detail=detail, **ended, **changes):
            return False
        self.refresh_from_db()
        return True


class JobProblem(models.Model):
    """A row of a file that could not come in: where it stands, what is wrong, and the row itself."""

    id = models.BigAutoField(primary_key=True)
    organization = tenant()
    job = models.ForeignKey(Job, models.DO_NOTHING, related_name="problems", db_constraint=False)
    file = models.TextField(blank=True, default="", db_default="")  # its name, where the import has several
    line = models.BigIntegerField()
    column = models.TextField(blank=True, default="")
    reason = models.TextField()
    row = models.BinaryField()  # as it stood in the file, so that it can be corrected and imported again

    class Meta:
        ordering = ("id",)  # as they stand in the files
