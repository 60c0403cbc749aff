"""Programs as members, and keys that may less than their member."""

import django.contrib.postgres.fields
from django.db import migrations, models

import accounts.models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_skills"),
    ]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="scope",
            field=models.CharField(
                choices=accounts.models.key_scopes,
                db_default="manage",
                default="manage",
                max_length=10,
                verbose_name="may",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="workspace_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), blank=True, null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="is_service",
            field=models.BooleanField(db_default=False, default=False, verbose_name="service account"),
        ),
        migrations.AddField(
            model_name="membership",
            name="may_answer",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_service", False),
                    models.Q(("user__isnull", True), models.Q(("role", "owner"), _negated=True)),
                    _connector="OR",
                ),
                name="a_service_account_is_no_user_and_no_owner",
            ),
        ),
    ]
