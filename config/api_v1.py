"""Every /api/v1 route in one table: the protocol's contents page. No slash at the end."""

from django.urls import URLPattern, path

from accounts.api import Me, Token, UserDetail, Users
from feedback.api.assignments import AssignmentDetail, AssignmentHandOver, Assignments
from feedback.api.cloning import DatasetClone
from feedback.api.datasets import DatasetDetail, DatasetPublish, Datasets, MyDatasets
from feedback.api.document import Docs, OpenApi
from feedback.api.exports import ExportPreview, Exports, SnapshotDetail, SnapshotExports, Snapshots
from feedback.api.fields import DatasetFields, FieldDetail
from feedback.api.forecast import DatasetForecast
from feedback.api.from_file import DatasetFromFile
from feedback.api.history import RecordHistory
from feedback.api.hub import HubExport, HubImport
from feedback.api.info import ServerSettings, Status, Version
from feedback.api.interactions import Interactions
from feedback.api.job_files import JobFile, JobFileNamed, JobFiles, JobPush, JobZip
from feedback.api.jobs import DatasetJobs, JobCancel, JobDetail, JobErrors, JobRetry, Jobs
from feedback.api.labelers import DatasetLabeler, DatasetLabelers, HeldLease
from feedback.api.metadata import (
    MetadataMetrics,
    MetadataProperties,
    MetadataPropertyDetail,
    MyMetadataProperties,
)
from feedback.api.my_assignments import MyAssignments
from feedback.api.personal import MyData, MyDataFile, UserData, UserErasure
from feedback.api.progress import DatasetProgress, DatasetUsersProgress, MyMetrics
from feedback.api.questions import DatasetQuestions, QuestionDetail
from feedback.api.queue import LeaseDetail, LeaseHeartbeat, NextRecord
from feedback.api.records import RecordDetail, Records, RecordsBulk
from feedback.api.responses import MyResponsesBulk, RecordResponses, ResponseDetail
from feedback.api.rules import DatasetQueue, QueueRecords
from feedback.api.search import SearchMyRecords, SearchRecords, SuggestionOptions
from feedback.api.stopped import StoppedRecords, StoppedRecordsPutBack
from feedback.api.suggestions import RecordSuggestions, SuggestionDetail
from feedback.api.transfers import Imports
from feedback.api.trash import Trash, TrashDetail, TrashRestore
from feedback.api.uploads import UploadDetail, Uploads
from feedback.api.vectors import DatasetVectorsSettings, VectorSettingsDetail
from feedback.api.webhooks import WebhookDetail, WebhookPing, Webhooks
from workspaces.api.audit import AuditLog
from workspaces.api.departures import MeLeave, UserDeactivate, UserHandOver, UserReactivate
from workspaces.api.groups import GroupDetail, Groups
from workspaces.api.invitations import InvitationDetail, InvitationResend, Invitations
from workspaces.api.organizations import OrganizationDeletion, OrganizationDetail
from workspaces.api.service_accounts import KeyDetail, MyKeys, ServiceAccountKeys, ServiceAccounts
from workspaces.api.sign_in import SignInBegin, SignInEnd, SignInProviders
from workspaces.api.skills import UserSkills
from workspaces.api.workspaces import (
    MyWorkspaces,
    UserWorkspaces,
    WorkspaceDetail,
    Workspaces,
    WorkspaceUserDetail,
    WorkspaceUsers,
)

