"""The queue: who gets what next. Three functions, one round trip each (docs/decisions/0003-the-queue.md)."""

from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

# A person's tally in a dataset, made if need be, and locked: one act at a time per person and dataset.
LOCK = """
create function lock_tally(p_dataset uuid, p_person uuid) returns void language plpgsql as $$
begin
    perform 1 from feedback_labelertally
        where dataset_id = p_dataset and membership_id = p_person for no key update;
    if not found then
        insert into feedback_labelertally
            (organization_id, dataset_id, membership_id, submitted, discarded, drafts, completed, cursor, active_ms)
            select organization_id, p_dataset, p_person, 0, 0, 0, 0, -1, 0 from feedback_dataset where id = p_dataset
            on conflict do nothing;
        perform 1 from feedback_labelertally
            where dataset_id = p_dataset and membership_id = p_person for no key update;
    end if;
end $$
"""

# Claim a place. Steps:
# 1. Lock the person's tally in a statement before the pick. Two tabs of one person would otherwise see each other's
#    work too late (a snapshot is as old as its statement) and be handed the same record twice, or deadlock.
# 2. Take the first open record behind the person's cursor that they have had neither as lease nor as response, and
#    that they did not write; skip rows that others are taking at this moment. `for no key update`, because `for
#    update` would collide with foreign-key checks and skip free records. `offset 0` keeps both `exists` probes by
#    key, whatever the planner believed when the tables were empty.
# 3. Write the lease and take the place in the same statement.
# 4. Nothing behind the cursor: one lap from the start, for others may have given places back. After a lap that found
#    nothing the cursor rests at the top for ten seconds, so that people who wait cost one probe a poll.
CLAIM = """
create function claim_place(p_dataset uuid, p_person uuid, p_hold interval)
returns table (lease_id uuid, leased_record uuid, lease_expires_at timestamptz) language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_bitmapscan = off as $$
declare
    top constant bigint := 1::bigint << 62;
    tenant constant uuid := (select organization_id from feedback_dataset where id = p_dataset);
    behind bigint;
    lap timestamptz;
    found_rank bigint;
begin
    perform lock_tally(p_dataset, p_person);
    select t.cursor, coalesce(t.lap_at, '-infinity') into behind, lap from feedback_labelertally t
        where t.dataset_id = p_dataset and t.membership_id = p_person;
    if lap < now() - interval '5 minutes' then
        behind := -1;
    end if;
    loop
        with pick as (
            select q.record_id, q.rank from feedback_queueitem q
            where q.dataset_id = p_dataset and q.open and q.rank > behind and q.author_id is distinct from p_person
              and not exists (select 1 from feedback_lease x
                              where x.record_id = q.record_id and x.membership_id = p_person offset 0)
              and not exists (select 1 from feedback_response x
                              where x.record_id = q.record_id and x.membership_id = p_person offset 0)
            order by q.rank limit 1
            for no key update of q skip locked
        ), put as (
            insert into feedback_lease (id, organization_id, dataset_id, record_id, membership_id, rank, expires_at)
            select gen_random_uuid(), tenant, p_dataset, record_id, p_person, rank, now() + p_hold from pick
            on conflict do nothing
            returning id, record_id, rank, expires_at
        ), take as (
            update feedback_queueitem q set open_places = q.open_places - 1 from put
            where q.record_id = put.record_id
            returning q.record_id
        )
        select put.id, put.record_id, put.expires_at, put.rank
            into lease_id, leased_record, lease_expires_at, found_rank
            from put join take using (record_id);
        exit when found_rank is not null or behind = -1
               or (behind = top and lap > now() - interval '10 seconds');
        behind := -1;
    end loop;
    if behind = -1 then
        update feedback_labelertally set lap_at = now(), cursor = coalesce(found_rank, top)
            where dataset_id = p_dataset and membership_id = p_person;
    end if;
    if found_rank is not null then
        return next;
    end if;
end $$
"""

# Settle a place: a person's response to a record changes its status, or a lease is given back. Called before the
# response is written; returns whether the response is extra, or null if the record is gone. The statuses are null (none), draft, submitted,
# discarded. Steps:
# 1. Lock the tally, then the lease, then the queue item, as everybody does who locks more than one of them.
# 2. The person's lease goes, unless this is a draft, which keeps it.
# 3. A submit counts if an answer is still wanted. Its place is the lease's, or an open one, or, if others hold all
#    of them, the one leased last: that person's later submit is kept as extra.
# 4. Whatever stops being submitted passes its place to the oldest extra answer, or opens it.
SETTLE = """
create function settle_place(
    p_record uuid, p_person uuid, p_before text, p_was_extra boolean, p_after text, p_active_ms bigint)
returns boolean language plpgsql as $$
declare
    item feedback_queueitem;
    held bigint;
    gives_back boolean := false;
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

    if p_after = 'submitted' then
        if p_before is not distinct from 'submitted' then
            extra := p_was_extra;
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
    elsif p_before = 'submitted' and not p_was_extra then
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
        open_places = greatest(0, least(item.open_places, item.target - item.submitted - step))
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

# Give back the places whose lease has run out, some at a time. It waits for nobody: records and leases that somebody
# is busy with are passed over until the next time. So it can deadlock with nobody, in whatever order they lock.
EXPIRE = """
create function expire_leases(p_limit int) returns int language plpgsql as $$
declare
    expired int;
