"""When a record last became completed, or pending again: noted beside it, for a submit must not write to the record."""

from importlib import import_module

from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

# Settle a place: a person's response to a record changes its status, or a lease is given back. Called before the
# response is written; returns whether the response is extra, or null if the record is gone. The statuses are null
# (none), draft, submitted, discarded. Steps:
# 1. Lock the tally, then the lease, then the queue item, as everybody does who locks more than one of them.
# 2. The person's lease goes, unless this is a draft, which keeps it.
# 3. Only now, under the item's lock, is read whether the person's answer is extra: whoever took an answer back a
#    moment ago may have passed the place to this one.
# 4. A submit counts if an answer is still wanted. Its place is the lease's, or an open one, or, if others hold all
#    of them, the one leased last: that person's later submit is kept as extra.
# 5. Whatever stops being submitted passes its place to the oldest extra answer, or opens it.
# 6. If that completes the record, or makes it pending again, the moment is noted: at no other time, so that all other
#    updates of the row leave every indexed column as it was and stay on its page.
SETTLE = """
create or replace function settle_place(
    p_record uuid, p_person uuid, p_before text, p_after text, p_active_ms bigint)
returns boolean language plpgsql as $$
declare
    item feedback_queueitem;
    held bigint;
    gives_back boolean := false;
    was_extra boolean := false;
    extra boolean := false;
    step int := 0;
    completes int := 0;
begin
    select * into item from feedback_queueitem where record_id = p_record;
    perform lock_tally(item.dataset_id, p_person);
    if p_after is distinct from 'draft' then
        delete from feedback_lease where record_id = p_record and membership_id = p_person returning rank into held;
        gives_back := held is not null;
    end if;
    select * into item from feedback_queueitem where record_id = p_record for no key update;
    if not found then
        return null;
    end if;
    select r.is_extra into was_extra from feedback_response r
        where r.record_id = p_record and r.membership_id = p_person;

    if p_after = 'submitted' then
        if p_before is not distinct from 'submitted' then
            extra := was_extra;
        elsif item.submitted >= item.target then
            extra := true;
        elsif held is not null then
            step := 1;
            gives_back := false;
        elsif item.open_places > 0 then
            step := 1;
            item.open_places := item.open_places - 1;
        else
            delete from feedback_lease where id = (
                select id from feedback_lease where record_id = p_record
                order by expires_at desc limit 1 for update skip locked);
            step := 1;
        end if;
    elsif p_before = 'submitted' and not was_extra then
        update feedback_response set is_extra = false where id = (
            select id from feedback_response
            where record_id = p_record and membership_id <> p_person and status = 'submitted' and is_extra
            order by submitted_at, id limit 1);
        if not found then
            step := -1;
        end if;
    end if;

    if gives_back or step = -1 then
        item.open_places := item.open_places + 1;
    end if;
    completes := ((item.submitted + step) >= item.target)::int - (item.submitted >= item.target)::int;
    update feedback_queueitem set
        submitted = item.submitted + step,
        open_places = greatest(0, least(item.open_places, item.target - item.submitted - step)),
        turned_at = case when completes = 0 then item.turned_at else now() end
        where record_id = p_record;
    update feedback_labelertally set
        submitted = submitted + (p_after is not distinct from 'submitted')::int
                              - (p_before is not distinct from 'submitted')::int,
        discarded = discarded + (p_after is not distinct from 'discarded')::int
                              - (p_before is not distinct from 'discarded')::int,
        drafts = drafts + (p_after is not distinct from 'draft')::int - (p_before is not distinct from 'draft')::int,
        completed = completed + completes,
        cursor = coalesce(held, cursor),
        active_ms = active_ms + p_active_ms,
        first_at = case when p_after is null then first_at else coalesce(first_at, now()) end,
        last_at = case when p_before is null and p_after is null then last_at else now() end
        where dataset_id = item.dataset_id and membership_id = p_person;
    return extra;
end $$
"""

# Count anew, for those who write responses or targets in bulk. Which submitted answers count is decided by age; open
# places are what is wanted, less what is counted, less what is leased. The dataset's count takes up the difference;
# it is locked first, as by everybody who writes in bulk, so that two of them cannot deadlock. A record that becomes
# completed, or pending again, notes when.
RECOUNT = """
create or replace function recount_records(p_dataset uuid, p_records uuid[], p_target int) returns void language plpgsql as $$
declare
    before bigint;
    after bigint;
begin
    perform 1 from feedback_datasetcount where dataset_id = p_dataset for no key update;
    perform 1 from feedback_queueitem where record_id = any(p_records) order by record_id for no key update;
    select count(*) filter (where completed) into before from feedback_queueitem where record_id = any(p_records);
    with ranked as (
        select id, row_number() over (partition by record_id order by submitted_at, id) > coalesce(p_target, q.target)
               as extra
        from feedback_response r join feedback_queueitem q using (record_id)
        where record_id = any(p_records) and status = 'submitted'
    )
    update feedback_response r set is_extra = ranked.extra from ranked
        where r.id = ranked.id and r.is_extra <> ranked.extra;
    with counted as (
        select q.record_id, coalesce(p_target, q.target) as wanted,
            (select count(*) from feedback_response r
             where r.record_id = q.record_id and status = 'submitted' and not is_extra) as submitted,
            (select count(*) from feedback_lease l where l.record_id = q.record_id) as leased
        from feedback_queueitem q where q.record_id = any(p_records)
    )
    update feedback_queueitem q set
        target = wanted, submitted = counted.submitted,
        open_places = greatest(0, wanted - counted.submitted - counted.leased),
        turned_at = case when (counted.submitted >= wanted) = q.completed then q.turned_at else now() end
    from counted where q.record_id = counted.record_id
      and (q.target, q.submitted, q.open_places) is distinct from
          (wanted, counted.submitted::int, greatest(0, wanted - counted.submitted - counted.leased)::int);
    select count(*) filter (where completed) into after from feedback_queueitem where record_id = any(p_records);
    if after <> before then
        update feedback_datasetcount set completed = completed + after - before where dataset_id = p_dataset;
    end if;
end $$
"""

SETTLE_BEFORE, RECOUNT_BEFORE = (
    getattr(import_module(f"feedback.migrations.{file}"), name).replace("create", "create or replace", 1)
    for file, name in (("0003_extra_is_read_under_the_lock", "SETTLE"), ("0002_queue", "RECOUNT"))
)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0007_vectors")]

    operations = [
        migrations.AddField("queueitem", "turned_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "queueitem",
            models.Index(
                fields=["dataset", "turned_at"],
                condition=models.Q(turned_at__isnull=False),
                name="records_by_turn",
            ),
        ),
        RunSQL(SETTLE, SETTLE_BEFORE),
        RunSQL(RECOUNT, RECOUNT_BEFORE),
    ]
