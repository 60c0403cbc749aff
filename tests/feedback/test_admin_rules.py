"""The rules of handing out in the admin: changed by the same action, refused with the same sentences."""

import pytest

from feedback.models import QueueItem, QueueRules
from tests import make
from tests.feedback import queue_of

PLAIN = {
    "overlap_percent": "0",
    "overlap_answers": "2",
    "overlap_property": "",
    "overlap_values": "",
    "opinion_question": "",
    "opinion_distance": "0",
    "opinion_most": "3",
    "order": "oldest",
    "order_by": "",
    "started": "",
    "match_properties": "",
    "opens_unassigned": "on",
    "most_held": "1",
    "most_records": "",
    "most_percent": "",
    "most_per_day": "",
    "on_skip": "later",
    "on_discard": "others",
    "stops_bad_prompts": "on",
    "pause_note": "",
    "due_at": "",
}


@pytest.fixture
def dataset(cast):
    return queue_of.dataset(cast, name="Wells")


@pytest.fixture
def path(dataset):
    return f"/admin/feedback/queuerules/{dataset.pk}/change/"


def test_a_manager_changes_them_and_records_follow(cast, dataset, path):
    queue_of.records(dataset, {"language": "sw"}, {"language": "en"})
    sent = {
        **PLAIN,
        "overlap_percent": "100",
        "overlap_answers": "3",
        "overlap_property": "language",
        "overlap_values": "sw\nxh",
        "match_properties": "language\nlevel",
        "most_per_day": "50",
        "due_at": "2027-01-01T12:00",
    }
    assert cast.pages(cast.max).post(path, sent).status_code == 302
    rules = QueueRules.objects.get(dataset=dataset)
    assert (rules.overlap_values, rules.match_properties) == (["sw", "xh"], ["language", "level"])
    assert (rules.most_per_day, rules.due_at.isoformat()) == (50, "2027-01-01T12:00:00+00:00")
    assert sorted(QueueItem.objects.values_list("target", flat=True)) == [1, 3]
    page = cast.pages(cast.max).get(path).content.decode()
    assert "sw\nxh</textarea>" in page


def test_what_the_action_refuses_is_said_beside_the_field(cast, dataset, path):
    reply = cast.pages(cast.max).post(path, {**PLAIN, "order": "metadata", "order_by": "language"})
    assert reply.status_code == 422
    assert "“Language” takes any word" in reply.content.decode()
    assert QueueRules.objects.get(dataset=dataset).order == "oldest"


def test_they_are_paused_there(cast, dataset, path):
    cast.pages(cast.max).post(path, {**PLAIN, "is_paused": "on", "pause_note": "Lunch."})
    assert QueueRules.objects.get(dataset=dataset).is_paused
    page = cast.pages(cast.max).get("/admin/feedback/queuerules/").content.decode()
    assert "Wells" in page
    assert "Paused" in page


def test_the_page_of_a_dataset_leads_there(cast, dataset, path):
    assert path in cast.pages(cast.max).get(f"/admin/feedback/dataset/{dataset.pk}/change/").content.decode()


def test_they_come_and_go_with_their_dataset(cast, dataset):
    assert cast.pages(cast.ana).get("/admin/feedback/queuerules/add/").status_code == 403
    assert cast.pages(cast.ana).get(f"/admin/feedback/queuerules/{dataset.pk}/delete/").status_code == 403


def test_nobody_else_reaches_them(cast, path):
    make.dataset(cast.rival_workspace)
    for who in (cast.cleo, cast.gus):
        assert cast.pages(who).get(path).status_code in (302, 403, 404)
    assert "Wells" not in cast.pages(cast.cleo).get("/admin/feedback/queuerules/").content.decode()
