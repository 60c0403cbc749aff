"""Whether a job can be tried again: said once, by the button and by the act (feedback/actions/retrying.py)."""

from django.utils.translation import gettext

from feedback.models import Job
from feedback.models.jobs import GUARDED, JobKind, State

# Kinds that need what a person must give once more, or what is better asked for once more.
ONLY_ONCE = (JobKind.HUB_EXPORT,)


def why_not_again(job: Job) -> str | None:
    """The sentence that says why it cannot be tried again; None if it can."""
    if not job.has_ended:
        return gettext("It has not ended yet.")
    if job.state == State.FINISHED and not (job.kind == JobKind.EXPORT and job.forgotten_at):
        return gettext("It is done.")
    if job.kind in ONLY_ONCE or job.options.get(GUARDED):
        return gettext("Its access token was forgotten when it ended. Begin it again on “Import and export”.")
    if job.kind == JobKind.IMPORT and not job.source:
        return gettext("Its file was deleted meanwhile. Upload it again.")
    if job.kind == JobKind.ANSWERS and _was_taken_back(job):
        return gettext("Its answers were taken back. Give them anew.")
    return None


def _was_taken_back(job: Job) -> bool:
    taken = Job.objects.filter(dataset=job.dataset_id, kind=JobKind.TAKE_BACK, options__of=str(job.pk))
    return taken.exists()
