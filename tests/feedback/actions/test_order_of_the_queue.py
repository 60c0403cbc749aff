"""In which order records are handed out: as the rules of their dataset say."""

import pytest

from feedback.actions.entries import Entry
from feedback.actions.queue import lease_next
from feedback.actions.records import update_record
from feedback.actions.rules import update_rules
from feedback.actions.suggestions import Given, suggest
from feedback.models import QueueItem
from tests.feedback import queue_of
from tests.feedback.queue_of import ANSWER, order
from tests.make import response

NUMBERS = (
    {"difficulty": 2.5},
    {},
    {"difficulty": -1},
    {"difficulty": 1e30},
    {"difficulty": 2.4},
    {"difficulty": 0},
)
TERMS = ({"level": "hard"}, {"level": "middling"}, {}, {"level": "easy"}, {"level": ["hard", "easy"]})


@pytest.fixture
def dataset(cast):
    return queue_of.dataset(cast)


@pytest.mark.parametrize("are_there", [True, False], ids=["set afterwards", "set before"])
@pytest.mark.parametrize(
    ("rules", "metadata", "expected"),
    [
        ({"order": "oldest"}, NUMBERS, "abcdef"),
        ({"order": "metadata", "order_by": "difficulty"}, NUMBERS, "cfeadb"),
        ({"order": "metadata", "order_by": "difficulty", "is_descending": True}, NUMBERS, "daefcb"),
        ({"order": "metadata", "order_by": "level"}, TERMS, "debac"),
        ({"order": "metadata", "order_by": "level", "is_descending": True}, TERMS, "abdec"),
    ],
    ids=["oldest", "number", "number descending", "terms as listed", "terms descending"],
)
def test_records_come_in_the_order_of_the_rules(cast, dataset, rules, metadata, expected, are_there):
    if are_there:
        queue_of.records(dataset, *metadata)
    update_rules(dataset, by=cast.max, **rules)
    if not are_there:
        queue_of.records(dataset, *metadata)
    assert order(dataset, cast.ben) == expected


@pytest.mark.parametrize(("is_descending", "expected"), [(False, "bdac"), (True, "adbc")])
@pytest.mark.parametrize("are_scored", [True, False], ids=["set afterwards", "set before"])
def test_records_come_by_the_score_of_a_suggestion_and_those_without_one_last(
    cast, dataset, is_descending, expected, are_scored
):
    records = queue_of.records(dataset, {}, {}, {}, {})
    question = dataset.questions.get(name="quality")
    rules = {"order": "score", "order_by": "quality", "is_descending": is_descending}
    if not are_scored:
        update_rules(dataset, by=cast.max, **rules)
    for record, score in zip(records, (0.9, 0.1, None, 0.5), strict=True):
        suggest(record, Given(question.pk, 3, score=score))
    if are_scored:
        update_rules(dataset, by=cast.max, **rules)
    assert order(dataset, cast.ben) == expected


def test_at_random_two_people_get_the_same_records_in_different_orders(cast):
    dataset = queue_of.dataset(cast, min_submitted=2)
    queue_of.records(dataset, *[{}] * 20)
    update_rules(dataset, by=cast.max, order="random")
    bens, maxs = order(dataset, cast.ben), order(dataset, cast.max)
    assert sorted(bens) == sorted(maxs) == [chr(97 + n) for n in range(20)]
    assert bens != maxs  # one in 20!
    assert "".join(sorted(bens)) not in (bens, maxs)


def test_at_random_each_record_is_as_likely_to_be_the_first(cast, dataset):
    queue_of.records(dataset, *[{}] * 4)
    update_rules(dataset, by=cast.max, order="random")
    firsts = set()
    for _ in range(60):
        lease = lease_next(dataset, by=cast.ben)
        firsts.add(lease.record.external_id)
        lease.delete()
        QueueItem.objects.filter(pk=lease.record_id).update(open_places=1)
    assert len(firsts) > 1


@pytest.mark.parametrize(
    ("started", "expected"),
    [("", "abcd"), ("first", "cabd"), ("last", "abdc")],
    ids=["no matter", "first", "last"],
)
@pytest.mark.parametrize("by", ["oldest", "random"])
def test_records_with_some_of_their_answers_come_first_or_last(cast, started, expected, by):
    dataset = queue_of.dataset(cast, min_submitted=2)
    records = queue_of.records(dataset, {}, {}, {}, {})
    update_rules(dataset, by=cast.max, started=started, order=by)
    response(records[2], cast.max, ANSWER)
    got = order(dataset, cast.ben)
    if by == "oldest":
        assert got == expected
    elif started:
        assert got.index("c") == expected.index("c")


def test_a_rule_about_started_records_reaches_those_that_were_started_before(cast):
    dataset = queue_of.dataset(cast, min_submitted=2)
    records = queue_of.records(dataset, {}, {}, {})
    response(records[1], cast.max, ANSWER)
    update_rules(dataset, by=cast.max, started="first")
    assert order(dataset, cast.ben) == "bac"


def test_back_to_the_oldest_first(cast, dataset):
    queue_of.records(dataset, *NUMBERS)
    update_rules(dataset, by=cast.max, order="metadata", order_by="difficulty")
    assert queue_of.taken(dataset, cast.ben, 2)[0] == "cf"
    update_rules(dataset, by=cast.max, order="oldest")
    assert order(dataset, cast.ben) == "abde"


def test_a_changed_record_takes_its_new_turn(cast, dataset):
    records = queue_of.records(dataset, {"difficulty": 1}, {"difficulty": 2}, {"difficulty": 3})
    update_rules(dataset, by=cast.max, order="metadata", order_by="difficulty")
    update_record(records[2], Entry(metadata={"difficulty": 0}))
    assert order(dataset, cast.ben) == "cab"
