"""The functions of the queue, as the rules of a dataset have it (docs/decisions/0003-the-queue.md).

Everybody locks in one order: the dataset's count (who writes in bulk), tally, lease, queue item. Rows of
feedback_assignedrecord change only under the lock of their queue item, feedback_share under its person's tally.
"""

from importlib import import_module

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

# Each dataset has rules. Ranks get their new form: (9 - priority) << 59 | key << 31 | position.
BEGIN = """
select set_config('assay.organization', '*', true);
insert into feedback_queuerules (dataset_id, organization_id, "order", order_by, order_values, is_descending, started,
    overlap_percent, overlap_answers, overlap_property, overlap_values, opinion_question, opinion_distance,
    opinion_most, match_properties, opens_unassigned, most_held, on_skip, on_discard, stops_bad_prompts, is_paused,
    pause_note, closes_when_due)
select id, organization_id, 'oldest', '', '{}', false, '', 0, 2, '', '{}', '', 0, 3, '{}', true, 1, 'later', 'others',
    true, false, '', false
from feedback_dataset;
update feedback_queueitem set rank = (4::bigint << 59) | (rank & 2147483647);
update feedback_labelertally set cursor = -1, lap_at = null;
select set_config('assay.organization', '', true);
"""

# What a labeler must know for a record: the values of these metadata properties, lower-cased and in order, each
# followed by a line feed. Cut, for it stands in an index; what was cut matches nobody, which a manager sees.
NEEDS = """
create function needs_of(p_metadata jsonb, p_properties text[]) returns text language sql immutable as $$
    select left(coalesce(string_agg(word || E'\\n', '' order by word), ''), 1000) from (
        select distinct left(lower(replace(value #>> '{}', E'\\n', ' ')), 100) as word
        from unnest(p_properties) as p(name)
        cross join lateral jsonb_array_elements(case coalesce(jsonb_typeof(p_metadata -> name), '')
            when 'array' then p_metadata -> name when '' then '[]' else jsonb_build_array(p_metadata -> name) end) as v(value)
        where value <> 'null'
    ) words
$$
"""

HAS_TERM = """
create function has_term(p_metadata jsonb, p_name text, p_values text[]) returns boolean language sql immutable as $$
    select exists(
        select 1 from jsonb_array_elements(case coalesce(jsonb_typeof(p_metadata -> p_name), '')
            when 'array' then p_metadata -> p_name when '' then '[]' else jsonb_build_array(p_metadata -> p_name) end) as v(value)
        where value #>> '{}' = any(p_values))
$$
"""

# A number as 28 bits that sort as it does, to about six digits; nothing sorts last either way. The bits of a float
# sort like the number if the sign is turned over, and all bits of a negative one.
FLOAT_KEY = """
create function float_key(p_value double precision, p_descending boolean) returns bigint language sql immutable as $$
    select case when p_value is null then 268435455
                when p_descending then 268435454 - key else key end
    from (select least(268435454, (case when bits >= 2147483648 then 4294967295 - bits else bits + 2147483648 end) >> 4) as key
          from (select ('x' || encode(float4send((case when abs(p_value) < 1e-37 then 0
                                                 else greatest(-1e38, least(1e38, p_value)) end)::real), 'hex'))
                       ::bit(32)::bigint as bits) x) y
$$
"""

# What the order of a dataset goes by. For terms it is their place among the values of the property; of several the
# first place counts.
ORDER_KEY = """
create function order_key(p_rules feedback_queuerules, p_shuffle int, p_metadata jsonb, p_score double precision)
returns bigint language sql immutable as $$
    select case p_rules."order"
        when 'random' then (p_shuffle >> 3)::bigint
        when 'score' then float_key(p_score, p_rules.is_descending)
        when 'metadata' then float_key(
            case when cardinality(p_rules.order_values) > 0
                then (select min(array_position(p_rules.order_values, value #>> '{}'))
                      from jsonb_array_elements(case coalesce(jsonb_typeof(p_metadata -> p_rules.order_by), '')
                          when 'array' then p_metadata -> p_rules.order_by when '' then '[]'
                          else jsonb_build_array(p_metadata -> p_rules.order_by) end) as v(value))::double precision
                when jsonb_typeof(p_metadata -> p_rules.order_by) = 'number'
                then greatest(-1e38, least(1e38, (p_metadata ->> p_rules.order_by)::numeric))::double precision end,
            p_rules.is_descending)
        else 0 end
$$
"""

