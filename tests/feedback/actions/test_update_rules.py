"""Rules are checked before they hold, and records follow them: at once, or by a job that begins anew when it must."""

from datetime import UTC, datetime

import pytest

from core.errors import Conflict, Invalid
from feedback.actions import targets
from feedback.actions.datasets import update_dataset
from feedback.actions.jobs import cancel_job
from feedback.actions.rules import update_rules
from feedback.actions.schema import add_metadata_property, remove_metadata_property, remove_question
from feedback.actions.targets import run_rules
from feedback.models import Job, LabelerTally, QueueItem, QueueRules
from feedback.models.jobs import State
from tests import make
from tests.feedback import queue_of

NAIVE = datetime(2027, 1, 1, 12)


@pytest.fixture
def dataset(cast):
    return queue_of.dataset(cast, min_submitted=2)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("order", {"order": "newest"}),
        ("order_by", {"order": "metadata"}),
        ("order_by", {"order": "metadata", "order_by": "nothing"}),
        ("order_by", {"order": "metadata", "order_by": "language"}),
        ("order_by", {"order": "metadata", "order_by": "quality"}),
        ("order_by", {"order": "score", "order_by": "difficulty"}),
        ("started", {"started": "sometimes"}),
        ("overlap_percent", {"overlap_percent": 101, "overlap_answers": 3}),
        ("overlap_percent", {"overlap_percent": -1, "overlap_answers": 3}),
        ("overlap_percent", {"overlap_percent": None}),
        ("overlap_answers", {"overlap_percent": 10, "overlap_answers": 2}),
        ("overlap_answers", {"overlap_answers": 1001}),
        ("overlap_property", {"overlap_percent": 10, "overlap_answers": 3, "overlap_property": "difficulty"}),
        ("overlap_property", {"overlap_percent": 10, "overlap_answers": 3, "overlap_property": "nothing"}),
        ("overlap_values", {"overlap_percent": 10, "overlap_answers": 3, "overlap_property": "level"}),
        (
            "overlap_values",
            {
                "overlap_percent": 10,
                "overlap_answers": 3,
                "overlap_property": "level",
                "overlap_values": ["hard", "harder"],
            },
        ),
        ("opinion_question", {"opinion_question": "nothing"}),
        ("opinion_question", {"opinion_question": "comment"}),
        ("opinion_distance", {"opinion_question": "quality", "opinion_distance": -0.5}),
        ("opinion_distance", {"opinion_question": "quality", "opinion_distance": float("nan")}),
        ("opinion_most", {"opinion_question": "quality", "opinion_most": 2}),
        ("match_properties", {"match_properties": ["language", "difficulty"]}),
        ("most_held", {"most_held": 0}),
        ("most_records", {"most_records": 0}),
        ("most_percent", {"most_percent": 0}),
        ("most_percent", {"most_percent": 101}),
        ("most_per_day", {"most_per_day": True}),
        ("on_skip", {"on_skip": "never"}),
        ("on_discard", {"on_discard": ""}),
        ("pause_note", {"pause_note": "x" * 301}),
        ("pause_note", {"pause_note": "a\0b"}),
        ("due_at", {"due_at": NAIVE}),
        ("closes_when_due", {"closes_when_due": True}),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_a_sentence_and_nothing_changes(cast, dataset, name, given):
    before = QueueRules.objects.filter(pk=dataset.pk).values().get()
    with pytest.raises(Invalid) as refused:
        update_rules(dataset, by=cast.max, **given)
    assert list(refused.value.errors) == [name], refused.value.errors
    assert refused.value.errors[name].endswith(".")
    assert QueueRules.objects.filter(pk=dataset.pk).values().get() == before


def test_all_that_is_wrong_is_said_at_once(cast, dataset):
    with pytest.raises(Invalid) as refused:
        update_rules(dataset, by=cast.max, most_held=0, on_skip="never", order="score")
    assert set(refused.value.errors) == {"most_held", "on_skip", "order_by"}


def test_what_nobody_touches_is_not_questioned(cast, dataset):
    update_rules(dataset, by=cast.max, overlap_percent=10, overlap_answers=3)
    update_rules(dataset, by=cast.max, opinion_question="quality", opinion_most=3)
    update_dataset(dataset, min_submitted=4)
    assert update_rules(dataset, by=cast.max, is_paused=True).is_paused
    with pytest.raises(Invalid):
        update_rules(dataset, by=cast.max, overlap_percent=20)


