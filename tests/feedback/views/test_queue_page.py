"""The tab Queue: managers read, change and understand how a dataset hands out its records."""

import pytest

from feedback.actions import targets
from feedback.models import Dataset, QueueItem, QueueRules
from tests.feedback import queue_of
from tests.permissions import RULES


@pytest.fixture
def dataset(cast):
    return queue_of.dataset(cast)


@pytest.fixture
def path(dataset):
    return f"/acme/datasets/{dataset.pk}/queue"


def text(reply):
    return " ".join(reply.content.decode().split())


def test_the_page_shows_the_rules_and_says_what_they_mean(cast, path):
    page = text(cast.pages(cast.max).get(path))
    assert "Each record gets 1 answer." in page
    assert "The oldest records come first." in page


def test_saving_changes_all_that_stands_in_the_form(cast, dataset, path):
    sent = {
        **RULES,
        "min_submitted": "2",
        "overlap_percent": "20",
        "overlap_answers": "3",
        "overlap_property": "language",
        "overlap_values": "sw\r\nxh",
        "opinion_question": "quality",
        "opinion_distance": "1",
        "opinion_most": "4",
        "order": "metadata",
        "order_property": "level",
        "order_question": "quality",
        "is_descending": "on",
        "started": "first",
        "match_properties": ["language"],
        "most_held": "3",
        "most_records": "100",
        "on_skip": "others",
        "is_paused": "on",
        "pause_note": "Back on Monday.",
        "due_at": "2027-01-01T12:00",
        "zone": "Europe/Berlin",
        "closes_when_due": "on",
    }
    reply = cast.pages(cast.max).post(path, sent)
    assert (reply.status_code, reply["Location"]) == (302, path)
    rules = QueueRules.objects.get(dataset=dataset)
    assert Dataset.objects.get(pk=dataset.pk).min_submitted == 2
    assert (rules.order, rules.order_by, rules.order_values) == ("metadata", "level", queue_of.LEVELS)
    assert (rules.overlap_values, rules.match_properties) == (["sw", "xh"], ["language"])
    assert (rules.opens_unassigned, rules.stops_bad_prompts) == (False, False)
    assert (rules.most_records, rules.most_percent) == (100, None)
    assert rules.due_at.isoformat() == "2027-01-01T11:00:00+00:00"
    page = text(cast.pages(cast.max).get(path))
    assert (
        "Of the records whose Language is one of “sw, xh”, 1 in 5 gets 3 answers; all others get 2." in page
    )
    assert "more than 1 apart, another one is asked for, up to 4 in all." in page
    assert 'value="2027-01-01T11:00"' in page
    assert "\nsw\nxh</textarea>" in cast.pages(cast.max).get(path).content.decode()


def test_limits_are_lifted_by_leaving_them_empty(cast, dataset, path):
    QueueRules.objects.update(most_records=5, most_per_day=7)
    cast.pages(cast.max).post(path, RULES)
    rules = QueueRules.objects.get(dataset=dataset)
    assert (rules.most_records, rules.most_per_day) == (None, None)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"order": "metadata"}, "Choose one of the dataset’s metadata properties."),
        ({"order": "score"}, "Choose the question whose suggestions have the score."),
        ({"overlap_percent": "20", "overlap_answers": "1"}, "Every record gets as many answers anyway."),
        ({"most_held": "0"}, "greater than or equal to 1"),
        ({"closes_when_due": "on"}, "Say when the dataset is due"),
        ({"min_submitted": "0"}, "greater than or equal to 1"),
    ],
    ids=lambda one: str(one)[:20],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(cast, dataset, path, sent, sentence):
    reply = cast.pages(cast.max).post(path, {**RULES, "pause_note": "Back on Monday.", **sent})
    assert reply.status_code == 422
    page = text(reply)
    assert sentence in page
    assert page.count('class="error"') == 1
    assert 'value="Back on Monday."' in page
    assert QueueRules.objects.get(dataset=dataset).pause_note == ""


def test_a_wrong_rule_leaves_the_number_of_answers_as_it_was(cast, dataset, path):
    reply = cast.pages(cast.max).post(path, {**RULES, "min_submitted": "5", "order": "score"})
    assert reply.status_code == 422
    assert Dataset.objects.get(pk=dataset.pk).min_submitted == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"overlap_percent": "20", "overlap_answers": "3"}, "One record in 5 gets 3 answers, all others 1."),
        (
            {"overlap_percent": "15", "overlap_answers": "3"},
            "15 % of the records get 3 answers, all others 1.",
        ),
        ({"overlap_percent": "100", "overlap_answers": "3"}, "Each record gets 3 answers."),
        ({"overlap_percent": "x", "min_submitted": "2"}, "Each record gets 2 answers."),
        ({"order": "random"}, "at random"),
        ({"order": "metadata", "order_property": "level"}, "Records come by Level: easy, middling, hard"),
        (
            {"order": "metadata", "order_property": "difficulty"},
            "Records with the least Difficulty come first",
        ),
        ({"order": "score", "order_question": "quality", "is_descending": "on"}, "has the highest score"),
        ({"started": "last"}, "comes after everything new"),
        ({"match_properties": "language"}, "whose skills have its Language"),
        ({"most_per_day": "50"}, "A person may give 50 answers a day."),
        ({"on_skip": "counted"}, "A skip counts as one of the answers wanted."),
    ],
    ids=lambda one: str(one)[:30],
)
def test_a_sentence_says_what_the_rules_would_mean_before_they_are_saved(cast, dataset, path, sent, sentence):
    reply = cast.pages(cast.max).post(f"{path}/words", {**RULES, **sent})
    assert sentence in text(reply)
    assert QueueRules.objects.get(dataset=dataset).is_plain


def test_while_the_queue_is_put_in_order_the_page_says_how_far_it_is(cast, dataset, path, monkeypatch):
    monkeypatch.setattr(targets, "AT_ONCE", 0)
    monkeypatch.setattr(targets, "CHUNK", 2)
    queue_of.records(dataset, *[{}] * 5)
    max_ = cast.pages(cast.max)
    max_.post(path, {**RULES, "overlap_percent": "100", "overlap_answers": "2"})
    job = dataset.jobs.get()
    assert job.claim()
    targets._chunk(job)
    assert "The queue is being put in order: 40 %." in text(max_.get(path))
    assert 'id="stop"' not in text(max_.get(f"/acme/jobs/{job.pk}/"))
    while targets._chunk(job):
        pass
    assert "being put in order" not in text(max_.get(path))
    assert set(QueueItem.objects.values_list("target", flat=True)) == {2}
    assert "Queue put in order in" in text(max_.get(f"/acme/jobs/{job.pk}/"))
