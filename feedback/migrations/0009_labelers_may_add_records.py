from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0008_records_turn"),
    ]

    operations = [
        migrations.AddField(
            model_name="dataset",
            name="invites_records",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="labelers may add records"
            ),
        ),
    ]
