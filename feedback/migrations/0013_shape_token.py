"""A token of a dataset's parts, so that what was read of them can be kept in memory until one changes."""

import uuid

import django.contrib.postgres.functions
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

RENEW = """
create function renew_shape_token() returns trigger language plpgsql as $$
begin
    update feedback_dataset set shape_token = gen_random_uuid()
        where id in (old.dataset_id, new.dataset_id);
    return null;
end $$
"""

TRIGGER = """
create trigger renew_shape_token after insert or update or delete on {table}
    for each row execute function renew_shape_token()
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0012_rules_of_handing_out")]

    operations = [
        migrations.AddField(
            "dataset",
            "shape_token",
            models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, editable=False
            ),
        ),
        RunSQL(RENEW, "drop function renew_shape_token()"),
        *(
            RunSQL(TRIGGER.format(table=table), f"drop trigger renew_shape_token on {table}")
            for table in ("feedback_field", "feedback_question", "feedback_metadataproperty")
        ),
    ]
