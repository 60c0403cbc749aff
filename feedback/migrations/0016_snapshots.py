"""The files that exports make, and snapshots: exports that can be made again."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import core.models
from core.postgres import belongs_to, protect


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_skills"),
        ("feedback", "0015_jobs_and_uploads"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="files",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.CreateModel(
            name="Snapshot",
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
                ("name", models.CharField(max_length=200)),
                ("plan", models.JSONField(default=dict)),
                ("data", models.FileField(blank=True, max_length=500, null=True, upload_to="snapshots/")),
                ("files", models.JSONField(default=list)),
                ("records", models.BigIntegerField(default=0)),
                ("rows", models.BigIntegerField(default=0)),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="snapshots",
                        to="feedback.dataset",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="feedback.job",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={
                "ordering": ("-inserted_at", "-id"),
                "constraints": [
                    models.UniqueConstraint(fields=("dataset", "name"), name="one_snapshot_name_per_dataset")
                ],
            },
        ),
        belongs_to("feedback_snapshot", "dataset_id", "feedback_dataset"),
        belongs_to("feedback_snapshot", "job_id", "feedback_job", on_delete="set null (job_id)"),
        belongs_to("feedback_snapshot", "by_id", "accounts_membership", on_delete="set null (by_id)"),
        *protect("feedback_snapshot"),
    ]
