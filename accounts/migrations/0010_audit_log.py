"""The audit log: rows that the application adds and reads, and cannot change or delete."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

import core.models
from core.postgres import protect

# The application owns the table, as it owns all, so that migrations can change it; but it has no right to change or
# delete rows. What is older than its organization keeps it is deleted by a function of another role's, which nobody may
# inherit from (core.E003) and which deletes nothing younger than 90 days, whatever the settings say. It skips from
# organization to organization along the index, those that are gone among them.
FORGET = """
create function forget_audit_entries(p_most bigint) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
    forgotten bigint := 0;
    gone bigint;
    place uuid := (select organization_id from public.accounts_auditentry order by organization_id limit 1);
    keep_days integer;
begin
    while place is not null and forgotten < p_most loop
        keep_days := greatest(90, coalesce((select audit_days from public.accounts_organization where id = place), 90));
        delete from public.accounts_auditentry where id in (
            select id from public.accounts_auditentry
            where organization_id = place and at < now() - make_interval(days => keep_days)
            order by at limit p_most - forgotten);
        get diagnostics gone = row_count;
        forgotten := forgotten + gone;
        place := (select organization_id from public.accounts_auditentry where organization_id > place
            order by organization_id limit 1);
    end loop;
    return forgotten;
end $$;
"""

HAND_OVER = """
revoke update, delete, truncate on accounts_auditentry from current_user;
grant select, delete on accounts_auditentry to assay_search;
grant select (id, audit_days) on accounts_organization to assay_search;
create policy forgetting on accounts_auditentry to assay_search using (true);
revoke execute on function forget_audit_entries(bigint) from public;
grant create on schema public to assay_search;
alter function forget_audit_entries(bigint) owner to assay_search;
revoke create on schema public from assay_search;
do $$
declare
    application constant name := current_user;
begin
    set local role assay_search; -- what its owner grants goes with the owner, so this comes last
    execute format('grant execute on function forget_audit_entries(bigint) to %I', application);
    execute format('set local role %I', application);
end $$;
"""
TAKE_BACK = """
do $$
declare
    application constant name := current_user;
begin
    set local role assay_search;
    drop function public.forget_audit_entries(bigint);
    execute format('set local role %I', application);
end $$;
drop policy forgetting on accounts_auditentry;
revoke select (id, audit_days) on accounts_organization from assay_search;
revoke all on accounts_auditentry from assay_search;
grant all on accounts_auditentry to current_user;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_requests_for_organizations"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="audit_days",
            field=models.PositiveIntegerField(db_default=365, default=365),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(audit_days__gte=90), name="audit_log_is_kept_long_enough"
            ),
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="when",
                    ),
                ),
                ("act", models.CharField(max_length=60)),
                ("door", models.CharField(max_length=10)),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=400)),
                ("is_service", models.BooleanField(default=False)),
                ("is_operator", models.BooleanField(default=False)),
                ("means", models.CharField(blank=True, max_length=10)),
                ("key_id", models.UUIDField(null=True)),
                ("key_name", models.CharField(blank=True, max_length=200)),
                ("object_kind", models.CharField(blank=True, max_length=40)),
                ("object_id", models.UUIDField(null=True)),
                ("object_name", models.CharField(blank=True, max_length=400)),
                ("address", models.GenericIPAddressField(null=True)),
                ("agent", models.CharField(blank=True, max_length=200)),
                ("details", models.JSONField(default=dict)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit log",
                "ordering": ("-at", "-id"),
                "indexes": [
                    models.Index(fields=["organization", "-at", "-id"], name="audit_by_time"),
                    models.Index(fields=["organization", "actor_id", "-at"], name="audit_by_actor"),
                    models.Index(fields=["organization", "object_id", "-at"], name="audit_by_object"),
                ],
            },
        ),
        *protect("accounts_auditentry"),
        RunSQL(FORGET, "select 1"),
        RunSQL(HAND_OVER, TAKE_BACK),
    ]