def test_what_an_order_does_not_need_is_forgotten(cast, dataset):
    rules = update_rules(dataset, by=cast.max, order="metadata", order_by="level", is_descending=True)
    assert rules.order_values == queue_of.LEVELS
    rules = update_rules(dataset, by=cast.max, order="metadata", order_by="difficulty")
    assert rules.order_values == []
    rules = update_rules(dataset, by=cast.max, order="oldest")
    assert (rules.order_by, rules.is_descending) == ("", False)


def test_limits_can_be_lifted(cast, dataset):
    update_rules(dataset, by=cast.max, most_records=5, due_at=datetime(2027, 1, 1, tzinfo=UTC))
    rules = update_rules(dataset, by=cast.max, most_records=None, due_at=None)
    assert (rules.most_records, rules.due_at) == (None, None)
    assert dataset.rules == rules


def test_rules_can_be_set_for_a_draft(cast):
    draft = queue_of.dataset(cast, published=False)
    assert update_rules(draft, by=cast.max, order="metadata", order_by="difficulty").order == "metadata"


@pytest.mark.parametrize(
    "rules",
    [
        {"order": "metadata", "order_by": "level"},
        {
            "overlap_percent": 5,
            "overlap_answers": 3,
            "overlap_property": "level",
            "overlap_values": ["hard"],
        },
        {"match_properties": ["language", "level"]},
    ],
    ids=["order", "share", "skills"],
)
def test_a_property_by_which_the_queue_goes_cannot_be_removed(cast, dataset, rules):
    prop = dataset.metadata_properties.get(name="level")
    update_rules(dataset, by=cast.max, **rules)
    with pytest.raises(Invalid, match="“Level”"):
        remove_metadata_property(prop)
    update_rules(dataset, by=cast.max, order="oldest", overlap_percent=0, match_properties=[])
    remove_metadata_property(prop)
    assert not dataset.metadata_properties.filter(name="level").exists()


@pytest.mark.parametrize(
    "rules",
    [{"order": "score", "order_by": "quality"}, {"opinion_question": "quality"}],
    ids=["order", "opinion"],
)
def test_a_question_by_which_the_queue_goes_cannot_be_removed(cast, rules):
    draft = queue_of.dataset(cast, published=False)
    update_rules(draft, by=cast.max, **rules)
    with pytest.raises(Invalid, match="“Quality”"):
        remove_question(draft.questions.get(name="quality"))
    update_rules(draft, by=cast.max, order="oldest", opinion_question="")
    remove_question(draft.questions.get(name="quality"))


@pytest.fixture
def by_job(monkeypatch):
    """As if the dataset were large: a job of several chunks."""
    monkeypatch.setattr(targets, "AT_ONCE", 0)
    monkeypatch.setattr(targets, "CHUNK", 2)


def jobs_of(dataset):
    return list(Job.objects.filter(dataset=dataset, kind="rules"))


