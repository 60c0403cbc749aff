"""Assignments in the admin: seen by those who manage them, changed and taken back by the same actions as elsewhere."""

from __future__ import annotations

import pytest

from feedback.actions.assigning import start_assignment
from feedback.actions.unassigning import run_unassign
from feedback.models import Job
from feedback.models.jobs import JobKind
from tests import make
from tests.feedback.assigned import ALL, assign, states

LIST = "/admin/feedback/assignment/"


@pytest.fixture
def dataset(cast):
    made = make.dataset(cast.workspace, "Wells")
    make.records(made, 4)
    return made


def take_back(client, made):
    sent = {"action": "take_back", "confirmed": "yes", "_selected_action": [str(made.pk)]}
    return client.post(LIST, sent, follow=True).content.decode()


def test_managers_see_who_was_given_what(cast, dataset):
    made = assign(dataset, cast.ben, by=cast.max, note="For Monday")
    for person in (cast.ana, cast.max):
        assert "0 of 4" in cast.pages(person).get(LIST).content.decode()
        page = cast.pages(person).get(f"{LIST}{made.pk}/change/").content.decode()
        assert "For Monday" in page
        assert "Ben" in page
        assert "4 records given to 1 person." in page
    for person in (cast.gus, cast.cleo):
        assert "For Monday" not in cast.pages(person).get(LIST).content.decode()
        assert cast.pages(person).get(f"{LIST}{made.pk}/change/").status_code == 404


def test_the_note_and_the_due_date_change_and_nothing_else_does(cast, dataset):
    made = assign(dataset, cast.ben, by=cast.max)
    share = made.shares.get()
    sent = {
        "note": "By Monday",
        "due_at_0": "2030-01-02",
        "due_at_1": "03:04:05",
        "shares-TOTAL_FORMS": "1",
        "shares-INITIAL_FORMS": "1",
        "shares-0-id": str(share.pk),
        "shares-0-weight": "9",
        "shares-0-given": "1",
    }
    reply = cast.pages(cast.max).post(f"{LIST}{made.pk}/change/", sent)
    assert reply.status_code == 302, reply.content.decode()
    made.refresh_from_db()
    share.refresh_from_db()
    assert (made.note, str(made.due_at)) == ("By Monday", "2030-01-02 03:04:05+00:00")
    assert (share.weight, share.given) == (1, 4)


def test_it_is_taken_back_by_the_action(cast, dataset):
    made = assign(dataset, cast.ben, by=cast.max)
    assert "is being taken back" in take_back(cast.pages(cast.max), made)
    job = Job.objects.get(kind=JobKind.UNASSIGN)
    assert job.by == cast.max
    run_unassign(str(cast.acme.pk), str(job.pk))
    assert states(dataset, cast.ben) == {}
    page = cast.pages(cast.max).get(f"/admin/feedback/job/{job.pk}/change/").content.decode()
    assert "4 records taken back" in page


def test_what_is_still_being_given_is_not_taken_back(cast, dataset):
    made = start_assignment(dataset, ALL, people={cast.ben.pk: 1}, by=cast.max)
    assert "still being given" in take_back(cast.pages(cast.max), made)
    assert not Job.objects.filter(kind=JobKind.UNASSIGN).exists()


def test_nothing_is_added_or_deleted_there(cast, dataset):
    made = assign(dataset, cast.ben, by=cast.max)
    client = cast.pages(cast.ana)
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{made.pk}/delete/", {"post": "yes"}).status_code == 403