begin
    with due as (
        select record_id from feedback_lease where expires_at < now() order by expires_at limit p_limit
    ), held as (
        select record_id from feedback_queueitem where record_id in (select record_id from due)
        for no key update skip locked
    ), gone as (
        delete from feedback_lease where id in (
            select l.id from feedback_lease l join held using (record_id) where l.expires_at < now()
            for update of l skip locked)
        returning record_id
    ), back as (
        select record_id, count(*) as places from gone group by record_id
    ), opened as (
        update feedback_queueitem q set
            open_places = greatest(0, least(q.open_places + back.places, q.target - q.submitted))
        from back where q.record_id = back.record_id
        returning 1
    )
    select coalesce(sum(places), 0) into expired from back;
    return expired;
end $$
"""

# Count anew, for those who write responses or targets in bulk. Which submitted answers count is decided by age; open
# places are what is wanted, less what is counted, less what is leased. The dataset's count takes up the difference;
# it is locked first, as by everybody who writes in bulk, so that two of them cannot deadlock.
RECOUNT = """
create function recount_records(p_dataset uuid, p_records uuid[], p_target int) returns void language plpgsql as $$
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
        open_places = greatest(0, wanted - counted.submitted - counted.leased)
    from counted where q.record_id = counted.record_id
      and (q.target, q.submitted, q.open_places) is distinct from
          (wanted, counted.submitted::int, greatest(0, wanted - counted.submitted - counted.leased)::int);
    select count(*) filter (where completed) into after from feedback_queueitem where record_id = any(p_records);
    if after <> before then
        update feedback_datasetcount set completed = completed + after - before where dataset_id = p_dataset;
    end if;
end $$
"""

# The numbers of responses of these people in this dataset, from the responses themselves. What a program brings in
# bulk is no activity of theirs: `last_at` stays (contract section 7.2).
RETALLY = """
create function retally(p_dataset uuid, p_people uuid[]) returns void language sql as $$
    insert into feedback_labelertally as t (organization_id, dataset_id, membership_id, submitted, discarded, drafts,
                                            completed, cursor, active_ms, first_at, last_at)
    select d.organization_id, p_dataset, m.id,
        count(r.id) filter (where r.status = 'submitted'), count(r.id) filter (where r.status = 'discarded'),
        count(r.id) filter (where r.status = 'draft'), 0, -1, 0, min(r.inserted_at), null::timestamptz
    from unnest(p_people) as m(id) cross join feedback_dataset d
    left join feedback_response r on r.dataset_id = p_dataset and r.membership_id = m.id
    where d.id = p_dataset
    group by d.organization_id, m.id
    on conflict (dataset_id, membership_id) do update set
        submitted = excluded.submitted, discarded = excluded.discarded, drafts = excluded.drafts,
        first_at = coalesce(t.first_at, excluded.first_at)
$$
"""


def function(sql: str, signature: str) -> RunSQL:
    return RunSQL(sql, f"drop function {signature}")


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]

    operations = [
        function(LOCK, "lock_tally(uuid, uuid)"),
        function(CLAIM, "claim_place(uuid, uuid, interval)"),
        function(SETTLE, "settle_place(uuid, uuid, text, boolean, text, bigint)"),
        function(EXPIRE, "expire_leases(int)"),
        function(RECOUNT, "recount_records(uuid, uuid[], int)"),
        function(RETALLY, "retally(uuid, uuid[])"),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                fields=["dataset", "membership", "updated_at"],
                condition=models.Q(("status", "draft")),
                name="drafts_of_a_person",
            ),
        ),
        # Updated with every claim: leave room on the page, so that updates stay on it.
        RunSQL("alter table feedback_queueitem set (fillfactor = 80)", RunSQL.noop),
        RunSQL("alter table feedback_lease set (fillfactor = 80)", RunSQL.noop),
        RunSQL("alter table feedback_labelertally set (fillfactor = 50)", RunSQL.noop),
    ]
