"""How many answers a record wants: what all want, more for a share, one more where answers disagree."""

import pytest

from feedback.actions.datasets import update_dataset
from feedback.actions.entries import Entry
from feedback.actions.records import create_records, update_record
from feedback.actions.rules import update_rules
from feedback.models import QueueItem
from feedback.reports.progress import progress
from tests import make
from tests.feedback import queue_of
from tests.feedback.queue_of import ANSWER


def wanting(dataset, number):
    return set(QueueItem.objects.filter(dataset=dataset, target=number).values_list("pk", flat=True))


def many(dataset, number=1000, **metadata):
    create_records(dataset, [Entry(fields={"prompt": "?"}, metadata=metadata) for _ in range(number)])


def test_a_share_of_the_records_gets_more_answers_and_it_is_the_same_one_each_time(cast):
    dataset = queue_of.dataset(cast)
    many(dataset)
    update_rules(dataset, by=cast.max, overlap_percent=20, overlap_answers=3)
    share = wanting(dataset, 3)
    assert 140 < len(share) < 260  # five standard deviations
    assert len(wanting(dataset, 1)) == 1000 - len(share)
    update_rules(dataset, by=cast.max, overlap_percent=0)
    assert wanting(dataset, 3) == set()
    update_rules(dataset, by=cast.max, overlap_percent=20, overlap_answers=4)
    assert wanting(dataset, 4) == share
    update_rules(dataset, by=cast.max, overlap_percent=40)
    assert wanting(dataset, 4) > share


def test_records_that_come_later_have_their_share(cast):
    dataset = queue_of.dataset(cast)
    update_rules(dataset, by=cast.max, overlap_percent=20, overlap_answers=3)
    many(dataset)
    assert 140 < len(wanting(dataset, 3)) < 260


def test_a_share_of_those_with_a_value(cast):
    dataset = queue_of.dataset(cast)
    ours = queue_of.records(dataset, {"language": "sw"}, {"language": ["en", "sw"]}, {"language": "en"}, {})
    rules = {"overlap_percent": 100, "overlap_property": "language", "overlap_values": ["sw", "xh"]}
    update_rules(dataset, by=cast.max, **rules)
    assert wanting(dataset, 2) == {ours[0].pk, ours[1].pk}
    update_record(ours[2], Entry(metadata={"language": "xh"}))
    assert wanting(dataset, 2) == {one.pk for one in ours[:3]}


def test_fewer_and_more_answers_for_all_keep_the_share(cast):
    dataset = queue_of.dataset(cast)
    records = queue_of.records(dataset, {"language": "sw"}, {})
    rules = {"overlap_percent": 100, "overlap_property": "language", "overlap_values": ["sw"]}
    update_rules(dataset, by=cast.max, overlap_answers=3, **rules)
    update_dataset(dataset, min_submitted=2)
    assert (wanting(dataset, 3), wanting(dataset, 2)) == ({records[0].pk}, {records[1].pk})
    update_dataset(dataset, min_submitted=5)
    assert len(wanting(dataset, 5)) == 2


def test_a_record_that_wants_more_answers_than_it_has_is_pending_again(cast):
    dataset = queue_of.dataset(cast)
    [record] = queue_of.records(dataset, {})
    make.response(record, cast.ben, ANSWER)
    assert progress(dataset).completed == 1
    update_rules(dataset, by=cast.max, overlap_percent=100)
    assert progress(dataset).completed == 0
    assert queue_of.order(dataset, cast.max) == "a"
    assert progress(dataset).completed == 1


TIERS = [{"version": 1, "tiers": tiers} for tiers in ([["m1"], ["m2"], ["m3"]], [["m3"], ["m2"], ["m1"]])]
EACH = [
    {"version": 1, "ratings": ratings}
    for ratings in ({"m1": 1, "m2": 3, "m3": 1}, {"m1": 3, "m2": 1, "m3": 3})
]
OPTIONS = [{"value": "yes", "text": "Yes"}, {"value": "no", "text": "No"}]
SCALE = [{"value": number} for number in range(1, 6)]
# Settings, an answer, one that is further apart than the distance, one that is not.
KINDS = {
    "rating": ({"type": "rating", "options": SCALE}, 1, 3, 2, 1),
    "one label": ({"type": "label_selection", "options": OPTIONS}, "yes", "no", "yes", 0),
    "labels": ({"type": "multi_label_selection", "options": OPTIONS}, ["yes"], ["no"], ["yes", "no"], 0.5),
    "ranking": ({"type": "ranking", "field": "answers"}, TIERS[0], TIERS[1], TIERS[0], 0.2),
    "each": ({"type": "rating_each", "for_each": "answers", "options": SCALE}, EACH[0], EACH[1], EACH[0], 1),
    "spans": (
        {"type": "span", "field": "prompt", "options": OPTIONS},
        [{"label": "yes", "start": 0, "end": 4}],
        [{"label": "yes", "start": 4, "end": 6}],
        [{"label": "yes", "start": 0, "end": 3}],
        0.3,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_one_more_opinion_is_asked_where_two_answers_are_further_apart_than_the_rules_let_pass(cast, kind):
    settings, one, apart, near, distance = KINDS[kind]
    dataset = make.dataset(cast.workspace, questions={"it": settings}, min_submitted=2)
    alike, differing = make.records(dataset, 2)
    update_rules(dataset, by=cast.max, opinion_question="it", opinion_distance=distance, opinion_most=4)
    for record, other in ((alike, near), (differing, apart)):
        make.response(record, cast.ben, {"it": one})
        make.response(record, cast.max, {"it": other})
    assert QueueItem.objects.get(pk=alike.pk).target == 2
    assert QueueItem.objects.get(pk=differing.pk).target == 3
    assert progress(dataset).completed == 1


def test_opinions_are_asked_up_to_the_most(cast):
    dataset = queue_of.dataset(cast, min_submitted=2)
    [record] = queue_of.records(dataset, {})
    update_rules(dataset, by=cast.max, opinion_question="quality", opinion_most=3)
    make.response(record, cast.ben, {"quality": 1})
    make.response(record, cast.max, {"quality": 5})
    assert queue_of.taken(dataset, cast.ana, answer={"quality": 3}) == ("a", "done")
    assert QueueItem.objects.get(pk=record.pk).target == 3


def test_what_was_asked_for_beyond_the_rules_stays_when_they_change(cast):
    dataset = queue_of.dataset(cast, min_submitted=2)
    [record] = queue_of.records(dataset, {})
    update_rules(dataset, by=cast.max, opinion_question="quality", opinion_most=3)
    make.response(record, cast.ben, {"quality": 1})
    make.response(record, cast.max, {"quality": 5})
    update_rules(dataset, by=cast.max, order="random")
    assert QueueItem.objects.get(pk=record.pk).target == 3
