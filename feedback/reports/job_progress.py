"""How a job stands, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext, gettext_noop, ngettext
from pydantic.fields import FieldInfo

from feedback import exports, imports
from feedback.again import why_not_again
from feedback.imports.files import MIXED
from feedback.models import Job
from feedback.models.jobs import State
from feedback.reports.waiting import Waits, waits

TONES = {
    State.UPLOADED: "warn",
    State.WAITING: "",
    State.RUNNING: "accent",
    State.FINISHED: "ok",
    State.FAILED: "danger",
    State.CANCELED: "warn",
}
FACTS = (  # what exports count and leave out, as _words() calls it
    gettext_noop("Records read"),
    gettext_noop("Rankings read"),
    gettext_noop("Judgments read"),
    gettext_noop("Texts read"),
    gettext_noop("Rows written"),
    gettext_noop("Answers neither good nor bad"),
    gettext_noop("Answers that most flagged"),
    gettext_noop("Answers with wrong roles"),
    gettext_noop("Answers without text"),
    gettext_noop("Bad answers"),
    gettext_noop("Best answers below the rating"),
    gettext_noop("Conversations that do not end with an answer"),
    gettext_noop("Empty texts"),
    gettext_noop("Equal texts"),
    gettext_noop("Lists after a conversation"),
    gettext_noop("Lists of fewer than two answers"),
    gettext_noop("Pairs above the cap"),
    gettext_noop("Pairs after a conversation"),
    gettext_noop("Pairs of answers with several turns"),
    gettext_noop("Pairs of equal texts"),
    gettext_noop("Pairs that no transcript can say"),
    gettext_noop("Pairs whose speakers do not take turns"),
    gettext_noop("Pairs without majority"),
    gettext_noop("Prompts said before"),
    gettext_noop("Prompts that are conversations"),
    gettext_noop("Prompts that do not end with the user"),
    gettext_noop("Prompts with misplaced system messages"),
    gettext_noop("Prompts with unknown roles"),
    gettext_noop("Records without an answer"),
    gettext_noop("Records without judgment"),
    gettext_noop("Records without one best answer"),
    gettext_noop("Records without prompt"),
    gettext_noop("Records without ranking"),
    gettext_noop("Records without text"),
    gettext_noop("Solutions with split votes"),
    gettext_noop("Texts after a conversation"),
    gettext_noop("Texts below the rating"),
    gettext_noop("Texts that are too short"),
    gettext_noop("Tied pairs"),
)
LONG = 3 * 3600  # seconds, after which they are told in hours
SETTLES = timedelta(seconds=2)  # before that a rate says nothing


@dataclass(frozen=True)
class Pace:
    """Where a job is. `rate`: rows a second, None before it is known; `left`: seconds; `waits`: why, if it does."""

    job: Job
    rate: float | None
    left: int | None
    waits: Waits | None

    @property
    def waits_in_vain(self) -> bool:
        return self.waits is not None and self.waits.in_vain

    @property
    def stamp(self) -> str:
        """Another one whenever something else is to be shown."""
        why = f".{self.waits.reason}.{self.waits.before}" if self.waits else ""
        return f"{self.job.pk}.{self.job.updated_at.timestamp():.6f}{why}"

    @property
    def why_not_again(self) -> str | None:
        return why_not_again(self.job)

    @property
    def tone(self) -> str:
        return TONES[State(self.job.state)]

    @property
    def format(self) -> str:
        """What is made, or read, by its label."""
        if self.job.stays_inside:
            return str(self.job.get_kind_display())
        kinds: Any = imports.kinds if self.job.brings_in else exports.kinds
        if self.job.format in kinds:
            return gettext(kinds[self.job.format].label)
        return gettext("Several formats") if self.job.format == MIXED else "Hugging Face Hub"

    @property
    def done_words(self) -> str:
        """ "1,200 of 5,000 rows"."""
        total = self.job.total or 0
        words = (
            ngettext("%(done)s of %(total)s row", "%(done)s of %(total)s rows", total)
            if self.job.brings_in
            else ngettext("%(done)s of %(total)s record", "%(done)s of %(total)s records", total)
        )
        return words % {"done": f"{self.job.done:,}", "total": f"{total:,}"}

    @property
    def left_words(self) -> str:
        """ "40 s left", "3 min left"."""
        if self.left is None:
            return ""
        if self.left >= LONG:
            return gettext("%(n)s h left") % {"n": round(self.left / 3600)}
        words = gettext("%(n)s s left") if self.left < 90 else gettext("%(n)s min left")
        return words % {"n": self.left if self.left < 90 else round(self.left / 60)}

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the file of an export holds and what it does not (feedback/exports/provenance.py), in words."""
        about = {} if self.job.stays_inside else self.job.counts
        options = {name: value for name, value in about.get("options", {}).items() if value not in (None, [])}
        titles = exports.kinds[self.job.format].schema.model_fields
        return [
            *((_words(name), f"{number:,}") for name, number in about.get("counts", {}).items() if number),
            *(
                (gettext("Left out: %(what)s") % {"what": _words(name).lower()}, f"{n:,}")
                for name, n in about.get("left_out", {}).items()
                if n
            ),
            *(_option(titles[name], name, value) for name, value in options.items() if name in titles),
        ]


def _option(field: FieldInfo, name: str, value: Any) -> tuple[str, str]:
    """An option as its form called it."""
    extra = field.json_schema_extra
    words = extra.get("words") if isinstance(extra, dict) else None
    known = words.get(value) if isinstance(words, dict) and isinstance(value, str) else None
    return gettext(field.title) if field.title else _words(name), gettext(known) if isinstance(
        known, str
    ) else said(value)


def said(value: Any) -> str:
    """A value of JSON as people read it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return ", ".join(map(said, value)) if isinstance(value, list) else str(value)


def _words(name: str) -> str:
    return gettext(name.replace("_", " ").capitalize())


def pace(job: Job) -> Pace:
    """As it stands now; asks for a worker only where one is waited for."""
    return paces([job])[0]


def paces(jobs: Sequence[Job]) -> list[Pace]:
    """The same for several of one organization."""
    why = waits(jobs)
    return [Pace(job, *_speed(job), why.get(job.pk)) for job in jobs]


def _speed(job: Job) -> tuple[float | None, int | None]:
    """Rows a second since whoever does it began, and the seconds that are left."""
    begun, done = job.claimed_at or job.started_at, job.done - job.claimed_done
    if job.state != State.RUNNING or begun is None or now() - begun < SETTLES or done <= 0:
        return None, None
    rate = done / (now() - begun).total_seconds()
    return rate, round((job.total - job.done) / rate) if job.total else None
