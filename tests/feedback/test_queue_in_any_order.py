"""Whatever people, managers and programs do to a queue, in whatever order, it adds up. A state machine tries."""

import os
from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.errors import Conflict
from feedback.actions.answers import Given, write
from feedback.actions.datasets import update_dataset
from feedback.actions.first_responses import Sent, add_first_responses
from feedback.actions.nothing import Nothing
from feedback.actions.priority import prioritize
from feedback.actions.queue import expire_leases, lease_next, lease_several, release, release_all
from feedback.actions.record_rows import lock
from feedback.actions.records import delete_records
from feedback.actions.responses import (
    delete_response,
    discard_response,
    save_draft,
    skip_record,
    submit_response,
)
from feedback.actions.rules import update_rules
from feedback.models import Lease, Record, Response
from feedback.models.responses import Reason, Status
from feedback.models.rules import Again, Order, Started
from tests import make
from tests.cast import assemble
from tests.feedback.adding_up import assert_everything_adds_up

PEOPLE = 4
person = st.integers(0, PEOPLE - 1)
several = st.integers(0, 10**6)  # taken modulo how many there are
QUESTIONS = {"quality": {"type": "rating", "options": [{"value": n} for n in range(1, 6)]}}


class Queue(RuleBasedStateMachine):
    """One dataset of a few records, four people, and all that can happen. Each example is a transaction of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(records=st.integers(1, 6), wanted=st.integers(1, 3))
    def begin(self, records, wanted):
        cast = assemble()
        self.people = [make.member(cast.acme) for _ in range(PEOPLE)]
        for one in self.people:
            make.place(cast.workspace, one)
        self.dataset = make.dataset(
            cast.workspace,
            min_submitted=wanted,
            fields={"prompt": {"type": "text"}},
            questions=QUESTIONS,
        )
        self.more(records)

    def more(self, number):
        make.records(self.dataset, number, fields={"prompt": "What is a well?"})

    def any_record(self, number):
        ids = list(self.dataset.records.order_by("position").values_list("pk", flat=True))
        return Record.objects.get(pk=ids[number % len(ids)]) if ids else None

    @rule(who=person, another=st.booleans())
    def next(self, who, another):
        by = self.people[who]
        before = set(
            Response.objects.filter(membership=by).exclude(status="draft").values_list("record", flat=True)
        )
        found = lease_next(self.dataset, by=by, another=another)
        if isinstance(found, Nothing):
            assert found.detail.endswith(".")
        else:
            assert found.record_id not in before
            assert found.membership_id == by.pk
            assert found.record.author_id != by.pk

    @rule(who=person, another=st.booleans(), most=st.integers(2, 5))
    def next_of_a_program(self, who, another, most):
        by = self.people[who]
        done = Response.objects.filter(membership=by).exclude(status="draft").values_list("record", flat=True)
        before = set(done)
        held = Lease.objects.filter(membership=by).count()
        found = lease_several(self.dataset, most, by=by, another=another)
        if isinstance(found, Nothing):
            assert found.detail.endswith(".")
            return
        records = [one.lease.record_id for one in found]
        assert len(records) == len(set(records)) <= most
        assert not before.intersection(records)
        assert Lease.objects.filter(membership=by, record__in=records).count() == len(records)
        if any(one.is_new for one in found):
            assert Lease.objects.filter(membership=by).count() <= max(held, self.dataset.rules.most_held)

    @rule(
        who=person,
        sent=st.dictionaries(several, st.sampled_from(["draft", "submitted", "discarded"]), max_size=4),
        value=st.integers(1, 5),
    )
    def answers_of_a_program(self, who, sent, value):
        records = {}
        for which, status in sent.items():
            if record := self.any_record(which):
                records[record.pk] = Sent(record, Status(status), {"quality": value})
        held = {lease.record_id: lease.record for lease in Lease.objects.filter(membership=self.people[who])}
        for pk, record in held.items():
            records.setdefault(pk, Sent(record, Status.SUBMITTED, {"quality": value}))
        results = add_first_responses(self.dataset, list(records.values()), by=self.people[who])
        assert all(isinstance(one, Response) for one in results.values())
        assert not any(results[pk].is_extra for pk in held if pk in results)

    @rule(who=person, which=several, value=st.integers(1, 5))
    def submit(self, who, which, value):
        if record := self.any_record(which):
            submit_response(record, {"quality": value}, by=self.people[who])

    @rule(who=person, value=st.integers(1, 5))
    def submit_what_is_held(self, who, value):
        if lease := Lease.objects.filter(membership=self.people[who]).first():
            response = submit_response(lease.record, {"quality": value}, by=self.people[who])
            assert not response.is_extra

    @rule(who=person, which=several, revision=st.none() | st.integers(0, 3))
    def draft(self, who, which, revision):
        if record := self.any_record(which):
            try:
                save_draft(record, {}, by=self.people[who], revision=revision)
            except Conflict:
                return

    @rule(who=person, which=several, reason=st.sampled_from(list(Reason)))
    def discard(self, who, which, reason):
        if record := self.any_record(which):
            discard_response(record, {}, by=self.people[who], reason=reason)

    @rule(who=person, which=several)
    def skip(self, who, which):
        if record := self.any_record(which):
            skip_record(record, by=self.people[who])

    @rule(who=person)
    def give_back(self, who):
        if lease := Lease.objects.filter(membership=self.people[who]).first():
            release(lease)

    @rule(who=person)
    def sign_out(self, who):
        release_all(Lease.objects.filter(membership=self.people[who]))
        assert not Lease.objects.filter(membership=self.people[who]).exists()

    @rule(which=several)
    def take_an_answer_back(self, which):
        ids = list(Response.objects.filter(dataset=self.dataset).order_by("pk").values_list("pk", flat=True))
        if ids:
            delete_response(Response.objects.get(pk=ids[which % len(ids)]))

    @rule(who=person)
    def time_passes(self, who):
        Lease.objects.filter(membership=self.people[who]).update(expires_at=now() - timedelta(seconds=1))
        expire_leases()

    @rule(who=person, which=several, status=st.sampled_from(["draft", "submitted", "discarded"]))
    def a_program_brings_an_answer(self, who, which, status):
        if record := self.any_record(which):
            lock(self.dataset)
            given = Given(self.people[who].pk, status, {"quality": 3})
            write(self.dataset, [(record.pk, given)])

    @rule(which=several)
    def a_record_goes(self, which):
        if record := self.any_record(which):
            delete_records(self.dataset, [record.pk])

    @rule(number=st.integers(1, 2))
    def records_come(self, number):
        self.more(number)

    @rule(wanted=st.integers(1, 4))
    def other_numbers_are_wanted(self, wanted):
        update_dataset(self.dataset, min_submitted=wanted)

    @rule(
        order=st.sampled_from([Order.OLDEST, Order.RANDOM]),
        started=st.sampled_from(list(Started)),
        skip=st.sampled_from(list(Again)),
        discard=st.sampled_from(list(Again)),
        percent=st.sampled_from([0, 50, 100]),
        question=st.sampled_from(["", "quality"]),
        held=st.integers(1, 3),
        paused=st.booleans(),
    )
    def a_manager_changes_the_rules(self, order, started, skip, discard, percent, question, held, paused):
        update_rules(
            self.dataset,
            by=None,
            order=order,
            started=started,
            on_skip=skip,
            on_discard=discard,
            overlap_percent=percent,
            overlap_answers=5,
            opinion_question=question,
            opinion_most=5,
            most_held=held,
            is_paused=paused,
        )

    @rule(
        which=several,
        priority=st.sampled_from([None, 0, 5, 9]),
        more=st.sampled_from([None, 0, 1, 2]),
    )
    def a_manager_wants_a_record_sooner_or_more_often(self, which, priority, more):
        if (priority, more) != (None, None) and (record := self.any_record(which)):
            prioritize(self.dataset, [record.pk], priority=priority, more_answers=more)

    @invariant()
    def it_adds_up(self):
        if hasattr(self, "dataset"):
            assert_everything_adds_up(self.dataset)


def test_a_queue_adds_up_whatever_happens_in_whatever_order(db):
    """QUEUE_EXAMPLES=500 tries more, and other ones each time."""
    more = os.environ.get("QUEUE_EXAMPLES")
    run_state_machine_as_test(
        Queue,
        settings=settings(
            max_examples=int(more or 12),
            stateful_step_count=30,
            derandomize=not more,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink] if more else [Phase.generate],
        ),
    )