# A person's tally in a dataset, made if need be, and locked: one act at a time per person and dataset. Whoever holds all
# tallies of a dataset, to delete records or count them anew, cannot hold one that is not there yet: so whoever makes one
# waits for them, before they hold anything themselves.
LOCK = """
create function lock_tally(p_dataset uuid, p_person uuid) returns void language plpgsql as $$
begin
    perform 1 from feedback_labelertally
        where dataset_id = p_dataset and membership_id = p_person for no key update;
    if not found then
        perform 1 from feedback_datasetcount where dataset_id = p_dataset for share;
        insert into feedback_labelertally
            (organization_id, dataset_id, membership_id, submitted, discarded, drafts, completed, cursor, active_ms)
            select organization_id, p_dataset, p_person, 0, 0, 0, 0, -1, 0 from feedback_dataset where id = p_dataset
            on conflict do nothing;
        perform 1 from feedback_labelertally
            where dataset_id = p_dataset and membership_id = p_person for no key update;
    end if;
end $$
"""

# Under a queue item's lock, after its places or its assigned records changed: who waits for a place of it, and how
# many places are kept for them. Nobody waits at a record that has its answers. By the key, whatever the planner
# believed when the table was empty: a session keeps its plan while an assignment fills it.
RESERVE = """
create function reserve_places(p_record uuid) returns void language plpgsql set enable_seqscan = off as $$
begin
    update feedback_assignedrecord a set state = case when q.completed then 'filled' else 'waiting' end
        from feedback_queueitem q
        where q.record_id = p_record and a.record_id = p_record
          and case when q.completed then a.state in ('waiting', 'left') else a.state = 'filled' end;
    update feedback_queueitem q set reserved = waiting.number
        from (select count(*) filter (where state = 'waiting') as number from feedback_assignedrecord
              where record_id = p_record) as waiting
        where q.record_id = p_record and q.reserved <> waiting.number;
end $$
"""

# Why nobody is handed to this person now, by the rules; null if nothing stands against it. A word for programs.
REFUSAL = """
create function handing_refused(p_rules feedback_queuerules, p_tally feedback_labelertally) returns text
language plpgsql stable as $$
declare
    held int;
    given int;
begin
    if p_rules.is_paused then
        return 'paused';
    elsif p_tally.paused_at is not null then
        return 'paused_for_you';
    elsif p_rules.closes_when_due and p_rules.due_at < now() then
        return 'closed';
    end if;
    held := (select count(*) from feedback_lease
        where membership_id = p_tally.membership_id and dataset_id = p_tally.dataset_id and expires_at > now());
    given := p_tally.submitted + held;
    if held >= p_rules.most_held then
        return 'held';
    elsif given >= p_rules.most_records
       or given * 100::bigint >= p_rules.most_percent * (select records from feedback_datasetcount
                                                 where dataset_id = p_tally.dataset_id) then
        return 'enough';
    elsif p_rules.most_per_day is not null and held + coalesce(
            (select submitted from feedback_dailytally where dataset_id = p_tally.dataset_id
             and membership_id = p_tally.membership_id and day = (now() at time zone 'utc')::date), 0)
            >= p_rules.most_per_day then
        return 'enough_today';
    end if;
    return null;
end $$
"""

# What a labeler's skills open, out of the needs that records with a free place have: one probe each, for the index
# begins with them. Few by nature: languages, subjects. After a thousand it gives up, for that is no list of skills.
LANES = """
create function lanes_for(p_dataset uuid, p_properties text[], p_person uuid) returns text[] language sql stable as $$
    with recursive known as (
        select array(select lower(word) from unnest(skills) as s(word)) as words from accounts_membership where id = p_person
    ), lanes as (
        select (select min(needs) from feedback_queueitem where dataset_id = p_dataset and free) as lane, 1 as number
        union all
        select (select min(needs) from feedback_queueitem where dataset_id = p_dataset and free and needs > lane), number + 1
        from lanes where lane is not null and number < 1000
    )
    select coalesce(array_agg(lane), '{}') from lanes, known
    where lane is not null
      and (cardinality(p_properties) = 0 or string_to_array(rtrim(lane, E'\\n'), E'\\n') <@ words)
$$
"""

