"""Webhooks and their deliveries."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

import core.models
import feedback.models.webhooks
from core.postgres import belongs_to, protect


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_empty_emails_are_no_duplicates"),
        ("feedback", "0004_drafts_can_be_set_aside"),
        ("workspaces", "0002_invitation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
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
                ("url", models.TextField(verbose_name="address")),
                (
                    "secret",
                    models.CharField(
                        default=feedback.models.webhooks.make_secret, editable=False, max_length=200
                    ),
                ),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=feedback.models.webhooks.events, max_length=40),
                        size=None,
                    ),
                ),
                ("enabled", models.BooleanField(default=True)),
                ("description", models.CharField(blank=True, max_length=1000, null=True)),
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
                "ordering": ("inserted_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                ("event", models.CharField(choices=feedback.models.webhooks.events, max_length=40)),
                ("body", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=feedback.models.webhooks.delivery_states, default="waiting", max_length=10
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "next_attempt_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.TextField(blank=True, default="")),
                ("detail", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
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
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="deliveries",
                        to="feedback.webhook",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ("-id",),
            },
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.UniqueConstraint(
                fields=("organization", "id"), name="webhook_with_organization"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "sending"))),
                fields=["webhook", "next_attempt_at"],
                name="deliveries_under_way",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["organization", "-id"], name="deliveries_newest_first"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["webhook", "-id"], name="deliveries_of_a_webhook"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["workspace", "-id"], name="deliveries_of_a_workspace"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)), fields=["ended_at"], name="deliveries_ended"
            ),
        ),
        belongs_to("feedback_delivery", "webhook_id", "feedback_webhook"),
        belongs_to(
            "feedback_delivery", "workspace_id", "workspaces_workspace", on_delete="set null (workspace_id)"
        ),
        *protect("feedback_webhook", "feedback_delivery"),
        # Each attempt rewrites a row's narrow columns: leave room on the page, so that it stays there.
        RunSQL("alter table feedback_delivery set (fillfactor = 80)", RunSQL.noop),
    ]
