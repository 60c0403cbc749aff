"""Search: words, values of metadata, what a suggestion is found by (docs/decisions/0007-search.md)."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

from core.postgres import belongs_to, protect

# A single value as text, as filters and indexes have it. Long ones are cut, for an index entry may have 2.7 kB, and end
# in a digest, so that no two of them are the same; `term` in feedback/search/values.py does it alike.
TERM = """
create function json_term(p_value jsonb) returns text language sql immutable parallel safe as $$
    select case when length(term) > 400 then left(term, 400) || md5(term) else term end
    from (select case when jsonb_typeof(p_value) in ('string', 'number', 'boolean') then p_value #>> '{}' end) as x(term)
$$
"""

# The least and the greatest number of a list; a number by itself.
LEAST, MOST = (
    f"""
    create function json_{name}(p_value jsonb) returns float8 language sql immutable parallel safe as $$
        select case jsonb_typeof(p_value)
            when 'number' then p_value::float8
            when 'array' then (
                select {aggregate}(one::float8) from jsonb_array_elements(p_value) as one
                where jsonb_typeof(one) = 'number')
        end
    $$
    """  # noqa: S608
    for name, aggregate in (("least", "min"), ("most", "max"))
)

# Whether a value, or one in a list of them, is one of these terms; whether one lies between these bounds (null: none).
ELEMENTS = "jsonb_array_elements(case jsonb_typeof(p_value) when 'array' then p_value else jsonb_build_array(p_value) end)"
HAS_TERM = f"""
create function json_has_term(p_value jsonb, p_terms text[]) returns boolean language sql immutable parallel safe as $$
    select exists (select 1 from {ELEMENTS} as one where json_term(one) = any(p_terms))
$$
"""  # noqa: S608
HAS_NUMBER = f"""
create function json_has_number(p_value jsonb, p_low float8, p_high float8) returns boolean
language sql immutable parallel safe as $$
    select exists (
        select 1 from {ELEMENTS} as one
        where case when jsonb_typeof(one) = 'number'
            then one::float8 between coalesce(p_low, '-infinity') and coalesce(p_high, 'infinity') end)
$$
"""  # noqa: S608

# The records of a dataset whose indexed words match, at most p_limit of them, in no order that means anything. Whatever
# stands in the backlog is left out: its words may be others by now.
#
# PostgreSQL uses no GIN index below row-level security, for `@@` could tell what it is given. So this runs as
# `assay_search`, which may read the words of all organizations, and has the test of the organization in its own text,
# from the setting of the transaction; no argument can say otherwise. Nobody may inherit from that role (core.E003).
# A plan is made for each call: the one for a frequent word is wrong for a rare one.
SEARCH = """
create function search_records(p_dataset uuid, p_query text, p_limit bigint) returns setof uuid
language plpgsql stable security definer rows 20000
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set jit = off as $$
declare
    asking constant uuid := public.current_organization();
    sought constant tsquery := p_query::tsquery && ('''#' || p_dataset || '''')::tsquery;
begin
    return query
        select w.record_id from public.feedback_recordwords w
        where w.dataset_id = p_dataset and (asking is null or w.organization_id = asking) and w.vector @@ sought
            and not exists (
                select 1 from public.feedback_searchbacklog b
                where b.dataset_id = p_dataset and b.record_id = w.record_id)
        limit p_limit;
end $$
"""

HAND_OVER = """
grant select on feedback_recordwords, feedback_searchbacklog to assay_search;
create policy search on feedback_recordwords for select to assay_search using (true);
create policy search on feedback_searchbacklog for select to assay_search using (true);
revoke execute on function search_records(uuid, text, bigint) from public;
grant create on schema public to assay_search;
alter function search_records(uuid, text, bigint) owner to assay_search;
revoke create on schema public from assay_search;
do $$
declare
    application constant name := current_user;
begin
    set local role assay_search; -- what its owner grants goes with the owner, so this comes last
    execute format('grant execute on function search_records(uuid, text, bigint) to %I', application);
    execute format('set local role %I', application);
end $$;
"""
TAKE_BACK = """
do $$
declare
    application constant name := current_user;
begin
    set local role assay_search;
    drop function public.search_records(uuid, text, bigint);
    execute format('set local role %I', application);
end $$;
drop policy search on feedback_searchbacklog;
drop policy search on feedback_recordwords;
revoke select on feedback_recordwords, feedback_searchbacklog from assay_search;
"""

# What is there already waits to be indexed like everything that comes (feedback.sweep_backlog).
WHAT_THERE_IS = """
select set_config('assay.organization', '*', true);
insert into feedback_searchbacklog (organization_id, dataset_id, record_id)
    select organization_id, dataset_id, id from feedback_record;
update feedback_metadataproperty set is_indexed = false;
select set_config('assay.organization', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_empty_emails_are_no_duplicates"),
        ("feedback", "0005_webhooks"),
    ]

    operations = [
        RunSQL(TERM, "drop function json_term(jsonb)"),
        RunSQL(LEAST, "drop function json_least(jsonb)"),
        RunSQL(MOST, "drop function json_most(jsonb)"),
        RunSQL(HAS_TERM, "drop function json_has_term(jsonb, text[])"),
        RunSQL(HAS_NUMBER, "drop function json_has_number(jsonb, float8, float8)"),
        migrations.CreateModel(
            name="MetadataValue",
            fields=[
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
                (
                    "property",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="feedback.metadataproperty",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="values",
                        to="feedback.record",
                    ),
                ),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField()),
                ("term", models.TextField(null=True)),
                ("number", models.FloatField(null=True)),
                ("is_least", models.BooleanField(default=True)),
                ("is_most", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="RecordWords",
            fields=[
                (
                    "dataset",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="feedback.dataset",
                    ),
                ),
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
                (
                    "record",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="feedback.record",
                    ),
                ),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchBacklog",
            fields=[
                (
                    "dataset",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="feedback.dataset",
                    ),
                ),
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
                (
                    "record",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="feedback.record",
                    ),
                ),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "dataset_id",
                        "record_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="metadataproperty",
            name="is_indexed",
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="score_high",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("score", function="json_most"),
                output_field=models.FloatField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="score_low",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("score", function="json_least"),
                output_field=models.FloatField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="term",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("value", function="json_term"),
                output_field=models.TextField(null=True),
            ),
        ),
        migrations.AlterField(
            model_name="suggestion",
            name="question",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="suggestions",
                to="feedback.question",
            ),
        ),
        migrations.AddIndex(
            model_name="queueitem",
            index=models.Index(
                models.F("dataset"),
                models.F("completed"),
                django.db.models.expressions.CombinedExpression(
                    models.F("rank"), "&", models.Value(281474976710655)
                ),
                name="records_by_completion",
            ),
        ),
        migrations.AddIndex(
            model_name="queueitem",
            index=models.Index(fields=["dataset", "shuffle"], name="records_shuffled"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["dataset", "inserted_at"], name="records_by_age"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["dataset", "updated_at"], name="records_by_change"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["dataset", "status", "record"], name="responses_by_status"),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(fields=["question", "term"], name="suggestions_by_term"),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(fields=["question", "agent"], name="suggestions_by_agent"),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(fields=["question", "score_low"], name="suggestions_by_low_score"),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(fields=["question", "score_high"], name="suggestions_by_high_score"),
        ),
        migrations.AddIndex(
            model_name="metadatavalue",
            index=models.Index(
                condition=models.Q(("term__isnull", False)),
                fields=["property", "term", "position"],
                name="records_by_metadata_term",
            ),
        ),
        migrations.AddIndex(
            model_name="metadatavalue",
            index=models.Index(
                condition=models.Q(("number__isnull", False)),
                fields=["property", "number", "position"],
                name="records_by_metadata_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="metadatavalue",
            constraint=models.UniqueConstraint(
                fields=("record", "property", "term"),
                name="one_metadata_value_per_record",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="recordwords",
            index=django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="records_by_words"),
        ),
        belongs_to("feedback_recordwords", "record_id", "feedback_record"),
        belongs_to("feedback_searchbacklog", "dataset_id", "feedback_dataset"),
        belongs_to("feedback_metadatavalue", "record_id", "feedback_record"),
        *protect("feedback_recordwords", "feedback_searchbacklog", "feedback_metadatavalue"),
        # Vectors do not get smaller by compressing, only slower.
        RunSQL("alter table feedback_recordwords alter vector set storage external", RunSQL.noop),
        RunSQL("alter index records_by_words set (gin_pending_list_limit = 1024)", RunSQL.noop),
        RunSQL(SEARCH, RunSQL.noop),
        RunSQL(HAND_OVER, TAKE_BACK),
        RunSQL(WHAT_THERE_IS, RunSQL.noop),
    ]