# One record of these lanes with a free place, above one rank and up to another, that this person has had neither as
# lease nor as response, that is not given to them by name (they get that anyway), and that they did not write. Its
# queue item is locked; those that others are taking at this moment are skipped. `for no key update`, because `for
# update` would collide with foreign-key checks and skip free records. `offset 0` keeps the probes by key, whatever
# the planner believed when the tables were empty. With several lanes, the one whose first record comes first is
# tried first.
PICK = """
create function pick_free(p_dataset uuid, p_person uuid, p_lanes text[], p_above bigint, p_to bigint, p_pass text)
returns table (picked uuid, picked_rank bigint) language plpgsql as $$
declare
    chosen text;
begin
    if cardinality(p_lanes) > 1 then
        p_lanes := array(
            select lane from unnest(p_lanes) as l(lane) cross join lateral (
                select q.rank from feedback_queueitem q
                where q.dataset_id = p_dataset and q.needs = lane and q.free and q.rank > p_above and q.rank <= p_to
                order by q.rank limit 1) as first
            order by first.rank);
    end if;
    foreach chosen in array p_lanes loop
        if p_pass = 'started' then
            return query
                select q.record_id, q.rank from feedback_queueitem q
                where q.dataset_id = p_dataset and q.needs = chosen and q.free and q.started
                  and q.rank > p_above and q.rank <= p_to and q.author_id is distinct from p_person
                  and not exists (select 1 from feedback_lease x
                                  where x.record_id = q.record_id and x.membership_id = p_person offset 0)
                  and not exists (select 1 from feedback_response x
                                  where x.record_id = q.record_id and x.membership_id = p_person offset 0)
                  and (q.reserved = 0 or not exists (select 1 from feedback_assignedrecord x
                                  where x.record_id = q.record_id and x.membership_id = p_person offset 0))
                order by q.rank limit 1
                for no key update of q skip locked;
        else
            return query
                select q.record_id, q.rank from feedback_queueitem q
                where q.dataset_id = p_dataset and q.needs = chosen and q.free
                  and (p_pass = 'all' or not q.started)
                  and q.rank > p_above and q.rank <= p_to and q.author_id is distinct from p_person
                  and not exists (select 1 from feedback_lease x
                                  where x.record_id = q.record_id and x.membership_id = p_person offset 0)
                  and not exists (select 1 from feedback_response x
                                  where x.record_id = q.record_id and x.membership_id = p_person offset 0)
                  and (q.reserved = 0 or not exists (select 1 from feedback_assignedrecord x
                                  where x.record_id = q.record_id and x.membership_id = p_person offset 0))
                order by q.rank limit 1
                for no key update of q skip locked;
        end if;
        if found then
            return;
        end if;
    end loop;
end $$
"""

# The same in an order that differs each time: for each priority, from a random place on and around.
PICK_RANDOM = """
create function pick_random(p_dataset uuid, p_person uuid, p_lanes text[], p_pass text)
returns table (picked uuid, picked_rank bigint) language plpgsql as $$
declare
    bottom bigint := -1;
    top bigint;
    start bigint;
begin
    loop
        bottom := (select min(first.rank) from unnest(p_lanes) as l(lane) cross join lateral (
            select q.rank from feedback_queueitem q
            where q.dataset_id = p_dataset and q.needs = lane and q.free and q.rank > bottom
            order by q.rank limit 1) as first);
        exit when bottom is null;
        top := bottom | ((1::bigint << 59) - 1);
        start := ((bottom >> 59) << 59) | floor(random() * (1::bigint << 59))::bigint;
        return query select * from pick_free(p_dataset, p_person, p_lanes, start, top, p_pass);
        if not found then
            return query select * from pick_free(p_dataset, p_person, p_lanes, bottom - 1, start, p_pass);
        end if;
        exit when found;
        bottom := top;
    end loop;
end $$
"""

