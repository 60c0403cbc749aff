"""Workspaces that are deleted stay in the trash for a while."""

import django.db.models.deletion
from django.db import migrations, models

from core.postgres import belongs_to


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_service_accounts_and_scopes_of_keys"),
        ("workspaces", "0005_links_to_join"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="workspace", name="one_workspace_name_per_organization"),
        migrations.AddField(
            model_name="workspace",
            name="deleted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="workspace",
            name="deleted_by",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="workspace",
            name="purge_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="workspace",
            name="people_before",
            field=models.JSONField(db_default={}, default=dict, editable=False),
        ),
        migrations.AddConstraint(
            model_name="workspace",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=("organization", "name"),
                name="one_workspace_name_per_organization",
            ),
        ),
        migrations.CreateModel(
            name="DeletedWorkspace",
            fields=[],
            options={
                "ordering": ("-deleted_at", "id"),
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("workspaces.workspace",),
        ),
        belongs_to(
            "workspaces_workspace",
            "deleted_by_id",
            "accounts_membership",
            on_delete="set null (deleted_by_id)",
        ),
    ]
