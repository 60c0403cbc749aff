"""How a dataset hands out its records, work given to people by name, and who had which record when."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

import core.models
import feedback.models.rules
from core.postgres import belongs_to, protect


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_skills"),
        ("feedback", "0010_saved_views_and_bulk_answers"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="queueitem", name="places_are_never_negative"),
        migrations.RemoveIndex(model_name="queueitem", name="queue_open_by_rank"),
        migrations.RemoveIndex(model_name="queueitem", name="records_by_completion"),
        migrations.RemoveField(model_name="lease", name="rank"),
        migrations.RemoveField(model_name="queueitem", name="open"),
        migrations.CreateModel(
            name="QueueRules",
            fields=[
                (
                    "dataset",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="rules",
                        serialize=False,
                        to="feedback.dataset",
                    ),
                ),
                (
                    "order",
                    models.CharField(choices=feedback.models.rules.orders, default="oldest", max_length=10),
                ),
                ("order_by", models.CharField(blank=True, default="", max_length=200)),
                (
                    "order_values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("is_descending", models.BooleanField(default=False)),
                (
                    "started",
                    models.CharField(
                        blank=True, choices=feedback.models.rules.started, default="", max_length=5
                    ),
                ),
                ("overlap_percent", models.PositiveSmallIntegerField(default=0)),
                ("overlap_answers", models.PositiveIntegerField(default=2)),
                ("overlap_property", models.CharField(blank=True, default="", max_length=200)),
                (
                    "overlap_values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("opinion_question", models.CharField(blank=True, default="", max_length=200)),
                ("opinion_distance", models.FloatField(default=0)),
                ("opinion_most", models.PositiveIntegerField(default=3)),
                (
                    "match_properties",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("opens_unassigned", models.BooleanField(default=True)),
                ("most_held", models.PositiveSmallIntegerField(default=1)),
                ("most_records", models.PositiveIntegerField(blank=True, null=True)),
                ("most_percent", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("most_per_day", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "on_skip",
                    models.CharField(choices=feedback.models.rules.again, default="later", max_length=10),
                ),
                (
                    "on_discard",
                    models.CharField(choices=feedback.models.rules.again, default="others", max_length=10),
                ),
                ("stops_bad_prompts", models.BooleanField(default=True)),
                ("is_paused", models.BooleanField(default=False)),
                ("pause_note", models.CharField(blank=True, default="", max_length=300)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("closes_when_due", models.BooleanField(default=False)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={"verbose_name": "queue rules", "verbose_name_plural": "queue rules"},
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "inserted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="assignments",
                        to="feedback.dataset",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="feedback.job",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={"ordering": ("-inserted_at", "-id")},
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "inserted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("weight", models.FloatField(default=1)),
                ("given", models.PositiveIntegerField(db_default=0, default=0)),
                ("answered", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "assignment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="shares",
                        to="feedback.assignment",
                    ),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="shares",
                        to="feedback.dataset",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="shares",
                        to="accounts.membership",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={"ordering": ("inserted_at", "id")},
        ),
        migrations.CreateModel(
            name="AssignedRecord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "record_id",
                        "membership_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("rank", models.BigIntegerField()),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("has_raised", models.BooleanField(default=False)),
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
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.membership",
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
                        related_name="assigned",
                        to="feedback.record",
                    ),
                ),
                (
                    "share",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="records",
                        to="feedback.share",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PastLease",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("leased_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ending", models.CharField(max_length=10)),
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
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.membership",
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
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="past_leases",
                        to="feedback.record",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="DailyTally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "dataset_id",
                        "membership_id",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("submitted", models.IntegerField(default=0)),
                ("discarded", models.IntegerField(default=0)),
                ("active_ms", models.BigIntegerField(default=0)),
                (
                    "dataset",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="feedback.dataset",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.membership",
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
            ],
        ),
        migrations.AddField(
            model_name="labelertally", name="paused_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="labelertally",
            name="second_cursor",
            field=models.BigIntegerField(db_default=-1, default=-1),
        ),
        migrations.AddField(
            model_name="lease",
            name="leased_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(model_name="queueitem", name="cleared_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="queueitem", name="reserved", field=models.IntegerField(db_default=0, default=0)
        ),
        migrations.AddField(model_name="queueitem", name="stopped_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="queueitem", name="needs", field=models.TextField(db_default="", default="")
        ),
        migrations.AddField(
            model_name="queueitem", name="raised", field=models.IntegerField(db_default=0, default=0)
        ),
        migrations.AddField(
            model_name="queueitem",
            name="started",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="response",
            name="is_counted",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="queueitem",
            name="free",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Q(("open_places__gt", models.F("reserved")), ("stopped_at__isnull", True)),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddIndex(
            model_name="queueitem",
            index=models.Index(
                condition=models.Q(("free", True)),
                fields=["dataset", "needs", "rank"],
                name="queue_free_by_rank",
            ),
        ),
        migrations.AddIndex(
            model_name="queueitem",
            index=models.Index(
                condition=models.Q(("free", True), ("started", True)),
                fields=["dataset", "needs", "rank"],
                name="queue_started_by_rank",
            ),
        ),
        migrations.AddIndex(
            model_name="queueitem",
            index=models.Index(
                models.F("dataset"),
                models.F("completed"),
                django.db.models.expressions.CombinedExpression(
                    models.F("rank"), "&", models.Value(2147483647)
                ),
                name="records_by_completion",
            ),
        ),
        migrations.AddIndex(
            model_name="queueitem",
            index=models.Index(
                condition=models.Q(("stopped_at__isnull", False)),
                fields=["dataset", "stopped_at"],
                name="records_stopped",
            ),
        ),
        migrations.AddIndex(
            model_name="assignedrecord",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["dataset", "membership", "rank"],
                name="assigned_and_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="assignedrecord",
            index=models.Index(fields=["share", "state"], name="assigned_by_share"),
        ),
        migrations.AddConstraint(
            model_name="queueitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("open_places__gte", 0), ("raised__gte", 0), ("reserved__gte", 0), ("submitted__gte", 0)
                ),
                name="places_are_never_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                fields=("organization", "id"), name="assignment_with_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="queuerules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("overlap_percent__lte", 100),
                    models.Q(("most_percent", None), ("most_percent__range", (1, 100)), _connector="OR"),
                ),
                name="a_share_is_at_most_everything",
            ),
        ),
        migrations.AddConstraint(
            model_name="queuerules",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_held__gte", 1)), name="everybody_may_hold_one_record"
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.UniqueConstraint(
                fields=("assignment", "membership"), name="one_share_per_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="share_with_organization"),
        ),
        belongs_to("feedback_queuerules", "dataset_id", "feedback_dataset"),
        belongs_to("feedback_assignment", "dataset_id", "feedback_dataset"),
        belongs_to("feedback_assignment", "job_id", "feedback_job", on_delete="set null (job_id)"),
        belongs_to("feedback_assignment", "by_id", "accounts_membership", on_delete="set null (by_id)"),
        belongs_to("feedback_share", "dataset_id", "feedback_dataset"),
        belongs_to("feedback_share", "assignment_id", "feedback_assignment"),
        belongs_to("feedback_share", "membership_id", "accounts_membership"),
        belongs_to("feedback_assignedrecord", "record_id", "feedback_record"),
        belongs_to("feedback_assignedrecord", "share_id", "feedback_share"),
        belongs_to("feedback_pastlease", "record_id", "feedback_record"),
        belongs_to("feedback_pastlease", "membership_id", "accounts_membership"),
        belongs_to("feedback_dailytally", "dataset_id", "feedback_dataset"),
        belongs_to("feedback_dailytally", "membership_id", "accounts_membership"),
        *protect(
            "feedback_queuerules",
            "feedback_assignment",
            "feedback_share",
            "feedback_assignedrecord",
            "feedback_pastlease",
            "feedback_dailytally",
        ),
        RunSQL("alter table feedback_dailytally set (fillfactor = 50)", RunSQL.noop),
        RunSQL("alter table feedback_share set (fillfactor = 50)", RunSQL.noop),
        RunSQL("alter table feedback_assignedrecord set (fillfactor = 80)", RunSQL.noop),
    ]