# Claim a place. Steps:
# 1. Lock the person's tally in a statement before the pick. Two tabs of one person would otherwise see each other's
#    work too late (a snapshot is as old as its statement) and be handed the same record twice, or deadlock.
# 2. Ask the rules. Only what was given to a person by name comes without their order.
# 3. Then what is free, in one pass or two: records that were begun first, or last. Each pass has a cursor, behind
#    which are the records that this person had: so a claim reads one record, not all that are done.
# 4. Nothing behind the cursors: one lap from the start, for others may have given places back; and a lap at least
#    every five minutes. After one that found nothing they rest for ten seconds, or twenty times what it took, so that
#    people who wait cost next to nothing.
# 5. Take the place and write the lease, under the lock of the queue item.
CLAIM = """
create function claim_place(p_dataset uuid, p_person uuid, p_hold interval)
returns table (lease_id uuid, refused text) language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_bitmapscan = off as $$
declare
    resting constant bigint := 9223372036854775807;
    rules feedback_queuerules;
    tally feedback_labelertally;
    lanes text[];
    passes text[];
    cursors bigint[];
    got uuid;
    got_rank bigint;
    at_start boolean;
    began timestamptz;
    last_pass int;  -- the variable of a loop is gone after it
begin
    perform lock_tally(p_dataset, p_person);
    select * into tally from feedback_labelertally where dataset_id = p_dataset and membership_id = p_person;
    select * into rules from feedback_queuerules where dataset_id = p_dataset;
    refused := handing_refused(rules, tally);
    if refused is not null then
        return next;
        return;
    end if;

    if exists (select 1 from feedback_share where membership_id = p_person and dataset_id = p_dataset) then
        select a.record_id into got from feedback_assignedrecord a join feedback_queueitem q using (record_id)
            where a.dataset_id = p_dataset and a.membership_id = p_person and a.state = 'waiting'
              and q.open_places > 0 and q.stopped_at is null
              and not exists (select 1 from feedback_lease x
                              where x.record_id = q.record_id and x.membership_id = p_person offset 0)
              and not exists (select 1 from feedback_response x
                              where x.record_id = q.record_id and x.membership_id = p_person offset 0)
            order by a.rank limit 1
            for no key update of q skip locked;
    end if;

    if got is null and rules.opens_unassigned then
        began := clock_timestamp();
        lanes := lanes_for(p_dataset, rules.match_properties, p_person);
        passes := case rules.started when 'first' then array['started', 'all'] when 'last' then array['new', 'all']
                  else array['all'] end;
        if rules."order" = 'random' then
            if tally.cursor < resting or tally.lap_at < now() then
                for step in 1 .. cardinality(passes) loop
                    select picked into got from pick_random(p_dataset, p_person, lanes, passes[step]);
                    exit when got is not null;
                end loop;
                if got is null or tally.cursor = resting then
                    update feedback_labelertally set cursor = case when got is null then resting else -1 end,
                        lap_at = now() + greatest(interval '10 seconds', 20 * (clock_timestamp() - began))
                        where dataset_id = p_dataset and membership_id = p_person;
                end if;
            end if;
        else
            cursors := array[tally.cursor, tally.second_cursor];
            at_start := tally.lap_at is null or tally.lap_at < now() - interval '5 minutes';
            if at_start then
                cursors := array[-1, -1];
            end if;
            loop
                for step in 1 .. cardinality(passes) loop
                    select picked, picked_rank into got, got_rank
                        from pick_free(p_dataset, p_person, lanes, cursors[step], resting, passes[step]);
                    cursors[step] := coalesce(got_rank, resting);
                    last_pass := step;
                    exit when got is not null;
                end loop;
                if passes[1] = 'started' and last_pass = 2 and got is not null then
                    cursors[1] := got_rank;  -- what others begin further on is found at once, the rest in the next lap
                end if;
                exit when got is not null or at_start or (tally.cursor = resting and tally.lap_at > now());
                cursors := array[-1, -1];
                at_start := true;
            end loop;
            update feedback_labelertally set cursor = cursors[1], second_cursor = cursors[2],
                lap_at = case when got is null and at_start
                              then now() + greatest(interval '10 seconds', 20 * (clock_timestamp() - began))
                              when at_start then now() else lap_at end
                where dataset_id = p_dataset and membership_id = p_person
                  and (got is not null or at_start);
        end if;
    end if;

    if got is null then
        return;
    end if;
    lease_id := take_under_lock(got, p_person, p_hold);
    return next;
end $$
"""

# Take a place of a record whose queue item is locked and has one for this person.
TAKE = """
create function take_under_lock(p_record uuid, p_person uuid, p_hold interval) returns uuid language plpgsql as $$
declare
    made uuid := gen_random_uuid();
begin
    insert into feedback_lease (id, organization_id, dataset_id, record_id, membership_id, expires_at)
        select made, organization_id, dataset_id, record_id, p_person, now() + p_hold
        from feedback_queueitem where record_id = p_record;
    update feedback_assignedrecord set state = 'held'
        where record_id = p_record and membership_id = p_person and state = 'waiting';
    update feedback_queueitem set open_places = open_places - 1, reserved = reserved - found::int
        where record_id = p_record;
    return made;
end $$
"""

# A place in this very record, for somebody who has begun on it: the one that they hold, or one that is open and kept
# for nobody else. The lease's id, or null. Tally, lease, queue item, in this order.
TAKE_IN = """
create function take_place(p_dataset uuid, p_record uuid, p_person uuid, p_hold interval) returns uuid
language plpgsql as $$
declare
    mine uuid;
begin
    perform lock_tally(p_dataset, p_person);
    update feedback_lease set expires_at = now() + p_hold
        where record_id = p_record and membership_id = p_person returning id into mine;
    if mine is not null then
        return mine;
    end if;
    perform 1 from feedback_queuerules r, feedback_labelertally t
        where r.dataset_id = p_dataset and t.dataset_id = p_dataset and t.membership_id = p_person
          and coalesce(handing_refused(r, t), '') in ('paused', 'paused_for_you', 'closed');
    if found then
        return null;
    end if;
    perform 1 from feedback_queueitem q where q.record_id = p_record and q.open_places > 0 and q.stopped_at is null
        and (q.free or exists (select 1 from feedback_assignedrecord a
                               where a.record_id = p_record and a.membership_id = p_person and a.state = 'waiting'))
        for no key update;
    if found then
        mine := take_under_lock(p_record, p_person, p_hold);
    end if;
    return mine;
end $$
"""

