"""Jobs are listed by what they are and forget their files; uploads come in parts."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

import core.models
from core.postgres import belongs_to, protect

# What ended before is kept for as long as what ends today, by the usual number of days.
WHAT_THERE_IS = """
select set_config('assay.organization', '*', true);
update feedback_job set kept_until = now() + interval '30 days' where ended_at is not null;
select set_config('assay.organization', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_skills"),
        ("feedback", "0014_problems_name_their_file"),
    ]

    operations = [
        migrations.CreateModel(
            name="UploadPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("offset", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="UploadSession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "inserted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("filename", models.CharField(max_length=300)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=500)),
                ("size", models.BigIntegerField()),
                ("received", models.BigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, default="", max_length=64)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "verbose_name": "upload",
                "ordering": ("id",),
            },
        ),
        migrations.AlterModelOptions(
            name="job",
            options={"ordering": ("-id",)},
        ),
        migrations.AddField(
            model_name="job",
            name="claimed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="claimed_done",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="job",
            name="forgotten_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="kept_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="job",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="dataset",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="jobs",
                to="feedback.dataset",
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.organization",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("forgotten_at__isnull", True), ("kept_until__isnull", False)),
                fields=["kept_until"],
                name="jobs_with_files",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["organization", "state", "-id"], name="jobs_by_state"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["organization", "kind", "-id"], name="jobs_by_kind"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["dataset", "-id"], name="jobs_of_a_dataset"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["by", "-id"], name="jobs_of_a_person"),
        ),
        migrations.AddField(
            model_name="uploadpart",
            name="organization",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.organization",
            ),
        ),
        migrations.AddField(
            model_name="uploadsession",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="uploadsession",
            name="dataset",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="uploads",
                to="feedback.dataset",
            ),
        ),
        migrations.AddField(
            model_name="uploadsession",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
            ),
        ),
        migrations.AddField(
            model_name="uploadpart",
            name="session",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="parts",
                to="feedback.uploadsession",
            ),
        ),
        migrations.AddConstraint(
            model_name="uploadsession",
            constraint=models.UniqueConstraint(
                fields=("organization", "id"), name="upload_with_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="uploadsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received__gte", 0), ("received__lte", models.F("size")), ("size__gte", 1)
                ),
                name="no_more_comes_than_was_said",
            ),
        ),
        migrations.AddConstraint(
            model_name="uploadpart",
            constraint=models.UniqueConstraint(fields=("session", "offset"), name="one_part_per_offset"),
        ),
        belongs_to("feedback_uploadsession", "dataset_id", "feedback_dataset"),
        belongs_to("feedback_uploadsession", "by_id", "accounts_membership"),
        belongs_to("feedback_uploadpart", "session_id", "feedback_uploadsession"),
        *protect("feedback_uploadsession", "feedback_uploadpart"),
        RunSQL(WHAT_THERE_IS, RunSQL.noop),
    ]
