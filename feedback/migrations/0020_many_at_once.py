"""Many records handed out, and many first answers taken in, by a statement for each step.

What 0012_rules_of_handing_out.py does for one record stays as it is there, and holds for many, too: what does not fit
into a statement for all goes through it, one record after the other.
"""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar

from django.db import migrations
from django.db.migrations import RunSQL

# How many more records the caps of the rules leave a person, who holds some already; null if nothing caps them. The
# arithmetic of `handing_refused`.
ROOM = """
create function room_for(p_rules feedback_queuerules, p_tally feedback_labelertally) returns bigint
language plpgsql stable as $$
declare
    held int := (select count(*) from feedback_lease
        where membership_id = p_tally.membership_id and dataset_id = p_tally.dataset_id and expires_at > now());
    given int := p_tally.submitted + held;
begin
    return least(
        p_rules.most_held - held,
        p_rules.most_records - given,
        ceil(p_rules.most_percent * (select records from feedback_datasetcount
                                     where dataset_id = p_tally.dataset_id) / 100.0)::bigint - given,
        p_rules.most_per_day - held - coalesce(
            (select submitted from feedback_dailytally where dataset_id = p_tally.dataset_id
             and membership_id = p_tally.membership_id and day = (now() at time zone 'utc')::date), 0));
end $$
"""

# Claim up to so many places at once, in the usual case: nothing was given to this person by name, records come in one
# order that is the same for everybody, and one lane is open to them. Nothing otherwise, or where a lap has to begin:
# `claim_place` sees to that. The tally is locked. The statement is made for this number, for a plan that does not know
# it reads all that is free.
CLAIM_MANY = """
create function claim_places(p_dataset uuid, p_person uuid, p_hold interval, p_most int)
returns setof feedback_lease language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_bitmapscan = off as $$
declare
    rules feedback_queuerules;
    tally feedback_labelertally;
    lanes text[];
    picked uuid[];
    last_rank bigint;
begin
    select * into tally from feedback_labelertally where dataset_id = p_dataset and membership_id = p_person;
    select * into rules from feedback_queuerules where dataset_id = p_dataset;
    if rules."order" = 'random' or rules.started <> '' or not rules.opens_unassigned
       or tally.lap_at is null or tally.lap_at < now() - interval '5 minutes'
       or handing_refused(rules, tally) is not null
       or exists (select 1 from feedback_share where membership_id = p_person and dataset_id = p_dataset) then
        return;
    end if;
    lanes := lanes_for(p_dataset, rules.match_properties, p_person);
    if cardinality(lanes) <> 1 then
        return;
    end if;
    execute format('
        select array_agg(record_id order by rank), max(rank) from (
            select q.record_id, q.rank from feedback_queueitem q
            where q.dataset_id = $1 and q.needs = $3 and q.free and q.rank > $4 and q.author_id is distinct from $2
              and not exists (select 1 from feedback_lease x
                              where x.record_id = q.record_id and x.membership_id = $2 offset 0)
              and not exists (select 1 from feedback_response x
                              where x.record_id = q.record_id and x.membership_id = $2 offset 0)
            order by q.rank limit %s
            for no key update of q skip locked) as free', least(p_most, room_for(rules, tally)))
        into picked, last_rank using p_dataset, p_person, lanes[1], tally.cursor;
    if picked is null then
        return;
    end if;
    update feedback_queueitem set open_places = open_places - 1 where record_id = any(picked);
    update feedback_labelertally set cursor = last_rank where dataset_id = p_dataset and membership_id = p_person;
    return query
        insert into feedback_lease (id, organization_id, dataset_id, record_id, membership_id, expires_at)
            select gen_random_uuid(), tally.organization_id, p_dataset, one, p_person, now() + p_hold
            from unnest(picked) with ordinality as p(one, place) order by place
            returning *;
end $$
"""

AS_BEFORE = import_module("feedback.migrations.0012_rules_of_handing_out").NEXT.replace(
    "create function", "create or replace function"
)

# As it was, but new ones come together where they can. The first of them comes by `claim_place`, which begins a lap
# where one is due; so does the last, if there are fewer than asked for, which then says why.
NEXT = """
create or replace function next_places(p_dataset uuid, p_person uuid, p_hold interval, p_another boolean, p_most int)
returns table (lease feedback_lease, is_new boolean, refused text) language plpgsql set enable_seqscan = off as $$
declare
    got uuid[] := '{}';
    begun uuid;
    mine uuid;
begin
    is_new := false;
    if p_most > 1 then
        perform lock_tally(p_dataset, p_person);
    end if;
    if not p_another then
        for mine in
            select l.id from feedback_lease l where l.dataset_id = p_dataset and l.membership_id = p_person
            order by l.expires_at desc limit p_most
        loop
            update feedback_lease l set expires_at = now() + p_hold where l.id = mine returning l.* into lease;
            if found then  -- else another tab has finished it
                got := got || lease.record_id;
                return next;
            end if;
        end loop;
    end if;
    for skipped in 0 .. 1 loop
        for begun in
            select newest.record_id from (
                select r.record_id, r.updated_at from feedback_response r
                where r.dataset_id = p_dataset and r.membership_id = p_person and r.status = 'draft'
                  and r.is_set_aside = (skipped = 1) and r.record_id <> all (got)
                order by r.updated_at desc limit 4 + p_most) as newest
            order by case when p_most > 1 then newest.record_id end, newest.updated_at desc
        loop
            exit when cardinality(got) >= p_most;
            mine := take_place(p_dataset, begun, p_person, p_hold);
            if mine is not null then
                select l.* into lease from feedback_lease l where l.id = mine;
                got := got || begun;
                return next;
            end if;
        end loop;
        exit when skipped = 1;
        is_new := true;
        while cardinality(got) < p_most loop
            select c.lease_id, c.refused into mine, refused from claim_place(p_dataset, p_person, p_hold) c;
            exit when mine is null;
            select l.* into lease from feedback_lease l where l.id = mine;
            got := got || lease.record_id;
            return next;
            if cardinality(got) < p_most then
                for lease in
                    select * from claim_places(p_dataset, p_person, p_hold, p_most - cardinality(got))
                loop
                    got := got || lease.record_id;
                    return next;
                end loop;
            end if;
        end loop;
        is_new := false;
        exit when cardinality(got) > 0;
    end loop;
    if refused is not null then
        lease := null;
        return next;
    end if;
end $$
"""