# What a person does next, up to so many records, each with its lease: those that they hold, unless `p_another`; drafts
# that they began and whose record still has a place, for what was begun is finished first; new ones; and if that is
# nothing at all, drafts that they skipped. `is_new`: they have written nothing there yet. The last row may have no lease,
# but the word of the rule that stood against another one. Several leases are locked under the tally; queue items that it
# waits for come in the order of records, and before those that are claimed, for which it waits for nobody.
NEXT = """
create function next_places(p_dataset uuid, p_person uuid, p_hold interval, p_another boolean, p_most int)
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

# Settle a place: a person's response to a record changes its status, or a lease is given back. Called before the
# response is written. The statuses are null (none), draft, submitted, discarded; `p_counts`: whether a discard is one
# of the answers wanted. Returns whether the response is one of them, and, if that completes the record, the question
# about which another opinion may be wanted; nothing if the record is gone. Steps:
# 1. Lock the tally, then the lease, then the queue item, as everybody does who locks more than one of them.
# 2. The person's lease goes, unless this is a draft, which keeps it.
# 3. Only now, under the item's lock, is read whether the person's answer is one of those wanted: whoever took an
#    answer back a moment ago may have passed the place to this one.
# 4. An answer counts if one is still wanted. Its place is the lease's, or an open one, or, if others hold all of them,
#    the one leased last: that person's later submit is kept as extra.
# 5. Whatever stops being an answer passes its place to the oldest extra answer, or opens it. What is open is counted,
#    not kept by adding and taking away: leases may be more than places where fewer answers are wanted than before.
# 6. If that completes the record, or makes it pending again, the moment is noted: at no other time, so that all other
#    updates of the row leave every indexed column as it was and stay on its page.
# 7. What was given to the person by name is answered, or waits for them again.
SETTLE = """
create function settle_place(
    p_record uuid, p_person uuid, p_before text, p_after text, p_active_ms bigint, p_counts boolean)
returns table (is_wanted boolean, asks_about text) language plpgsql as $$
declare
    item feedback_queueitem;
    mine feedback_assignedrecord;
    held timestamptz;
    ousted feedback_lease;
    was_wanted boolean := false;
    state_after text;
    step int := 0;
    completes int := 0;
    submits int := (p_after is not distinct from 'submitted')::int - (p_before is not distinct from 'submitted')::int;
    discards int := (p_after is not distinct from 'discarded')::int - (p_before is not distinct from 'discarded')::int;
