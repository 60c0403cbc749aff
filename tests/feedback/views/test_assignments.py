"""Managers give records to people on a page, see what became of it, and change it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedback.actions.assigning import run_assign
from feedback.actions.handing_over import run_hand_over
from feedback.actions.jobs import cancel_job
from feedback.actions.leaving import leave_behind
from feedback.actions.unassigning import run_unassign
from feedback.models import Assignment, Job
from feedback.models.jobs import JobKind
from tests import make
from tests.feedback.assigned import assign, given, states
from workspaces.actions import create_group, remove_from_workspace
from workspaces.models import WorkspaceMembership


@pytest.fixture
def dataset(cast):
    return make.dataset(cast.workspace, "Wells")


@pytest.fixture
def pages(cast):
    return cast.pages(cast.max)


@pytest.fixture
def page(dataset):
    return f"/acme/datasets/{dataset.pk}/assignments"


FORM = {"which": "all", "overlap": "1", "amount": "all", "order": "queue"}


def test_an_empty_page_says_what_assigning_is(dataset, pages, page):
    html = pages.get(f"{page}/").content.decode()
    assert "Everybody in the workspace takes the next record as it comes." in html
    assert f"{page}/new?which=all" in html


def test_records_are_assigned_by_a_form(cast, dataset, pages, page):
    make.records(dataset, 4)
    form = pages.get(f"{page}/new?which=all").content.decode()
    assert "Assign 4 records" in form
    assert "Ben" in form
    assert "Dov" not in form  # who does not work here
    sent = FORM | {
        "person": [str(cast.ben.pk), str(cast.max.pk)],
        f"weight-{cast.ben.pk}": "3",
        "note": "For Monday",
        "due_at": "2030-06-01T09:30",
        "zone": "America/New_York",
    }
    reply = pages.post(f"{page}/new", sent)
    made = Assignment.objects.get()
    assert reply.url == f"{page}/{made.pk}/"
    assert made.note == "For Monday"
    assert made.due_at == datetime(2030, 6, 1, 13, 30, tzinfo=UTC)
    assert {one.membership: one.weight for one in made.shares.all()} == {cast.ben: 3, cast.max: 1}


def test_a_group_is_everybody_who_is_in_it_now(cast, dataset, pages, page):
    make.records(dataset, 4)
    group = create_group(cast.workspace, name="Swahili", members=[cast.ben, cast.max])
    empty = create_group(cast.workspace, name="Latin")
    form = pages.get(f"{page}/new?which=all").content.decode()
    assert "Swahili" in form
    assert "2 people" in form
    refused = pages.post(f"{page}/new", FORM | {"group": [str(empty.pk)]})
    assert refused.status_code == 422
    assert "Choose at least one person, or a group with people who work here." in refused.content.decode()
    pages.post(f"{page}/new", FORM | {"group": [str(group.pk)]})
    job = Assignment.objects.get().job
    run_assign(str(job.organization_id), str(job.pk))
    assert given(dataset, [cast.ben, cast.max]) == [2, 2]


def test_a_number_of_ticked_records_at_random(cast, dataset, pages, page):
    records = make.records(dataset, 4)
    ticked = {"which": "ticked", "record": [str(one.pk) for one in records[:3]]}
    assert "those that you ticked or searched for" in pages.get(f"{page}/new", ticked).content.decode()
    sent = FORM | ticked | {"person": str(cast.ben.pk), "amount": "number", "number": "2", "order": "random"}
    pages.post(f"{page}/new", sent)
    options = Job.objects.get().options
    assert (options["number"], options["percent"], options["at_random"]) == (2, None, True)
    assert options["ids"] == ticked["record"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"person": []}, "Choose at least one person, or a group with people who work here."),
        ({"weight": "many"}, "The weight of Ben is a number from 0.01 to 1000."),
        ({"weight": "nan"}, "That of these is not: Ben."),
        ({"overlap": "2"}, "only 1 were chosen"),
        ({"amount": "number"}, "Say how many."),
        ({"amount": "percent", "percent": "200"}, "less than or equal to 100"),
        ({"due_at": "tomorrow"}, "Enter a valid date/time."),
    ],
)
def test_what_is_wrong_stands_on_the_form_with_what_was_written(cast, dataset, pages, page, wrong, sentence):
    sent = FORM | {"person": str(cast.ben.pk), "note": "Keep me"}
    if "weight" in wrong:
        wrong = {f"weight-{cast.ben.pk}": wrong["weight"]}
    reply = pages.post(f"{page}/new", sent | wrong)
    assert reply.status_code == 422
    html = reply.content.decode()
    assert sentence in html
    assert "Keep me" in html
    assert not Assignment.objects.exists()


def test_a_zone_that_nobody_knows_is_utc(cast, dataset, pages, page):
    sent = FORM | {"person": str(cast.ben.pk), "due_at": "2030-06-01T09:30", "zone": "../../etc/passwd"}
    pages.post(f"{page}/new", sent)
    assert Assignment.objects.get().due_at == datetime(2030, 6, 1, 9, 30, tzinfo=UTC)


def test_the_list_and_the_page_of_one_say_how_far_it_is(cast, dataset, pages, page):
    records = make.records(dataset, 4)
    made = assign(dataset, cast.ben, by=cast.max, note="For Monday", due_at=datetime(2020, 1, 1, tzinfo=UTC))
    make.response(records[0], cast.ben)
    for address in (f"{page}/", f"{page}/{made.pk}/"):
        html = pages.get(address).content.decode()
        assert "1 of 4" in html
        assert "For Monday" in html
        assert "overdue" in html
    assert "4 records given to 1 person." in html
    assert "hx-get" not in html.partition("live-assignment")[2][:200]


def test_while_it_is_given_the_page_follows(cast, dataset, pages, page):
    from feedback.actions.assigning import start_assignment
    from tests.feedback.assigned import ALL

    make.records(dataset, 1)
    made = start_assignment(dataset, ALL, people={cast.ben.pk: 1}, by=cast.max)
    live = pages.get(f"{page}/{made.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 1s"' in live
    assert "<html" not in live
    cancel_job(made.job)
    assert "Canceled before it began." in pages.get(f"{page}/{made.pk}/").content.decode()


def test_taking_back_asks_first_and_says_what_comes_of_it(cast, dataset, pages, page):
    make.records(dataset, 3)
    made = assign(dataset, cast.ben, cast.max, by=cast.max)
    part = f"{page}/{made.pk}/take-back/{cast.ben.pk}"
    assert "Take back what waits for" in pages.get(part).content.decode()
    reply = pages.post(part)
    job = Job.objects.get(kind=JobKind.UNASSIGN)
    assert reply.url == f"/acme/jobs/{job.pk}/"
    run_unassign(str(cast.acme.pk), str(job.pk))
    assert states(dataset, cast.ben) == {}
    html = pages.get(reply.url).content.decode()
    assert "taken back. What somebody holds" in html
    assert f"{page}/" in html  # the way back
    pages.post(f"{page}/{made.pk}/take-back")
    run_unassign(str(cast.acme.pk), str(Job.objects.filter(kind=JobKind.UNASSIGN).first().pk))
    assert pages.get(f"{page}/{made.pk}/").status_code == 404


def test_what_somebody_left_behind_is_shown_and_handed_over(cast, dataset, pages, page):
    mia = make.member(cast.acme, "mia", first_name="Mia")
    make.place(cast.workspace, mia)
    make.records(dataset, 3)
    assign(dataset, mia, by=cast.max)
    assert "Left behind" not in pages.get(f"{page}/").content.decode().partition("<table")[0]
    remove_from_workspace(WorkspaceMembership.objects.get(membership=mia))
    leave_behind(str(cast.acme.pk))
    html = pages.get(f"{page}/").content.decode()
    assert "given to people who do not work here any more" in html
    form = f"{page}/hand-over/{mia.pk}"
    assert form in html
    assert "Hand over what" in pages.get(form).content.decode()
    assert pages.post(form, {}).status_code == 422
    reply = pages.post(form, {"person": str(cast.ben.pk)})
    job = Job.objects.get(kind=JobKind.HAND_OVER)
    assert reply.url == f"/acme/jobs/{job.pk}/"
    run_hand_over(str(cast.acme.pk), str(job.pk))
    assert given(dataset, [mia, cast.ben]) == [0, 3]


def test_a_part_of_another_dataset_is_not_found(cast, dataset, pages):
    make.record(dataset)
    made = assign(dataset, cast.ben, by=cast.max)
    other = make.dataset(cast.workspace)
    for address in (f"{made.pk}/", f"{made.pk}/take-back", f"hand-over/{cast.ben.pk}"):
        assert pages.get(f"/acme/datasets/{other.pk}/assignments/{address}").status_code == 404


def test_records_that_are_found_can_be_assigned(cast, dataset, pages, page):
    make.records(dataset, 2)
    html = pages.get(f"/acme/datasets/{dataset.pk}/?status=pending").content.decode()
    assert f'formaction="{page}/new"' in html
    assert "Assign all that match" in html


def test_the_note_and_the_due_date_can_be_changed(cast, dataset, pages, page):
    make.record(dataset)
    made = assign(dataset, cast.ben, by=cast.max, note="For Monday")
    form = f"{page}/{made.pk}/edit"
    assert 'value="For Monday"' in pages.get(form).content.decode()
    assert pages.post(form, {"note": "x" * 301}).status_code == 422
    pages.post(form, {"note": "By Tuesday", "due_at": "2030-06-01T09:30", "zone": "Europe/Berlin"})
    made.refresh_from_db()
    assert (made.note, made.due_at) == ("By Tuesday", datetime(2030, 6, 1, 7, 30, tzinfo=UTC))
    pages.post(form, {"note": "By Tuesday", "due_at": ""})
    made.refresh_from_db()
    assert made.due_at is None