# Settle a person's first responses to many records of one dataset, in the order of records. Together go submits of
# records that this person holds and that nobody was given by name; `settle_place` does the others. Tally, leases and
# queue items are locked first, all of them and in one order; only then is read who was given what, for that changes
# under the item's lock.
SETTLE_MANY = """
create function settle_first(p_person uuid, p_records uuid[], p_statuses text[])
returns table (record_id uuid, is_wanted boolean, asks_about text) language plpgsql set enable_seqscan = off as $$
#variable_conflict use_column
declare
    rules feedback_queuerules;
    together uuid[];
    wanted boolean[];
    completes boolean[];
    asks boolean[];
begin
    select r.* into rules from feedback_queueitem q join feedback_queuerules r using (dataset_id)
        where q.record_id = any(p_records) limit 1;
    if not found then
        return;
    end if;
    perform lock_tally(rules.dataset_id, p_person);
    perform 1 from feedback_lease l where l.membership_id = p_person and l.record_id = any(p_records)
        order by l.record_id for update;
    perform 1 from feedback_queueitem q where q.record_id = any(p_records) order by q.record_id for no key update;

    with gone as (
        delete from feedback_lease l using unnest(p_records, p_statuses) as sent(record, status)
        where l.record_id = sent.record and l.membership_id = p_person and sent.status = 'submitted'
          and not exists (select 1 from feedback_assignedrecord a where a.record_id = sent.record offset 0)
        returning l.record_id
    )
    select coalesce(array_agg(record_id), '{}') into together from gone;
    with counted as (
        select q.record_id, q.submitted < q.target as wants, q.target, q.submitted + (q.submitted < q.target)::int as now_submitted,
            (select count(*) from feedback_lease l where l.record_id = q.record_id) as leased
        from feedback_queueitem q where q.record_id = any(together)
    ), settled as (
        update feedback_queueitem q set
            submitted = c.now_submitted,
            open_places = greatest(0, c.target - c.now_submitted - c.leased),
            started = c.now_submitted > 0 and rules.started <> '',
            turned_at = case when c.wants and c.now_submitted = c.target then now() else q.turned_at end
        from counted c where q.record_id = c.record_id
        returning q.record_id, c.wants, c.wants and c.now_submitted = c.target as completes, c.target
    )
    select array_agg(record_id), array_agg(wants), array_agg(completes), array_agg(completes and target < rules.opinion_most)
        into together, wanted, completes, asks from settled;

    if together is not null then
        update feedback_labelertally set
            submitted = submitted + cardinality(together),
            completed = completed + cardinality(array_positions(completes, true)),
            first_at = coalesce(first_at, now()), last_at = now()
            where dataset_id = rules.dataset_id and membership_id = p_person;
        insert into feedback_dailytally as d
            (organization_id, dataset_id, membership_id, day, submitted, discarded, active_ms)
            values (rules.organization_id, rules.dataset_id, p_person, (now() at time zone 'utc')::date,
                    cardinality(together), 0, 0)
            on conflict (dataset_id, membership_id, day) do update set submitted = d.submitted + excluded.submitted;
        return query
            select done.record, done.wanted, case when done.asks then nullif(rules.opinion_question, '') end
            from unnest(together, wanted, asks) as done(record, wanted, asks);
    end if;
    return query
        select sent.record, settled.is_wanted, settled.asks_about
        from unnest(p_records, p_statuses) as sent(record, status)
        cross join lateral settle_place(sent.record, p_person, null, sent.status, 0, false) as settled
        where together is null or sent.record <> all (together);
end $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("feedback", "0019_trash")]

    operations: ClassVar = [
        RunSQL(ROOM, "drop function room_for(feedback_queuerules, feedback_labelertally)"),
        RunSQL(CLAIM_MANY, "drop function claim_places(uuid, uuid, interval, int)"),
        RunSQL(NEXT, AS_BEFORE),
        RunSQL(SETTLE_MANY, "drop function settle_first(uuid, uuid[], text[])"),
    ]