begin
    is_wanted := false;
    select * into item from feedback_queueitem where record_id = p_record;
    perform lock_tally(item.dataset_id, p_person);
    if p_after is distinct from 'draft' then
        delete from feedback_lease where record_id = p_record and membership_id = p_person returning leased_at into held;
    end if;
    select * into item from feedback_queueitem where record_id = p_record for no key update;
    if not found then
        return;
    end if;
    select (r.status = 'submitted' and not r.is_extra) or r.is_counted into was_wanted from feedback_response r
        where r.record_id = p_record and r.membership_id = p_person;
    was_wanted := coalesce(was_wanted, false);

    if p_after = 'submitted' or (p_after = 'discarded' and p_counts) then
        if was_wanted or (p_before = 'submitted' and p_after = 'submitted') then
            is_wanted := was_wanted;
        elsif item.submitted < item.target then
            is_wanted := true;
            step := 1;
            if held is null and item.open_places = 0 then
                delete from feedback_lease where id = (
                    select id from feedback_lease where record_id = p_record
                    order by expires_at desc limit 1 for update skip locked) returning * into ousted;
                insert into feedback_pastlease (organization_id, dataset_id, record_id, membership_id, leased_at, ending)
                    select ousted.organization_id, ousted.dataset_id, p_record, ousted.membership_id, ousted.leased_at, 'taken'
                    where ousted.id is not null;
                update feedback_assignedrecord set state = 'waiting'
                    where record_id = p_record and membership_id = ousted.membership_id and state = 'held';
            end if;
        end if;
    elsif was_wanted and p_before is not null then
        update feedback_response set is_extra = false where id = (
            select id from feedback_response
            where record_id = p_record and membership_id <> p_person and status = 'submitted' and is_extra
            order by submitted_at, id limit 1);
        if not found then
            step := -1;
        end if;
    end if;

    if held is not null and p_after is null then
        insert into feedback_pastlease (organization_id, dataset_id, record_id, membership_id, leased_at, ending)
            values (item.organization_id, item.dataset_id, p_record, p_person, held, 'skipped');
    end if;
    completes := ((item.submitted + step) >= item.target)::int - (item.submitted >= item.target)::int;
    update feedback_queueitem set
        submitted = item.submitted + step,
        open_places = greatest(0, item.target - item.submitted - step - (
            select count(*) from feedback_lease where record_id = p_record)),
        started = item.submitted + step > 0 and (
            select r.started <> '' from feedback_queuerules r where r.dataset_id = item.dataset_id),
        turned_at = case when completes = 0 then item.turned_at else now() end
        where record_id = p_record;
    update feedback_labelertally set
        submitted = submitted + submits, discarded = discarded + discards,
        drafts = drafts + (p_after is not distinct from 'draft')::int - (p_before is not distinct from 'draft')::int,
        completed = completed + completes,
        active_ms = active_ms + p_active_ms,
        first_at = case when p_after is null then first_at else coalesce(first_at, now()) end,
        last_at = case when p_before is null and p_after is null then last_at else now() end
        where dataset_id = item.dataset_id and membership_id = p_person;
    if submits <> 0 or discards <> 0 or p_active_ms <> 0 then
        insert into feedback_dailytally as d
            (organization_id, dataset_id, membership_id, day, submitted, discarded, active_ms)
            values (item.organization_id, item.dataset_id, p_person, (now() at time zone 'utc')::date,
                    submits, discards, p_active_ms)
            on conflict (dataset_id, membership_id, day) do update set submitted = d.submitted + excluded.submitted,
                discarded = d.discarded + excluded.discarded, active_ms = d.active_ms + excluded.active_ms;
    end if;

    select * into mine from feedback_assignedrecord where record_id = p_record and membership_id = p_person;
    if found and p_after is distinct from 'draft' then
        state_after := case when p_after is not null then 'answered'
                            when mine.state = 'left' then 'left'
                            when p_before is not null or mine.state = 'held' then 'waiting' else mine.state end;
        update feedback_assignedrecord set state = state_after
            where record_id = p_record and membership_id = p_person;
        if (state_after = 'answered') <> (mine.state = 'answered') then
            update feedback_share set answered = answered + case state_after when 'answered' then 1 else -1 end
                where id = mine.share_id;
        end if;
    end if;
    if mine.record_id is not null or ousted.id is not null or (completes <> 0 and exists (
            select 1 from feedback_assignedrecord where record_id = p_record)) then
        perform reserve_places(p_record);
    end if;
    if completes = 1 then
        select opinion_question into asks_about from feedback_queuerules
            where dataset_id = item.dataset_id and opinion_question <> '' and item.target < opinion_most;
    end if;
    return next;
end $$
"""

# One more answer, for those that there are disagree. In the transaction of the submit that completed the record: the
# tally and the queue item are locked.
ASK_OPINION = """
create function ask_another_opinion(p_record uuid, p_person uuid) returns void language plpgsql as $$
begin
    update feedback_queueitem set target = target + 1, raised = raised + 1, open_places = open_places + 1,
        turned_at = now() where record_id = p_record;
    update feedback_labelertally t set completed = t.completed - 1 from feedback_queueitem q
        where q.record_id = p_record and t.dataset_id = q.dataset_id and t.membership_id = p_person;
    perform reserve_places(p_record);
