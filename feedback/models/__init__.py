"""What there is, and which ones. Rows and querysets; changes are made by feedback/actions."""

from feedback.models.assignments import AssignedRecord, Assignment, Share
from feedback.models.bulk_answers import BulkAnswer
from feedback.models.datasets import Dataset, DatasetCount, DeletedDataset, GuidelinesVersion
from feedback.models.deleted_records import DeletedRecord, DeletedRecords
from feedback.models.job_problems import JobProblem
from feedback.models.jobs import Job
from feedback.models.kept_mappings import KeptMapping
from feedback.models.personal import PersonalRequest
from feedback.models.queue import DailyTally, LabelerTally, Lease, PastLease, QueueItem
from feedback.models.records import Record, RecordBlock, Vector
from feedback.models.responses import Response
from feedback.models.rules import QueueRules
from feedback.models.saved_views import SavedView
from feedback.models.schema import Field, MetadataProperty, Question, VectorSettings
from feedback.models.search import MetadataValue, RecordWords, SearchBacklog
from feedback.models.snapshots import Snapshot
from feedback.models.suggestions import Suggestion
from feedback.models.uploads import UploadPart, UploadSession
from feedback.models.webhooks import Delivery, Webhook

__all__ = [
    "AssignedRecord",
    "Assignment",
    "BulkAnswer",
    "DailyTally",
    "Dataset",
    "DatasetCount",
    "DeletedDataset",
    "DeletedRecord",
    "DeletedRecords",
    "Delivery",
    "Field",
    "GuidelinesVersion",
    "Job",
    "JobProblem",
    "KeptMapping",
    "LabelerTally",
    "Lease",
    "MetadataProperty",
    "MetadataValue",
    "PastLease",
    "PersonalRequest",
    "Question",
    "QueueItem",
    "QueueRules",
    "Record",
    "RecordBlock",
    "RecordWords",
    "Response",
    "SavedView",
    "SearchBacklog",
    "Share",
    "Snapshot",
    "Suggestion",
    "UploadPart",
    "UploadSession",
    "Vector",
    "VectorSettings",
    "Webhook",
]
