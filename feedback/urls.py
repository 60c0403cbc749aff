"""Pages about datasets, and the labeling page."""

from django.urls import include, path, register_converter

from feedback.views import (
    assignments,
    builder,
    bulk,
    cloning,
    datasets,
    deliveries,
    exports,
    files,
    frames,
    from_file,
    home,
    hub,
    job_files,
    job_list,
    jobs,
    labeling,
    mapping,
    new_record,
    parts,
    people,
    personal,
    priority,
    queue_rules,
    records,
    saved_views,
    shortcuts,
    stopped,
    trash,
    uploads,
    webhooks,
    writing,
)


class FamilyConverter:
    """What datasets are made of, in an address."""

    regex = "|".join(parts.FAMILIES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FamilyConverter, "family")

of_a_dataset = [
    path("", records.dataset, name="dataset"),
    path("records/<uuid:record_id>/", records.record, name="record"),
    path("stopped/", stopped.stopped_records, name="stopped_records"),
    path("stopped/put-back", stopped.put_records_back, name="put_records_back"),
    path("stopped/delete", stopped.delete_stopped, name="delete_stopped"),
    path("answer", bulk.answer_many, name="answer_many"),
    path("assignments/", assignments.assignments, name="assignments"),
    path("assignments/new", assignments.assign, name="assign"),
    path("assignments/hand-over/<uuid:person_id>", assignments.pass_on, name="pass_on"),
    path("assignments/<uuid:assignment_id>/", assignments.assignment, name="assignment"),
    path("assignments/<uuid:assignment_id>/edit", assignments.edit_assignment, name="edit_assignment"),
    path("assignments/<uuid:assignment_id>/take-back", assignments.take_back, name="take_back"),
    path(
        "assignments/<uuid:assignment_id>/take-back/<uuid:person_id>",
        assignments.take_back,
        name="take_back_from",
    ),
    path(
        "assignments/<uuid:assignment_id>/hand-over/<uuid:person_id>",
        assignments.pass_on,
        name="pass_on_part",
    ),
    path("views/", saved_views.saved_views, name="saved_views"),
    path("views/new", saved_views.new_view, name="new_view"),
    path("views/<uuid:view>/", saved_views.saved_view, name="saved_view"),
    path("views/<uuid:view>/edit", saved_views.edit_view, name="edit_view"),
    path("views/<uuid:view>/update", saved_views.update_view, name="update_view"),
    path("views/<uuid:view>/delete", saved_views.delete, name="delete_view"),
    path("people/", people.people, name="dataset_people"),
    path("people/<uuid:person>/pause", people.pause, name="pause_labeler"),
    path("people/<uuid:person>/resume", people.resume, name="resume_labeler"),
    path("leases/<uuid:lease>/take-back", people.take_back, name="take_back_lease"),
    path("files", files.dataset_files, name="dataset_files"),
    path("import", files.upload, name="upload"),
    path("uploads", uploads.begin, name="begin_upload"),
    path("import/folder", files.look_at_folder, name="look_at_folder"),
    path("export/", exports.choose_export, name="choose_export"),
    path("export/<slug:format>", exports.export, name="export"),
    path("snapshots/", exports.snapshots, name="snapshots"),
    path("snapshots/<uuid:snapshot>/produce", exports.produce, name="produce_again"),
    path("snapshots/<uuid:snapshot>/delete", exports.delete, name="delete_snapshot"),
    path("hub/look", hub.look, name="look_at_hub"),
    path("hub/push", hub.push, name="push_to_hub"),
    path("queue", queue_rules.dataset_queue, name="dataset_queue"),
    path("queue/records", priority.prioritize_records, name="prioritize_records"),
    path("queue/words", queue_rules.rules_in_words, name="rules_in_words"),
    path("queue/pause", queue_rules.pause, name="pause_dataset"),
    path("queue/resume", queue_rules.resume, name="resume_dataset"),
    path("settings", builder.dataset_settings, name="dataset_settings"),
    path("publish", datasets.publish, name="publish_dataset"),
    path("clone", cloning.clone, name="clone_dataset"),
    path("delete", datasets.delete, name="delete_dataset"),
    path("guidelines", builder.guidelines, name="guidelines"),
    path("guidelines/preview", builder.preview_guidelines, name="preview_guidelines"),
    path("guidelines/<int:number>", builder.guidelines_version, name="guidelines_version"),
    path("fields/try", frames.try_template, name="try_template"),
    path("<family:family>/new", parts.new_part, name="new_part"),
    path("<family:family>/<uuid:part>", parts.part, name="part"),
    path("<family:family>/<uuid:part>/remove", parts.remove_part, name="remove_part"),
]
of_a_job = [
    path("", jobs.job, name="job"),
    path("mapping", mapping.mapping, name="mapping"),
    path("plan", from_file.plan_dataset, name="plan_dataset"),
    path("cancel", jobs.cancel, name="cancel_job"),
    path("retry", jobs.retry, name="retry_job"),
    path("undo", bulk.undo, name="undo_answers"),
    path("result", job_files.result, name="job_result"),
    path("files", job_files.every_file, name="job_files"),
    path("files/<path:name>", job_files.named_file, name="job_file"),
    path("push", job_files.push, name="push_files"),
    path("problems", jobs.problems, name="job_problems"),
]
of_the_trash = [
    path("", trash.trash_page, name="trash"),
    path("<uuid:pk>/restore", trash.restore_deleted, name="restore_deleted"),
    path("<uuid:pk>/delete", trash.delete_deleted, name="delete_deleted"),
]
of_webhooks = [
    path("", webhooks.webhooks, name="webhooks"),
    path("new", webhooks.new_webhook, name="new_webhook"),
    path("<uuid:pk>/", webhooks.webhook, name="webhook"),
    path("<uuid:pk>/ping", webhooks.ping, name="ping_webhook"),
    path("<uuid:pk>/secret", webhooks.renew, name="renew_webhook_secret"),
    path("<uuid:pk>/delete", webhooks.delete, name="delete_webhook"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<uuid:pk>/", deliveries.delivery, name="delivery"),
    path("deliveries/<uuid:pk>/retry", deliveries.retry, name="retry_delivery"),
]
urlpatterns = [
    path("<slug:organization>/", home.home, name="home"),
    path("<slug:organization>/datasets/", datasets.datasets, name="datasets"),
    path("<slug:organization>/datasets/new", datasets.new_dataset, name="new_dataset"),
    path("<slug:organization>/datasets/from-file", from_file.from_file, name="dataset_from_file"),
    path("<slug:organization>/datasets/<uuid:pk>/", include(of_a_dataset)),
    path("<slug:organization>/trash/", include(of_the_trash)),
    path("<slug:organization>/webhooks/", include(of_webhooks)),
    path("<slug:organization>/uploads/<uuid:pk>", uploads.upload_part, name="upload_part"),
    path("<slug:organization>/uploads/<uuid:pk>/cancel", uploads.cancel, name="cancel_upload"),
    path("<slug:organization>/jobs/", job_list.jobs, name="jobs"),
    path("<slug:organization>/jobs/live", job_list.live_jobs, name="live_jobs"),
    path("<slug:organization>/jobs/<uuid:pk>/", include(of_a_job)),
    path("<slug:organization>/datasets/<uuid:dataset_id>/label", labeling.label, name="label"),
    path("<slug:organization>/datasets/<uuid:dataset_id>/write", new_record.new_record, name="new_record"),
    path("<slug:organization>/datasets/<uuid:dataset_id>/preview", writing.preview, name="preview_text"),
    path(
        "<slug:organization>/datasets/<uuid:dataset_id>/guidelines/read",
        labeling.read_guidelines,
        name="read_guidelines",
    ),
    path("<slug:organization>/account/data", personal.my_data, name="my_data"),
    path("<slug:organization>/account/data/<uuid:pk>", personal.my_copy, name="my_copy"),
    path("<slug:organization>/members/<uuid:pk>/data", personal.persons_data, name="persons_data"),
    path(
        "<slug:organization>/members/<uuid:pk>/data/<uuid:asked>/again", personal.again, name="personal_again"
    ),
    path("<slug:organization>/members/<uuid:pk>/erase", personal.erase, name="erase_person"),
    path("<slug:organization>/account/shortcuts", shortcuts.shortcuts, name="shortcuts"),
    path("<slug:organization>/account/shortcuts/restore", shortcuts.restore, name="restore_shortcuts"),
    path("<slug:organization>/records/<uuid:record_id>/frame", frames.frame, name="frame"),
    path("<slug:organization>/records/<uuid:record_id>/submit", labeling.submit, name="submit_response"),
    path("<slug:organization>/records/<uuid:record_id>/discard", labeling.discard, name="discard_response"),
    path("<slug:organization>/records/<uuid:record_id>/skip", labeling.skip, name="skip_record"),
    path("<slug:organization>/records/<uuid:record_id>/draft", labeling.save_draft, name="save_draft"),
    path("<slug:organization>/leases/<uuid:lease_id>/heartbeat", labeling.heartbeat, name="heartbeat"),
]
