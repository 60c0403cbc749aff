"""What jobs there are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
    CLONE = "clone", _("Clone")


BRINGS_IN = (JobKind.IMPORT, JobKind.HUB_IMPORT)
MAKES = (JobKind.EXPORT, JobKind.HUB_EXPORT, JobKind.HUB_FOLDER)
ANEW = (*MAKES, JobKind.RULES)  # what begins at the beginning when it is tried again; the others go on
ANSWERS = (JobKind.ANSWERS, JobKind.TAKE_BACK)
QUEUE = (JobKind.RULES, JobKind.PRIORITY)
ASSIGNMENTS = (JobKind.ASSIGN, JobKind.UNASSIGN, JobKind.HAND_OVER)


def job_kinds() -> list[tuple[str, str]]:
    """For `Job.kind`."""
    return [(value, str(label)) for value, label in JobKind.choices]