end $$
"""

# Whether a record is stopped: somebody said that its prompt is bad, after a manager last found it good. Under the
# lock of its queue item, or in the transaction that has it.
WEIGH = """
create function weigh_stop(p_record uuid) returns void language plpgsql as $$
begin
    update feedback_queueitem q set stopped_at = said.at
    from (select i.record_id, case when rules.stops_bad_prompts then (
              select min(r.updated_at) from feedback_response r where r.record_id = p_record
              and r.status = 'discarded' and r.reason = 'bad_prompt'
              and r.updated_at > coalesce(i.cleared_at, '-infinity')) end as at
          from feedback_queueitem i join feedback_queuerules rules using (dataset_id) where i.record_id = p_record) as said
    where q.record_id = said.record_id and q.stopped_at is distinct from said.at;
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
        select record_id, completed from feedback_queueitem where record_id in (select record_id from due)
        for no key update skip locked
    ), gone as (
        delete from feedback_lease where id in (
            select l.id from feedback_lease l join held using (record_id) where l.expires_at < now()
            for update of l skip locked)
        returning record_id, membership_id, organization_id, dataset_id, leased_at
    ), noted as (
        insert into feedback_pastlease (organization_id, dataset_id, record_id, membership_id, leased_at, ending)
        select organization_id, dataset_id, record_id, membership_id, leased_at, 'expired' from gone
    ), waiting as (
        update feedback_assignedrecord a set state = case when held.completed then 'filled' else 'waiting' end
        from gone join held using (record_id)
        where a.record_id = gone.record_id and a.membership_id = gone.membership_id and a.state = 'held'
        returning a.record_id, a.state
    ), kept as (
        select record_id, count(*) as places from waiting where state = 'waiting' group by record_id
    ), back as (
        select record_id, count(*) as places from gone group by record_id
    ), opened as (
        update feedback_queueitem q set
            open_places = greatest(0, q.target - q.submitted + back.places - (
                select count(*) from feedback_lease l where l.record_id = q.record_id)),  -- as it was before `gone`
            reserved = q.reserved + coalesce(kept.places, 0)
        from back left join kept using (record_id) where q.record_id = back.record_id
        returning 1
    )
    select coalesce(sum(places), 0) into expired from back;
    return expired;
end $$
"""

# Count anew, for those who write responses or targets in bulk. `p_reckon`: also what the rules say of each record:
# how many answers it wants, what a labeler must know, and its rank. Which answers count is decided by age; open places
# are what is wanted, less what is counted, less what is leased. The dataset's count takes up the difference; it is
# locked first, as by everybody who writes in bulk, so that two of them cannot deadlock. A record that becomes
# completed, or pending again, notes when.
RECOUNT = """
create function recount_records(p_dataset uuid, p_records uuid[], p_reckon boolean) returns void
language plpgsql set enable_seqscan = off as $$
declare
    rules feedback_queuerules;
    wanted int;
    asked uuid;
    is_assigned boolean;
    were uuid[];
    after bigint;
begin
    perform 1 from feedback_datasetcount where dataset_id = p_dataset for no key update;
    perform 1 from feedback_queueitem where record_id = any(p_records) order by record_id for no key update;
    is_assigned := exists (select 1 from feedback_share where dataset_id = p_dataset);
    were := array(select record_id from feedback_queueitem where record_id = any(p_records) and completed);

    select * into rules from feedback_queuerules where dataset_id = p_dataset;
    if p_reckon then
        select min_submitted into wanted from feedback_dataset where id = p_dataset;
        asked := (select id from feedback_question where dataset_id = p_dataset and name = rules.order_by);
        with reckoned as (
            select q.record_id,
                q.raised + case when mod(q.shuffle, 100) < rules.overlap_percent and (
                        rules.overlap_property = '' or has_term(r.metadata, rules.overlap_property, rules.overlap_values))
                    then greatest(wanted, rules.overlap_answers) else wanted end as target,
                needs_of(r.metadata, rules.match_properties) as needs,
                (q.rank >> 59 << 59) | (order_key(rules, q.shuffle, r.metadata, s.score_low) << 31) | (q.rank & 2147483647) as rank
            from feedback_queueitem q join feedback_record r on r.id = q.record_id
            left join feedback_suggestion s
                on rules."order" = 'score' and s.record_id = q.record_id and s.question_id = asked
            where q.record_id = any(p_records)
        )
        update feedback_queueitem q set target = reckoned.target, needs = reckoned.needs, rank = reckoned.rank,
            open_places = greatest(0, least(q.open_places, reckoned.target - q.submitted))
        from reckoned where q.record_id = reckoned.record_id
          and (q.target, q.needs, q.rank) is distinct from (reckoned.target, reckoned.needs, reckoned.rank);
    end if;

    with ranked as (
        select id, status, row_number() over (
                   partition by record_id order by coalesce(submitted_at, updated_at), id) > q.target as beyond
        from feedback_response r join feedback_queueitem q using (record_id)
        where record_id = any(p_records) and (status = 'submitted' or is_counted)
    )
    update feedback_response r set
        is_extra = ranked.beyond and ranked.status = 'submitted', is_counted = r.is_counted and not ranked.beyond
    from ranked where r.id = ranked.id
      and (r.is_extra, r.is_counted) is distinct from
          (ranked.beyond and ranked.status = 'submitted', r.is_counted and not ranked.beyond);
    with counted as (
        select q.record_id,
            (select count(*) from feedback_response r where r.record_id = q.record_id
             and ((status = 'submitted' and not is_extra) or is_counted))::int as submitted,
            (select count(*) from feedback_lease l where l.record_id = q.record_id)::int as leased
        from feedback_queueitem q where q.record_id = any(p_records)
    )
    update feedback_queueitem q set
        submitted = counted.submitted, started = rules.started <> '' and counted.submitted > 0,
        open_places = greatest(0, q.target - counted.submitted - counted.leased)
    from counted where q.record_id = counted.record_id
      and (q.submitted, q.started, q.open_places) is distinct from
          (counted.submitted, rules.started <> '' and counted.submitted > 0,
           greatest(0, q.target - counted.submitted - counted.leased));
    update feedback_queueitem q set turned_at = now()
        where record_id = any(p_records)
          and completed <> (record_id = any(were));
    if is_assigned then
        update feedback_assignedrecord a set rank = q.rank from feedback_queueitem q
            where q.record_id = any(p_records) and a.record_id = q.record_id and a.rank <> q.rank;
        with stand as (
            select a.record_id, a.membership_id, a.share_id, a.state as was, case
                when exists (select 1 from feedback_response r where r.record_id = a.record_id
                             and r.membership_id = a.membership_id and r.status <> 'draft') then 'answered'
                when a.state = 'left' then 'left'
                when exists (select 1 from feedback_lease l where l.record_id = a.record_id
                             and l.membership_id = a.membership_id) then 'held'
                when a.state in ('answered', 'held') then 'waiting' else a.state end as state
            from feedback_assignedrecord a where a.record_id = any(p_records)
        ), moved as (
            update feedback_assignedrecord a set state = stand.state from stand
            where a.record_id = stand.record_id and a.membership_id = stand.membership_id and stand.was <> stand.state
        )
        update feedback_share s set answered = answered + counted.step from (
            select share_id, sum((state = 'answered')::int - (was = 'answered')::int) as step from stand group by share_id
        ) as counted where s.id = counted.share_id and counted.step <> 0;
        perform reserve_places(record_id) from feedback_queueitem where record_id = any(p_records);
    end if;

    select count(*) filter (where completed) into after from feedback_queueitem where record_id = any(p_records);
    if after <> cardinality(were) then
        update feedback_datasetcount set completed = completed + after - cardinality(were) where dataset_id = p_dataset;
    end if;
