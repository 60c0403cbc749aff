"""What people ask about their own data."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import core.models
import feedback.models.personal
from core.postgres import belongs_to, protect


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_leaving_and_first_passwords"),
        ("feedback", "0017_kept_mappings"),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonalRequest",
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
                ("kind", models.CharField(choices=feedback.models.personal.personal_kinds, max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=feedback.models.personal.personal_states, default="waiting", max_length=10
                    ),
                ),
                ("deletes_answers", models.BooleanField(default=False)),
                ("file", models.FileField(blank=True, default="", max_length=500, upload_to="personal/")),
                ("counts", models.JSONField(default=dict)),
                ("detail", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
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
                "verbose_name": "request",
                "ordering": ("-inserted_at", "-id"),
            },
        ),
        belongs_to("feedback_personalrequest", "membership_id", "accounts_membership"),
        belongs_to(
            "feedback_personalrequest",
            "asked_by_id",
            "accounts_membership",
            on_delete="set null (asked_by_id)",
        ),
        *protect("feedback_personalrequest"),
    ]
