"""What becomes of jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """What becomes of a job."""

    UPLOADED = "uploaded", _("Uploaded")  # its file is here, and somebody still decides what goes where
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")


UNDER_WAY = (State.WAITING, State.RUNNING)
ENDED = (State.FINISHED, State.FAILED, State.CANCELED)


def states() -> list[tuple[str, str]]:
    """For `Job.state`."""
    return [(value, str(label)) for value, label in State.choices]
