"""Datasets and records that are deleted stay in the trash for a while."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import core.models
from core.postgres import belongs_to, protect


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_requests_for_organizations"),
        ("workspaces", "0006_trash"),
        ("feedback", "0018_personal_requests"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="dataset", name="one_dataset_name_per_workspace"),
        migrations.AddField(
            model_name="dataset",
            name="deleted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="dataset",
            name="deleted_by",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="dataset",
            name="purge_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="dataset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=("workspace", "name"),
                name="one_dataset_name_per_workspace",
            ),
        ),
        migrations.CreateModel(
            name="DeletedDataset",
            fields=[],
            options={
                "ordering": ("-deleted_at", "id"),
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("feedback.dataset",),
        ),
        belongs_to(
            "feedback_dataset",
            "deleted_by_id",
            "accounts_membership",
            on_delete="set null (deleted_by_id)",
        ),
        migrations.CreateModel(
            name="DeletedRecords",
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
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
                ("purge_at", models.DateTimeField(editable=False, null=True)),
                ("records", models.PositiveIntegerField(default=0)),
                ("columns", models.JSONField(default=dict)),
                (
                    "dataset",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="deleted_records",
                        to="feedback.dataset",
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.membership",
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
                "verbose_name": "set of deleted records",
                "verbose_name_plural": "deleted records",
                "ordering": ("-deleted_at", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "id"), name="deleted_records_with_organization"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeletedRecord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "batch_id", "record_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("record_id", models.UUIDField()),
                ("external_id", models.TextField(null=True)),
                ("contents", models.JSONField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="rows",
                        to="feedback.deletedrecords",
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
            ],
        ),
        belongs_to("feedback_deletedrecords", "dataset_id", "feedback_dataset"),
        belongs_to(
            "feedback_deletedrecords",
            "deleted_by_id",
            "accounts_membership",
            on_delete="set null (deleted_by_id)",
        ),
        belongs_to("feedback_deletedrecord", "batch_id", "feedback_deletedrecords"),
        *protect("feedback_deletedrecords", "feedback_deletedrecord"),
    ]
