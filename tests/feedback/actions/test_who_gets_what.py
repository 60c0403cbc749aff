"""Who is handed what: skills, limits, pauses, due dates, and what a skip or a discard means."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from feedback.actions.nothing import Nothing
from feedback.actions.queue import lease_next, release_all
from feedback.actions.responses import discard_response, save_draft, skip_record
from feedback.actions.rules import pause_dataset, resume_dataset, update_rules
from feedback.models import DailyTally, Lease, QueueItem, Response
from tests import make
from tests.feedback import queue_of
from tests.feedback.queue_of import ANSWER, order, taken


@pytest.fixture
def dataset(cast):
    return queue_of.dataset(cast)


def skilled(member, *skills):
    member.skills = list(skills)
    member.save(update_fields=["skills"])


def test_a_record_goes_to_those_who_have_what_it_needs(cast, dataset):
    queue_of.records(
        dataset, {"language": "de"}, {"language": "sw"}, {"language": ["de", "SW"]}, {}, {"language": None}
    )
    update_rules(dataset, by=cast.max, match_properties=["language"])
    skilled(cast.ben, "sw", "xh")
    skilled(cast.max, "sw", "de")
    assert taken(dataset, cast.ben) == ("bde", "skills")
    assert taken(dataset, cast.max) == ("ac", "done")


def test_of_several_properties_all_must_be_known(cast, dataset):
    queue_of.records(dataset, {"language": "de", "level": "hard"}, {"language": "de"}, {"level": "hard"})
    update_rules(dataset, by=cast.max, match_properties=["language", "level"])
    skilled(cast.ben, "de")
    assert taken(dataset, cast.ben) == ("b", "skills")
    skilled(cast.max, "de", "hard")
    assert order(dataset, cast.max) == "ac"


def test_no_longer_matching_opens_all_to_all(cast, dataset):
    queue_of.records(dataset, {"language": "de"})
    update_rules(dataset, by=cast.max, match_properties=["language"])
    assert taken(dataset, cast.ben) == ("", "skills")
    update_rules(dataset, by=cast.max, match_properties=[])
    assert order(dataset, cast.ben) == "a"


def test_what_was_given_to_nobody_can_be_kept_from_everybody(cast, dataset):
    queue_of.records(dataset, {})
    update_rules(dataset, by=cast.max, opens_unassigned=False)
    assert taken(dataset, cast.ben) == ("", "assigned")


def test_somebody_may_hold_as_many_as_the_rules_say(cast, dataset):
    queue_of.records(dataset, {}, {}, {})
    update_rules(dataset, by=cast.max, most_held=2)
    first = lease_next(dataset, by=cast.ben)
    second = lease_next(dataset, by=cast.ben, another=True)
    assert first.record != second.record
    assert lease_next(dataset, by=cast.ben, another=True).reason == "held"
    assert lease_next(dataset, by=cast.ben).record in (first.record, second.record)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"most_records": 2}, ("ab", "enough")),
        ({"most_percent": 50}, ("ab", "enough")),
        ({"most_percent": 75}, ("abc", "enough")),
        ({"most_per_day": 3}, ("abc", "enough_today")),
    ],
    ids=lambda one: "".join(map(str, one)),
)
def test_a_limit_of_answers_by_one_person(cast, dataset, rules, expected):
    queue_of.records(dataset, {}, {}, {}, {})
    update_rules(dataset, by=cast.max, **rules)
    assert taken(dataset, cast.ben) == expected


def test_tomorrow_somebody_may_answer_again(cast, dataset):
    queue_of.records(dataset, {}, {})
    update_rules(dataset, by=cast.max, most_per_day=1)
    assert taken(dataset, cast.ben) == ("a", "enough_today")
    DailyTally.objects.update(day=now().date() - timedelta(days=1))
    assert order(dataset, cast.ben) == "b"


def test_nothing_is_handed_out_while_a_dataset_is_paused(cast, dataset):
    first, _ = queue_of.records(dataset, {}, {})
    lease_next(dataset, by=cast.ben)
    pause_dataset(dataset, by=cast.max, note="Back on Monday.")
    assert lease_next(dataset, by=cast.ben).record == first  # what they hold they may finish
    make.response(first, cast.ben, ANSWER)
    nothing = lease_next(dataset, by=cast.ben)
    assert nothing.reason == "paused"
    assert nothing.detail.endswith("Back on Monday.")
    rules = resume_dataset(dataset, by=cast.max)
    assert (rules.is_paused, rules.pause_note) == (False, "")
    assert order(dataset, cast.ben) == "b"


def test_a_draft_whose_place_is_lost_waits_until_the_pause_is_over(cast, dataset):
    [record] = queue_of.records(dataset, {})
    save_draft(record, {}, by=cast.ben)
    pause_dataset(dataset, by=cast.max)
    assert lease_next(dataset, by=cast.ben).reason == "paused"
    resume_dataset(dataset, by=cast.max)
    assert lease_next(dataset, by=cast.ben).record == record


@pytest.mark.parametrize(("closes", "expected"), [(True, ("", "closed")), (False, ("a", "done"))])
def test_after_its_due_date_a_dataset_closes_if_the_rules_say_so(cast, dataset, closes, expected):
    queue_of.records(dataset, {})
    update_rules(dataset, by=cast.max, due_at=now() - timedelta(minutes=1), closes_when_due=closes)
    assert taken(dataset, cast.ben) == expected


def test_until_its_due_date_it_is_open(cast, dataset):
    queue_of.records(dataset, {})
    update_rules(dataset, by=cast.max, due_at=now() + timedelta(minutes=1), closes_when_due=True)
    assert order(dataset, cast.ben) == "a"


def reason(dataset, by):
    found = lease_next(dataset, by=by)
    return found.reason if isinstance(found, Nothing) else found.record.external_id


@pytest.mark.parametrize(
    ("again", "for_ben", "for_max"),
    [("later", "a", "a"), ("others", "answered", "a"), ("counted", "done", "done")],
    ids=["later", "others", "counted"],
)
@pytest.mark.parametrize("act", ["skip", "discard"])
def test_what_becomes_of_a_record_that_somebody_did_not_answer(cast, dataset, act, again, for_ben, for_max):
    [record] = queue_of.records(dataset, {})
    update_rules(dataset, by=cast.max, **{f"on_{act}": again})
    lease_next(dataset, by=cast.ben)
    if act == "skip":
        skip_record(record, by=cast.ben)
    else:
        discard_response(record, {}, by=cast.ben, reason="other")
    if again == "later":
        assert reason(dataset, cast.max) == for_max
        release_all(Lease.objects.filter(membership=cast.max))
        assert reason(dataset, cast.ben) == for_ben
    else:
        assert reason(dataset, cast.ben) == for_ben
        assert reason(dataset, cast.max) == for_max


@pytest.mark.parametrize("again", ["later", "others", "counted"])
@pytest.mark.parametrize("why", ["no_expertise", "not_my_language"])
def test_who_cannot_know_leaves_it_to_others_whatever_the_rules(cast, dataset, again, why):
    [record] = queue_of.records(dataset, {})
    update_rules(dataset, by=cast.max, on_discard=again)
    lease_next(dataset, by=cast.ben)
    discard_response(record, {}, by=cast.ben, reason=why)
    assert Response.objects.get(record=record).status == "discarded"
    assert (reason(dataset, cast.ben), reason(dataset, cast.max)) == ("answered", "a")


def test_a_bad_prompt_stops_the_record_if_the_rules_say_so(cast, dataset):
    first, second = queue_of.records(dataset, {}, {})
    discard_response(first, {}, by=cast.ben, reason="bad_prompt")
    assert reason(dataset, cast.max) == "b"
    make.response(second, cast.max, ANSWER)
    assert reason(dataset, cast.max) == "stopped"
    update_rules(dataset, by=cast.max, stops_bad_prompts=False)
    assert reason(dataset, cast.max) == "a"
    update_rules(dataset, by=cast.max, stops_bad_prompts=True)
    assert QueueItem.objects.get(pk=first.pk).stopped_at is not None
