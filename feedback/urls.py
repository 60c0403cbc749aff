"""Pages about datasets, and the labeling page."""

from django.urls import path

from feedback.views import labeling

urlpatterns = [
    path("<slug:organization>/datasets/<uuid:dataset_id>/label", labeling.label, name="label"),
    path(
        "<slug:organization>/datasets/<uuid:dataset_id>/guidelines/read",
        labeling.read_guidelines,
        name="read_guidelines",
    ),
    path("<slug:organization>/records/<uuid:record_id>/submit", labeling.submit, name="submit_response"),
    path("<slug:organization>/records/<uuid:record_id>/discard", labeling.discard, name="discard_response"),
    path("<slug:organization>/records/<uuid:record_id>/skip", labeling.skip, name="skip_record"),
    path("<slug:organization>/records/<uuid:record_id>/draft", labeling.save_draft, name="save_draft"),
    path("<slug:organization>/leases/<uuid:lease_id>/heartbeat", labeling.heartbeat, name="heartbeat"),
]
