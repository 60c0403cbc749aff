"""What there is, and which ones. Rows and querysets; changes are made by feedback/actions."""

from feedback.models.bulk_answers import BulkAnswer
from feedback.models.datasets import Dataset, DatasetCount, GuidelinesVersion
from feedback.models.jobs import Job, JobProblem
from feedback.models.queue import LabelerTally, Lease, QueueItem
from feedback.models.records import Record, RecordBlock, Vector
from feedback.models.responses import Response
from feedback.models.saved_views import SavedView
from feedback.models.schema import Field, MetadataProperty, Question, VectorSettings
from feedback.models.search import MetadataValue, RecordWords, SearchBacklog
from feedback.models.suggestions import Suggestion
from feedback.models.webhooks import Delivery, Webhook

__all__ = [
    "BulkAnswer",
    "Dataset",
    "DatasetCount",
    "Delivery",
    "Field",
    "GuidelinesVersion",
    "Job",
    "JobProblem",
    "LabelerTally",
    "Lease",
    "MetadataProperty",
    "MetadataValue",
    "Question",
    "QueueItem",
    "Record",
    "RecordBlock",
    "RecordWords",
    "Response",
    "SavedView",
    "SearchBacklog",
    "Suggestion",
    "Vector",
    "VectorSettings",
    "Webhook",
]
