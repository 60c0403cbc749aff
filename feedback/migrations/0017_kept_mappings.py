"""Mappings kept for the next file with the same columns; and vectors are among what a dataset's token stands for."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

import core.models
from core.postgres import belongs_to, protect

TRIGGER = """
create trigger renew_shape_token after insert or update or delete on feedback_vectorsettings
    for each row execute function renew_shape_token()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_identities"),
        ("feedback", "0016_snapshots"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptMapping",
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
                ("columns", models.CharField(max_length=64)),
                ("mapping", models.JSONField()),
                (
                    "dataset",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="kept_mappings",
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dataset", "columns"), name="one_mapping_per_dataset_and_columns"
                    )
                ],
            },
        ),
        belongs_to("feedback_keptmapping", "dataset_id", "feedback_dataset"),
        *protect("feedback_keptmapping"),
        RunSQL(TRIGGER, "drop trigger renew_shape_token on feedback_vectorsettings"),
    ]
