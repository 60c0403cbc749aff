"""Searches kept under a name, and what an act of answering many records at once did to each."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import core.models
from core.postgres import belongs_to, protect


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_identities"),
        ("feedback", "0009_labelers_may_add_records"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkAnswer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("response_id", models.UUIDField(null=True)),
                ("revision", models.PositiveIntegerField(null=True)),
                ("before", models.JSONField(null=True)),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="answers",
                        to="feedback.job",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="feedback.record",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["job", "id"], name="bulk_answers_of_a_job")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("record", "job"), name="one_bulk_answer_per_record_and_job"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
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
                ("name", models.CharField(max_length=100)),
                ("address", models.TextField(blank=True)),
                ("is_shared", models.BooleanField(default=False, verbose_name="shared with the workspace")),
                (
                    "dataset",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="saved_views",
                        to="feedback.dataset",
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
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "ordering": ("name", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dataset", "owner", "name"), name="one_view_name_per_person_and_dataset"
                    )
                ],
            },
        ),
        belongs_to("feedback_savedview", "dataset_id", "feedback_dataset"),
        belongs_to("feedback_savedview", "owner_id", "accounts_membership"),
        belongs_to("feedback_bulkanswer", "job_id", "feedback_job"),
        belongs_to("feedback_bulkanswer", "record_id", "feedback_record"),
        *protect("feedback_savedview", "feedback_bulkanswer"),
    ]
