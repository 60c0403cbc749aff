"""A dataset that is paused or due: what managers press, and what labelers see of it."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from core.templatetags.ui import due
from feedback.actions.rules import pause_dataset, update_rules
from feedback.models import QueueRules
from feedback.reports.catalog import entries
from tests import make
from tests.feedback import queue_of


@pytest.fixture
def dataset(cast):
    made = queue_of.dataset(cast, name="Wells")
    queue_of.records(made, {}, {})
    return made


def text(reply):
    return " ".join(reply.content.decode().split())


def test_a_manager_pauses_a_dataset_with_a_note_and_resumes_it(cast, dataset):
    max_, page = cast.pages(cast.max), f"/acme/datasets/{dataset.pk}/"
    assert "Pause …" in text(max_.get(page))
    max_.post(f"{page}queue/pause", {"pause_note": "Back on Monday."})
    rules = QueueRules.objects.get(dataset=dataset)
    assert (rules.is_paused, rules.pause_note) == (True, "Back on Monday.")
    assert "Pause …" not in text(max_.get(page))
    assert "Resume" in text(max_.get(page))
    max_.post(f"{page}queue/resume")
    assert not QueueRules.objects.get(dataset=dataset).is_paused


def test_a_labeler_has_no_such_button(cast, dataset):
    page = text(cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/"))
    assert "Pause …" not in page
    assert "Resume" not in page


def test_everybody_sees_that_it_is_paused_and_why(cast, dataset):
    pause_dataset(dataset, by=cast.max, note="Back on Monday.")
    home = text(cast.pages(cast.ben).get("/acme/"))
    assert "Nothing to do right now" in home
    assert home.count("This dataset is paused. Back on Monday.") == 1
    assert home.count("Back on Monday.") == 1
    assert "This dataset is paused. Back on Monday." in text(
        cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/label")
    )
    assert ">paused<" in text(cast.pages(cast.max).get("/acme/datasets/"))
    assert ">paused<" in text(cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/"))


def test_everybody_sees_when_it_is_due(cast, dataset):
    update_rules(dataset, by=cast.max, due_at=now() + timedelta(days=3))
    for who, page in (
        (cast.ben, "/acme/"),
        (cast.max, "/acme/datasets/"),
        (cast.ben, f"/acme/datasets/{dataset.pk}/"),
        (cast.ben, f"/acme/datasets/{dataset.pk}/label"),
    ):
        assert "due in 3 days" in text(cast.pages(who).get(page)), page


def test_what_closed_with_its_due_date_rests(cast, dataset):
    update_rules(dataset, by=cast.max, due_at=now() - timedelta(days=2), closes_when_due=True)
    home = text(cast.pages(cast.ben).get("/acme/"))
    assert "2 days overdue" in home
    assert "This dataset was open until its due date, which is past." in home
    label = text(cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/label"))
    assert "This dataset was open until its due date, which is past." in label


def test_the_number_of_datasets_in_a_list_costs_no_queries(cast, dataset, django_assert_num_queries):
    make.dataset(cast.workspace)
    for datasets in ([dataset], list(type(dataset).objects.all())):
        found = [type(dataset).objects.get(pk=one.pk) for one in datasets]
        with django_assert_num_queries(5):
            assert [entry.state for entry in entries(found)]


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.1, "due in 1 hour"), (5, "due in 5 hours"), (47, "due in 47 hours"), (72, "due in 3 days")],
)
def test_how_long_until_it_is_due(hours, words):
    assert words in str(due(now() + timedelta(hours=hours, seconds=5)))
    late = words.removeprefix("due in ") + " overdue"
    assert late in str(due(now() - timedelta(hours=hours)))


def test_what_is_not_due_says_nothing():
    assert due(None) == ""