urlpatterns: list[URLPattern] = [
    path("token", Token.as_view()),
    path("oauth2/providers", SignInProviders.as_view()),
    path("oauth2/providers/<str:provider>/authentication", SignInBegin.as_view()),
    path("oauth2/providers/<str:provider>/access-token", SignInEnd.as_view()),
    path("me", Me.as_view()),
    path("users", Users.as_view()),
    path("users/<str:user_id>", UserDetail.as_view()),
    path("users/<str:user_id>/deactivate", UserDeactivate.as_view()),
    path("users/<str:user_id>/reactivate", UserReactivate.as_view()),
    path("users/<str:user_id>/hand-over", UserHandOver.as_view()),
    path("users/<str:user_id>/data", UserData.as_view()),
    path("users/<str:user_id>/erasure", UserErasure.as_view()),
    path("users/<str:user_id>/skills", UserSkills.as_view()),
    path("users/<str:user_id>/workspaces", UserWorkspaces.as_view()),
    path("me/leave", MeLeave.as_view()),
    path("me/data", MyData.as_view()),
    path("me/data/<str:request_id>", MyDataFile.as_view()),
    path("organization", OrganizationDetail.as_view()),
    path("organization/deletion", OrganizationDeletion.as_view()),
    path("invitations", Invitations.as_view()),
    path("invitations/<str:invitation_id>", InvitationDetail.as_view()),
    path("invitations/<str:invitation_id>/resend", InvitationResend.as_view()),
    path("me/workspaces", MyWorkspaces.as_view()),
    path("me/keys", MyKeys.as_view()),
    path("keys/<str:key_id>", KeyDetail.as_view()),
    path("service-accounts", ServiceAccounts.as_view()),
    path("service-accounts/<str:service_id>/keys", ServiceAccountKeys.as_view()),
    path("audit", AuditLog.as_view()),
    path("workspaces", Workspaces.as_view()),
    path("workspaces/<str:workspace_id>", WorkspaceDetail.as_view()),
    path("workspaces/<str:workspace_id>/groups", Groups.as_view()),
    path("workspaces/<str:workspace_id>/groups/<str:group_id>", GroupDetail.as_view()),
    path("workspaces/<str:workspace_id>/datasets/from-file", DatasetFromFile.as_view()),
    path("workspaces/<str:workspace_id>/users", WorkspaceUsers.as_view()),
    path("workspaces/<str:workspace_id>/users/<str:user_id>", WorkspaceUserDetail.as_view()),
    path("version", Version.as_view()),
    path("status", Status.as_view()),
    path("settings", ServerSettings.as_view()),
    path("me/datasets", MyDatasets.as_view()),
    path("datasets", Datasets.as_view()),
    path("datasets/<str:dataset_id>", DatasetDetail.as_view()),
    path("datasets/<str:dataset_id>/publish", DatasetPublish.as_view()),
    path("datasets/<str:dataset_id>/clone", DatasetClone.as_view()),
    path("datasets/<str:dataset_id>/progress", DatasetProgress.as_view()),
    path("datasets/<str:dataset_id>/users/progress", DatasetUsersProgress.as_view()),
    path("me/datasets/<str:dataset_id>/metrics", MyMetrics.as_view()),
    path("datasets/<str:dataset_id>/fields", DatasetFields.as_view()),
    path("fields/<str:field_id>", FieldDetail.as_view()),
    path("datasets/<str:dataset_id>/questions", DatasetQuestions.as_view()),
    path("questions/<str:question_id>", QuestionDetail.as_view()),
    path("datasets/<str:dataset_id>/vectors-settings", DatasetVectorsSettings.as_view()),
    path("vectors-settings/<str:settings_id>", VectorSettingsDetail.as_view()),
    path("me/datasets/<str:dataset_id>/metadata-properties", MyMetadataProperties.as_view()),
    path("datasets/<str:dataset_id>/metadata-properties", MetadataProperties.as_view()),
    path("metadata-properties/<str:property_id>", MetadataPropertyDetail.as_view()),
    path("metadata-properties/<str:property_id>/metrics", MetadataMetrics.as_view()),
    path("datasets/<str:dataset_id>/records", Records.as_view()),
    path("datasets/<str:dataset_id>/records/bulk", RecordsBulk.as_view()),
    path("datasets/<str:dataset_id>/records/search", SearchRecords.as_view()),
    path("me/datasets/<str:dataset_id>/records/search", SearchMyRecords.as_view()),
    path("datasets/<str:dataset_id>/records/search/suggestions/options", SuggestionOptions.as_view()),
    path("records/<str:record_id>", RecordDetail.as_view()),
    path("records/<str:record_id>/suggestions", RecordSuggestions.as_view()),
    path("suggestions/<str:suggestion_id>", SuggestionDetail.as_view()),
    path("records/<str:record_id>/responses", RecordResponses.as_view()),
    path("responses/<str:response_id>", ResponseDetail.as_view()),
    path("me/responses/bulk", MyResponsesBulk.as_view()),
    path("datasets/<str:dataset_id>/queue", DatasetQueue.as_view()),
    path("datasets/<str:dataset_id>/queue/records", QueueRecords.as_view()),
    path("me/datasets/<str:dataset_id>/next", NextRecord.as_view()),
    path("datasets/<str:dataset_id>/labelers", DatasetLabelers.as_view()),
    path("datasets/<str:dataset_id>/labelers/<str:user_id>", DatasetLabeler.as_view()),
    path("leases/<str:lease_id>", HeldLease.as_view()),
    path("datasets/<str:dataset_id>/stopped-records", StoppedRecords.as_view()),
    path("datasets/<str:dataset_id>/stopped-records/put-back", StoppedRecordsPutBack.as_view()),
    path("datasets/<str:dataset_id>/forecast", DatasetForecast.as_view()),
    path("records/<str:record_id>/history", RecordHistory.as_view()),
    path("me/assignments", MyAssignments.as_view()),
    path("me/leases/<str:lease_id>", LeaseDetail.as_view()),
    path("me/leases/<str:lease_id>/heartbeat", LeaseHeartbeat.as_view()),
    path("datasets/<str:dataset_id>/assignments", Assignments.as_view()),
    path("assignments/<str:assignment_id>", AssignmentDetail.as_view()),
    path("assignments/<str:assignment_id>/hand-over", AssignmentHandOver.as_view()),
    path("datasets/<str:dataset_id>/interactions", Interactions.as_view()),
    path("datasets/<str:dataset_id>/uploads", Uploads.as_view()),
    path("uploads/<str:upload_id>", UploadDetail.as_view()),
    path("datasets/<str:dataset_id>/imports", Imports.as_view()),
    path("datasets/<str:dataset_id>/exports", Exports.as_view()),
    path("datasets/<str:dataset_id>/exports/preview", ExportPreview.as_view()),
    path("datasets/<str:dataset_id>/snapshots", Snapshots.as_view()),
    path("snapshots/<str:snapshot_id>", SnapshotDetail.as_view()),
    path("snapshots/<str:snapshot_id>/exports", SnapshotExports.as_view()),
    path("datasets/<str:dataset_id>/import", HubImport.as_view()),
    path("datasets/<str:dataset_id>/export", HubExport.as_view()),
    path("datasets/<str:dataset_id>/jobs", DatasetJobs.as_view()),
    path("jobs", Jobs.as_view()),
    path("jobs/<str:job_id>", JobDetail.as_view()),
    path("jobs/<str:job_id>/file", JobFile.as_view()),
    path("jobs/<str:job_id>/files", JobFiles.as_view()),
    path("jobs/<str:job_id>/files/<path:name>", JobFileNamed.as_view()),
    path("jobs/<str:job_id>/zip", JobZip.as_view()),
    path("jobs/<str:job_id>/push", JobPush.as_view()),
    path("jobs/<str:job_id>/errors", JobErrors.as_view()),
    path("jobs/<str:job_id>/cancel", JobCancel.as_view()),
    path("jobs/<str:job_id>/retry", JobRetry.as_view()),
    path("trash", Trash.as_view()),
    path("trash/<str:trash_id>", TrashDetail.as_view()),
    path("trash/<str:trash_id>/restore", TrashRestore.as_view()),
    path("webhooks", Webhooks.as_view()),
    path("webhooks/<str:webhook_id>", WebhookDetail.as_view()),
    path("webhooks/<str:webhook_id>/ping", WebhookPing.as_view()),
    path("openapi.json", OpenApi.as_view(), name="openapi"),
    path("docs", Docs.as_view(), name="api_docs"),
]
