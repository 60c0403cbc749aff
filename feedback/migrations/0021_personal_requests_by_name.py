"""Requests about personal data are called so in lists."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feedback", "0020_many_at_once")]

    operations = [
        migrations.AlterModelOptions(
            name="personalrequest",
            options={
                "ordering": ("-inserted_at", "-id"),
                "verbose_name": "request",
                "verbose_name_plural": "requests about personal data",
            },
        ),
    ]