def run(job):
    run_rules(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def test_many_records_are_put_in_order_by_a_job(cast, dataset, by_job):
    queue_of.records(dataset, *({"difficulty": 5 - n} for n in range(5)))
    update_rules(dataset, by=cast.max, order="metadata", order_by="difficulty")
    [job] = jobs_of(dataset)
    assert (job.state, job.total, job.by) == (State.WAITING, 5, cast.max)
    assert run(job).state == State.FINISHED
    assert (job.done, job.percent) == (5, 100)
    assert queue_of.order(dataset, cast.ben) == "edcba"


def test_another_number_of_answers_is_a_job_of_the_same_kind(cast, dataset, by_job):
    queue_of.records(dataset, {}, {}, {})
    update_dataset(dataset, min_submitted=3, by=cast.max)
    [job] = jobs_of(dataset)
    run(job)
    assert set(QueueItem.objects.values_list("target", flat=True)) == {3}


def test_a_newer_change_lets_the_running_job_begin_anew(cast, dataset, by_job):
    queue_of.records(dataset, *({"difficulty": 5 - n} for n in range(5)))
    update_rules(dataset, by=cast.max, order="metadata", order_by="difficulty")
    [job] = jobs_of(dataset)
    assert job.claim()
    assert targets._chunk(job)
    assert job.checkpoint
    update_rules(dataset, by=cast.max, is_descending=True)
    assert jobs_of(dataset) == [job]
    while targets._chunk(job):
        pass
    assert job.state == State.FINISHED
    assert queue_of.order(dataset, cast.ben) == "abcde"


def test_a_job_whose_worker_died_goes_on_where_it_was(cast, dataset, by_job):
    queue_of.records(dataset, {}, {}, {})
    update_rules(dataset, by=cast.max, overlap_percent=100, overlap_answers=3)
    [job] = jobs_of(dataset)
    assert job.claim()
    assert targets._chunk(job)
    QueueItem.objects.filter(target=3).update(raised=1)  # what is done is not done again
    Job.objects.update(leased_until=datetime(2020, 1, 1, tzinfo=UTC))
    assert run(job).state == State.FINISHED
    assert sorted(QueueItem.objects.values_list("target", flat=True)) == [3, 3, 3]


def test_records_that_come_while_it_runs_follow_the_new_rules_too(cast, dataset, by_job):
    queue_of.records(dataset, {}, {}, {})
    update_rules(dataset, by=cast.max, overlap_percent=100, overlap_answers=3)
    [job] = jobs_of(dataset)
    assert job.claim()
    assert targets._chunk(job)
    make.records(dataset, 2, fields={"prompt": "New"})
    while targets._chunk(job):
        pass
    assert set(QueueItem.objects.values_list("target", flat=True)) == {3}


def test_it_cannot_be_stopped_halfway(cast, dataset, by_job):
    queue_of.records(dataset, {}, {}, {})
    update_rules(dataset, by=cast.max, order="random")
    [job] = jobs_of(dataset)
    with pytest.raises(Conflict):
        cancel_job(job)
    assert run(job).state == State.FINISHED


def test_after_one_that_failed_saving_again_tries_again(cast, dataset, by_job):
    queue_of.records(dataset, {}, {}, {})
    update_rules(dataset, by=cast.max, order="random")
    [job] = jobs_of(dataset)
    job.claim()
    job.finish(State.FAILED, "The disk was full.")
    update_rules(dataset, by=cast.max, order="random")
    assert [one.state for one in jobs_of(dataset)] == [State.WAITING, State.FAILED]


def test_a_rule_that_no_record_was_reckoned_by_asks_for_no_job(cast, dataset, by_job):
    queue_of.records(dataset, {}, {}, {})
    update_rules(dataset, by=cast.max, most_held=3, on_skip="others", is_paused=True)
    assert jobs_of(dataset) == []


def test_people_look_at_the_whole_queue_again(cast, dataset):
    queue_of.records(dataset, {"difficulty": 2}, {"difficulty": 1}, {"difficulty": 3})
    assert queue_of.taken(dataset, cast.ben, 1) == ("a", None)
    assert LabelerTally.objects.get(membership=cast.ben).cursor >= 0
    update_rules(dataset, by=cast.max, order="metadata", order_by="difficulty")
    assert LabelerTally.objects.get(membership=cast.ben).cursor == -1


def test_records_are_counted_by_the_rules_of_now_whatever_a_program_read_before(cast, dataset):
    """A long import holds the dataset as it was when it began."""
    assert dataset.rules.is_plain
    other = type(dataset).objects.get(pk=dataset.pk)
    update_rules(other, by=cast.max, overlap_percent=100, overlap_answers=3)
    queue_of.records(dataset, {})
    assert QueueItem.objects.get(dataset=dataset).target == 3
    update_dataset(other, min_submitted=4)
    make.record(dataset, fields={"prompt": "New"})
    assert set(QueueItem.objects.filter(dataset=dataset).values_list("target", flat=True)) == {4}


def test_a_new_property_can_be_an_order_at_once(cast, dataset):
    queue_of.records(dataset, {"size": 2}, {"size": 1})
    add_metadata_property(dataset, name="size", title="Size", settings={"type": "integer"})
    update_rules(dataset, by=cast.max, order="metadata", order_by="size")
    assert queue_of.order(dataset, cast.ben) == "ba"
