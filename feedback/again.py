"""Whether a job can be tried again: said once, by the button and by the act (feedback/actions/retrying.py)."""

from django.utils.translation import gettext

from feedback.models import Job
from feedback.models.jobs import GUARDED, RESTORED, JobKind, State

# Kinds that need what a person must give once more, or what is better asked for once more.
ONLY_ONCE = (JobKind.HUB_EXPORT, JobKind.HUB_FOLDER)


def why_not_again(job: Job) -> str | None:
    """The sentence that says why it cannot be tried again; None if it can."""
    of_export = job.kind == JobKind.EXPORT and job.forgotten_at
    reasons = (
        (not job.has_ended, gettext("It has not ended yet.")),
        (job.state == State.FINISHED and not of_export, gettext("It is done.")),
        (
            job.kind in ONLY_ONCE or job.options.get(GUARDED),
            gettext("Its access token was forgotten when it ended. Begin it again on “Import and export”."),
        ),
        (
            job.options.get(RESTORED),
            gettext("It comes from a backup that was made while it went on. Begin it anew."),
        ),
        (
            job.forgotten_at
            and (job.kind == JobKind.IMPORT or job.options.get("against"))
            and not job.options.get("prefix"),
            gettext("Its file was deleted meanwhile. Upload it again."),
        ),
    )
    for holds, sentence in reasons:
        if holds:
            return sentence
    if job.kind == JobKind.ANSWERS and _was_taken_back(job):
        return gettext("Its answers were taken back. Give them anew.")
    return None


def _was_taken_back(job: Job) -> bool:
    taken = Job.objects.filter(dataset=job.dataset_id, kind=JobKind.TAKE_BACK, options__of=str(job.pk))
    return taken.exists()
