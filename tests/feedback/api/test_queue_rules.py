"""How a dataset hands out its records, set by programs."""

import pytest

from feedback.actions import targets
from feedback.models import Job, QueueItem
from tests import make
from tests.cast import Cast
from tests.feedback import queue_of


@pytest.fixture
def dataset(cast):
    return queue_of.dataset(cast, min_submitted=2)


def test_a_dataset_begins_with_plain_rules(cast: Cast, dataset) -> None:
    rules = cast.api(cast.max).get(f"/datasets/{dataset.pk}/queue").json()
    assert (rules["order"], rules["most_held"], rules["most_records"], rules["job_id"]) == (
        "oldest",
        1,
        None,
        None,
    )


def test_what_is_sent_changes_and_the_rest_stays(cast: Cast, dataset) -> None:
    max_, path = cast.api(cast.max), f"/datasets/{dataset.pk}/queue"
    sent = {
        "order": "metadata",
        "order_by": "difficulty",
        "most_per_day": 50,
        "due_at": "2027-01-01T12:00:00+02:00",
    }
    changed = max_.patch(path, sent)
    assert changed.status_code == 200
    assert changed.json()["due_at"] == "2027-01-01T10:00:00"
    again = max_.patch(path, {"due_at": changed.json()["due_at"], "most_per_day": None}).json()
    assert again["due_at"] == "2027-01-01T10:00:00"
    assert (again["order_by"], again["most_per_day"]) == ("difficulty", None)
    assert max_.get(path).json() == again


def test_all_of_it_can_be_sent_back(cast: Cast, dataset) -> None:
    max_, path = cast.api(cast.max), f"/datasets/{dataset.pk}/queue"
    max_.patch(path, {"overlap_percent": 20, "overlap_answers": 3, "opinion_question": "quality"})
    rules = max_.get(path).json()
    assert max_.patch(path, {name: rules[name] for name in rules if name != "job_id"}).json() == rules


def test_a_program_pauses_and_resumes(cast: Cast, dataset) -> None:
    make.record(dataset, fields={"prompt": "Why?"})
    max_, path = cast.api(cast.max), f"/datasets/{dataset.pk}/queue"
    assert max_.patch(path, {"is_paused": True, "pause_note": "Lunch."}).json()["is_paused"]
    nothing = cast.api(cast.ben).post(f"/me/datasets/{dataset.pk}/next").json()
    assert (nothing["reason"], nothing["detail"]) == ("paused", "This dataset is paused. Lunch.")
    max_.patch(path, {"is_paused": False})
    assert cast.api(cast.ben).post(f"/me/datasets/{dataset.pk}/next").json()["record"]


@pytest.mark.parametrize(
    "sent",
    [
        {"order": "score"},
        {"order": None},
        {"most_held": 0},
        {"most_percent": 101},
        {"opinion_question": "comment"},
        {"opinion_distance": 1e400},
        {"match_properties": ["difficulty"]},
        {"overlap_values": "sw"},
        {"pause_note": "x" * 301},
        {"due_at": "tomorrow"},
        {"due_at": "0001-01-01T00:00:00+14:00"},
        {"closes_when_due": True},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(cast: Cast, dataset, sent) -> None:
    reply = cast.api(cast.max).patch(f"/datasets/{dataset.pk}/queue", sent)
    assert reply.status_code == 422
    assert cast.api(cast.max).get(f"/datasets/{dataset.pk}/queue").json()["order"] == "oldest"


def test_a_sentence_says_what_is_wrong(cast: Cast, dataset) -> None:
    reply = cast.api(cast.max).patch(
        f"/datasets/{dataset.pk}/queue", {"order": "metadata", "order_by": "language"}
    )
    assert reply.json()["detail"].startswith("“Language” takes any word")


def test_a_property_by_which_the_queue_goes_cannot_be_removed(cast: Cast, dataset) -> None:
    max_ = cast.api(cast.max)
    max_.patch(f"/datasets/{dataset.pk}/queue", {"match_properties": ["language"]})
    prop = dataset.metadata_properties.get(name="language")
    assert max_.delete(f"/metadata-properties/{prop.pk}").status_code == 422


def test_while_a_job_puts_the_queue_in_order_its_id_is_shown(cast: Cast, dataset, monkeypatch) -> None:
    monkeypatch.setattr(targets, "AT_ONCE", 0)
    queue_of.records(dataset, {}, {})
    max_ = cast.api(cast.max)
    changed = max_.patch(
        f"/datasets/{dataset.pk}/queue", {"overlap_percent": 100, "overlap_answers": 3}
    ).json()
    job = Job.objects.get(dataset=dataset, kind="rules")
    assert changed["job_id"] == str(job.pk)
    assert max_.post(f"/jobs/{job.pk}/cancel").status_code == 409
    targets.run_rules(str(job.organization_id), str(job.pk))
    assert max_.get(f"/datasets/{dataset.pk}/queue").json()["job_id"] is None
    assert set(QueueItem.objects.values_list("target", flat=True)) == {3}


def test_a_program_holds_several_records_if_it_asks_for_another(cast: Cast, dataset) -> None:
    queue_of.records(dataset, {}, {}, {})
    cast.api(cast.max).patch(f"/datasets/{dataset.pk}/queue", {"most_held": 2})
    ben, path = cast.api(cast.ben), f"/me/datasets/{dataset.pk}/next"
    first = ben.post(path).json()["record"]["id"]
    assert ben.post(path, {"another": False}).json()["record"]["id"] == first
    assert ben.post(path, {"another": True}).json()["record"]["id"] != first
    nothing = ben.post(path, {"another": True}).json()
    assert (nothing["record"], nothing["reason"]) == (None, "held")
    assert ben.post(path, {"another": "maybe"}).status_code == 422


def test_records_come_first_and_get_more_answers(cast: Cast, dataset) -> None:
    _, second = queue_of.records(dataset, {}, {})
    path = f"/datasets/{dataset.pk}/queue/records"
    sent = {"records": [str(second.pk)], "priority": 9, "more_answers": 1}
    assert cast.api(cast.max).patch(path, sent).json() == {"updated": 1}
    item = QueueItem.objects.get(pk=second.pk)
    assert (item.priority, item.target) == (9, 3)
    handed = cast.api(cast.ben).post(f"/me/datasets/{dataset.pk}/next").json()
    assert handed["record"]["id"] == str(second.pk)


def test_unknown_records_and_empty_wishes_are_refused(cast: Cast, dataset) -> None:
    [record] = queue_of.records(dataset, {})
    path, foreign = f"/datasets/{dataset.pk}/queue/records", make.record(make.dataset(cast.workspace))
    for sent in (
        {"records": [str(record.pk), str(foreign.pk)], "priority": 9},
        {"records": [str(record.pk)]},
        {"records": [], "priority": 9},
        {"records": [str(record.pk)], "priority": 10},
    ):
        assert cast.api(cast.max).patch(path, sent).status_code == 422
    assert QueueItem.objects.get(pk=record.pk).priority == 5


def test_a_labeler_learns_when_the_dataset_is_due(cast: Cast, dataset) -> None:
    path = f"/me/datasets/{dataset.pk}/next"
    assert cast.api(cast.ben).post(path).json()["due_at"] is None
    cast.api(cast.max).patch(f"/datasets/{dataset.pk}/queue", {"due_at": "2027-01-01T12:00:00"})
    assert cast.api(cast.ben).post(path).json()["due_at"] == "2027-01-01T12:00:00"
    queue_of.records(dataset, {})
    assert cast.api(cast.ben).post(path).json()["due_at"] == "2027-01-01T12:00:00"
