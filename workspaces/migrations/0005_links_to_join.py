"""Invitations by a link to share, which last as long as somebody says, and say whether their letter went."""

import django.db.models.deletion
from django.db import migrations, models

from core.postgres import belongs_to


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_leaving_and_first_passwords"),
        ("workspaces", "0004_roles_in_workspaces"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="days",
            field=models.PositiveIntegerField(db_default=14, default=14),
        ),
        migrations.AddField(
            model_name="invitation",
            name="domain",
            field=models.CharField(blank=True, db_default="", default="", max_length=253),
        ),
        migrations.AddField(
            model_name="invitation",
            name="failure",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="invitation",
            name="link",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="workspaces.invitation",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="most_uses",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="invitation",
            name="name",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="invitation",
            name="sent_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="uses",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="email",
            field=models.EmailField(blank=True, db_default="", default="", max_length=254),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=("organization", "id"), name="invitation_with_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("uses__lte", models.F("most_uses"))), name="no_more_uses_than_allowed"
            ),
        ),
        belongs_to(
            "workspaces_invitation", "link_id", "workspaces_invitation", on_delete="set null (link_id)"
        ),
    ]
