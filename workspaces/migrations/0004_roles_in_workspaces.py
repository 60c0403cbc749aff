"""What people are in each workspace. Managers of an organization become managers of each workspace that they are in."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

import workspaces.models
from core.postgres import belongs_to

ACROSS = (
    "select set_config('assay.organization', '*', true)"  # the rows of all organizations, in this transaction
)
PEOPLE = """
update workspaces_workspacemembership as place set role = 'manager'
    from accounts_membership as member
    where member.id = place.membership_id and member.role in ('owner', 'admin')
"""
INVITED = """
update workspaces_invitation set places = (
    select coalesce(jsonb_object_agg(id, case when role = 'annotator' then 'labeler' else 'manager' end), '{}')
    from unnest(workspace_ids) as id
)
"""
INVITED_BEFORE = """
update workspaces_invitation set workspace_ids = array(select id::uuid from jsonb_object_keys(places) as id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_service_accounts_and_scopes_of_keys"),
        ("workspaces", "0003_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="workspacemembership",
            name="role",
            field=models.CharField(
                choices=workspaces.models.workspace_roles,
                db_default="labeler",
                default="labeler",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="workspacemembership",
            name="role_set_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="workspacemembership",
            name="role_set_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AlterField(
            model_name="workspace",
            name="members",
            field=models.ManyToManyField(
                related_name="workspaces",
                through="workspaces.WorkspaceMembership",
                through_fields=("workspace", "membership"),
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="places",
            field=models.JSONField(blank=True, default=dict),
        ),
        belongs_to(
            "workspaces_workspacemembership",
            "role_set_by_id",
            "accounts_membership",
            on_delete="set null (role_set_by_id)",
        ),
        RunSQL(ACROSS, RunSQL.noop),
        RunSQL(PEOPLE, RunSQL.noop),
        RunSQL(INVITED, INVITED_BEFORE),
        RunSQL(RunSQL.noop, ACROSS),
        migrations.RemoveField(model_name="invitation", name="workspace_ids"),
    ]
