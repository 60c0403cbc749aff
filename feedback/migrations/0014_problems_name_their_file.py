"""A row that could not come in says in which of several files it stands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0013_shape_token")]

    operations = [
        migrations.AddField("jobproblem", "file", models.TextField(blank=True, db_default="", default="")),
        migrations.AlterModelOptions("jobproblem", {"ordering": ("id",)}),
    ]
