"""Work is given to people by a program, seen, handed over and taken back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedback.actions.assigning import run_assign
from feedback.actions.handing_over import run_hand_over
from feedback.actions.schema import add_metadata_property
from feedback.actions.unassigning import run_unassign
from feedback.models import AssignedRecord, Assignment, Job
from tests import make
from tests.feedback.assigned import given, states
from workspaces.actions import create_group


@pytest.fixture
def dataset(cast):
    return make.dataset(cast.workspace)


@pytest.fixture
def api(cast):
    return cast.api(cast.max)


def done(job_json):
    """The job of this JSON, done."""
    work = {"assign": run_assign, "unassign": run_unassign, "hand_over": run_hand_over}[job_json["kind"]]
    job = Job.objects.get(pk=job_json["id"])
    work(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def test_records_are_given_and_everybody_can_see_how_far_they_are(cast, dataset, api):
    records = make.records(dataset, 6)
    users = [{"id": str(cast.ben.pk), "weight": 2}, {"id": str(cast.max.pk)}]
    body = {"users": users, "note": "The first ones", "due_at": "2030-01-02T03:04:05"}
    reply = api.post(f"/datasets/{dataset.pk}/assignments", body)
    assert reply.status_code == 202
    made = reply.json()
    assert (made["given"], made["job"]["status"]) == (0, "queued")
    done(made["job"])
    make.response(records[0], cast.ben)
    shown = api.get(f"/assignments/{made['id']}").json()
    assert (shown["given"], shown["note"], shown["by"]) == (6, "The first ones", str(cast.max.pk))
    assert shown["due_at"] == "2030-01-02T03:04:05"
    by_name = {one["username"]: one for one in shown["users"]}
    assert [by_name["ben"][name] for name in ("weight", "given", "answered", "waiting", "left")] == [
        2,
        4,
        1,
        3,
        0,
    ]
    assert by_name["max"]["given"] == 2
    assert shown["job"]["detail"] == "6 records given to 2 people."
    assert api.get(f"/datasets/{dataset.pk}/assignments").json() == {"items": [shown], "total": 1}


@pytest.mark.parametrize(
    ("chosen", "positions"),
    [
        ({}, {0, 1, 2, 3}),
        ({"number": 2}, {0, 1}),
        ({"percent": 50, "order": "queue"}, {0, 1}),
        ({"query": {"query": {"text": {"q": '"Prompt 3"'}}}}, {2}),
        (
            {
                "query": {
                    "filters": {
                        "and": [
                            {
                                "type": "terms",
                                "scope": {"entity": "metadata", "metadata_property": "topic"},
                                "values": ["law"],
                            }
                        ]
                    }
                }
            },
            {0, 1, 2, 3},
        ),
    ],
)
def test_what_is_given_is_said_in_many_ways(cast, dataset, api, chosen, positions):
    add_metadata_property(dataset, name="topic", title="Topic", settings={"type": "terms"})
    make.records(dataset, 4, metadata={"topic": "law"})
    body = {"users": [{"id": str(cast.ben.pk)}], **chosen}
    reply = api.post(f"/datasets/{dataset.pk}/assignments", body)
    assert reply.status_code == 202, reply.json()
    done(reply.json()["job"])
    assert set(AssignedRecord.objects.values_list("record__position", flat=True)) == positions


def test_records_are_named_one_by_one(cast, dataset, api):
    records = make.records(dataset, 3)
    body = {"users": [{"id": str(cast.ben.pk)}], "records": [str(records[1].pk)]}
    done(api.post(f"/datasets/{dataset.pk}/assignments", body).json()["job"])
    assert [one.record for one in AssignedRecord.objects.all()] == [records[1]]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"users": []}, "Name at least one user or group"),
        ({"users": "twice"}, "A user is there twice"),
        ({"overlap": 2}, "only 1 were chosen"),
        ({"records": ["x"]}, "valid UUID"),
        ({"records": "some", "query": {}}, "records or a query"),
        ({"number": 1, "percent": 1}, "a number or a percent"),
        ({"percent": 100.5}, "less than or equal to 100"),
        ({"due_at": "tomorrow"}, "is not a date"),
        ({"due_at": 5}, "A date is a text"),
        ({"note": "x" * 301}, "at most 300 characters"),
        ({"query": {"query": {"vector": {"name": "v", "value": [1]}}}}, "have no end"),
        ({"users": "stranger"}, "do not work in acme-workspace"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(cast, dataset, api, wrong, sentence):
    ben, dov = {"id": str(cast.ben.pk)}, {"id": str(cast.dov.pk)}
    people = {"twice": [ben, ben], "stranger": [ben, dov]}
    if isinstance(wrong.get("users"), str):
        wrong = {"users": people[wrong["users"]]}
    if wrong.get("records") == "some":
        wrong = wrong | {"records": [str(make.record(dataset).pk)]}
    reply = api.post(f"/datasets/{dataset.pk}/assignments", {"users": [ben], **wrong})
    assert reply.status_code == 422
    assert sentence in reply.content.decode()
    assert not Assignment.objects.exists()


def test_one_persons_part_is_handed_over_and_the_rest_taken_back(cast, dataset, api):
    make.records(dataset, 4)
    made = api.post(f"/datasets/{dataset.pk}/assignments", {"users": [{"id": str(cast.ben.pk)}]}).json()
    busy = api.delete(f"/assignments/{made['id']}")
    assert (busy.status_code, busy.json()["detail"]) == (
        409,
        "These records are still being given. Stop that first.",
    )
    done(made["job"])
    body = {"user_id": str(cast.ben.pk), "users": [{"id": str(cast.max.pk)}]}
    reply = api.post(f"/assignments/{made['id']}/hand-over", body)
    assert reply.status_code == 202
    assert done(reply.json()).detail == "4 records handed over."
    assert given(dataset, [cast.ben, cast.max]) == [0, 4]
    nobody = api.post(f"/assignments/{made['id']}/hand-over", body)
    assert nobody.status_code == 404  # of Ben's part nothing is left
    back = api.delete(f"/assignments/{made['id']}")
    assert back.status_code == 202
    assert done(back.json()).detail == "4 records taken back. What somebody holds or has answered stays."
    assert api.get(f"/assignments/{made['id']}").status_code == 404
    assert states(dataset, cast.max) == {}


def test_a_due_date_may_say_its_zone(cast, dataset, api):
    body = {"users": [{"id": str(cast.ben.pk)}], "due_at": "2030-01-02T03:04:05+02:00"}
    api.post(f"/datasets/{dataset.pk}/assignments", body)
    assert Assignment.objects.get().due_at == datetime(2030, 1, 2, 1, 4, 5, tzinfo=UTC)


def test_the_note_and_the_due_date_can_be_changed(cast, dataset, api):
    made = api.post(f"/datasets/{dataset.pk}/assignments", {"users": [{"id": str(cast.ben.pk)}]}).json()
    changed = api.patch(f"/assignments/{made['id']}", {"note": "By Monday", "due_at": "2030-01-02T03:04:05"})
    assert (changed.json()["note"], changed.json()["due_at"]) == ("By Monday", "2030-01-02T03:04:05")
    assert api.patch(f"/assignments/{made['id']}", {"due_at": None}).json()["due_at"] is None
    assert api.patch(f"/assignments/{made['id']}", {"note": None}).status_code == 422


def test_groups_are_those_who_are_in_them_now(cast, dataset, api):
    make.records(dataset, 3)
    group = create_group(cast.workspace, name="Swahili", members=[cast.ben])
    empty = create_group(cast.workspace, name="Latin")
    other = create_group(make.workspace(cast.acme, "other"), name="Swahili")
    address = f"/datasets/{dataset.pk}/assignments"
    body = {"groups": [str(group.pk)], "users": [{"id": str(cast.max.pk), "weight": 2}]}
    done(api.post(address, body).json()["job"])
    assert given(dataset, [cast.ben, cast.max]) == [1, 2]
    for wrong in ({"groups": [str(empty.pk)]}, {"groups": [str(other.pk)]}, {"users": [], "groups": []}):
        assert api.post(address, wrong).status_code == 422