end $$
"""

OLD = {
    "lock_tally(uuid, uuid)": ("0002_queue", "LOCK"),
    "claim_place(uuid, uuid, interval)": ("0002_queue", "CLAIM"),
    "settle_place(uuid, uuid, text, text, bigint)": ("0008_records_turn", "SETTLE"),
    "expire_leases(int)": ("0002_queue", "EXPIRE"),
    "recount_records(uuid, uuid[], int)": ("0008_records_turn", "RECOUNT"),
}
NEW = {
    "lock_tally(uuid, uuid)": LOCK,
    "needs_of(jsonb, text[])": NEEDS,
    "has_term(jsonb, text, text[])": HAS_TERM,
    "float_key(double precision, boolean)": FLOAT_KEY,
    "order_key(feedback_queuerules, int, jsonb, double precision)": ORDER_KEY,
    "reserve_places(uuid)": RESERVE,
    "handing_refused(feedback_queuerules, feedback_labelertally)": REFUSAL,
    "lanes_for(uuid, text[], uuid)": LANES,
    "pick_free(uuid, uuid, text[], bigint, bigint, text)": PICK,
    "pick_random(uuid, uuid, text[], text)": PICK_RANDOM,
    "take_under_lock(uuid, uuid, interval)": TAKE,
    "take_place(uuid, uuid, uuid, interval)": TAKE_IN,
    "claim_place(uuid, uuid, interval)": CLAIM,
    "next_places(uuid, uuid, interval, boolean, int)": NEXT,
    "settle_place(uuid, uuid, text, text, bigint, boolean)": SETTLE,
    "ask_another_opinion(uuid, uuid)": ASK_OPINION,
    "weigh_stop(uuid)": WEIGH,
    "expire_leases(int)": EXPIRE,
    "recount_records(uuid, uuid[], boolean)": RECOUNT,
}


def old(signature: str) -> RunSQL:
    file, name = OLD[signature]
    sql = getattr(import_module(f"feedback.migrations.{file}"), name)
    return RunSQL(f"drop function {signature}", sql)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0011_handing_out")]

    operations = [
        RunSQL(BEGIN, RunSQL.noop),
        *(old(signature) for signature in OLD),
        *(RunSQL(sql, f"drop function {signature}") for signature, sql in NEW.items()),
    ]
