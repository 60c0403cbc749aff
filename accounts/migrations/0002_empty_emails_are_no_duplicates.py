from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    """allauth writes an empty e-mail where somebody removes theirs: several people may have none."""

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="user", name="one_user_per_email"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="one_user_per_email"
            ),
        ),
    ]
