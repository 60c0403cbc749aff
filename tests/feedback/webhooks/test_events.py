"""Each event, by whichever door, once and only when something really happened."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.later import later  # noqa: F401  tasks are known by name
from feedback.actions.datasets import delete_dataset, update_dataset
from feedback.actions.entries import Entry
from feedback.actions.records import delete_records, import_records, upsert_records
from feedback.actions.responses import delete_response, discard_response, save_draft, submit_response
from feedback.models import Delivery, Record
from tests import make


def names(events):
    return [event for event, _ in events]


@pytest.fixture
def dataset(cast, told):
    """Published, one answer wanted; what its making told is heard already."""
    made = make.dataset(cast.workspace)
    told()
    return made


@pytest.fixture
def record(dataset, told):
    made = make.record(dataset)
    told()
    return made


# Datasets


def test_a_dataset_is_made_published_changed_and_deleted_by_a_program(cast, told):
    ana = cast.api(cast.ana)
    body = {"name": "Wells", "workspace_id": str(cast.workspace.pk)}
    made = ana.post("/datasets", body).json()
    [(event, data)] = told()
    assert (event, data["id"], data["status"]) == ("dataset.created", made["id"], "draft")

    path = f"/datasets/{made['id']}"
    ana.post(f"{path}/fields", {"name": "prompt", "title": "Prompt", "settings": {"type": "text"}})
    question = {"name": "why", "title": "Why?", "required": True, "settings": {"type": "text"}}
    ana.post(f"{path}/questions", question)
    assert told() == []
    assert ana.put(f"{path}/publish").status_code == 200
    [(event, data)] = told()
    assert (event, data["status"]) == ("dataset.published", "ready")
    assert [one["name"] for one in data["questions"]] == ["why"]

    for nothing in ({}, {"name": "Wells"}, {"distribution": {"strategy": "overlap", "min_submitted": 1}}):
        assert ana.patch(path, nothing).status_code == 200
    assert told() == []
    ana.patch(path, {"guidelines": "Be fair."})
    [(event, data)] = told()
    assert (event, data["guidelines"]) == ("dataset.updated", "Be fair.")

    ana.delete(path)
    [(event, data)] = told()
    assert (event, data["name"]) == ("dataset.deleted", "Wells")


def test_a_dataset_is_made_and_changed_on_pages(cast, told):
    ana, slug = cast.pages(cast.ana), cast.acme.slug
    given = {"name": "Wells", "workspace": str(cast.workspace.pk), "min_submitted": "2", "preset": "rank"}
    assert ana.post(reverse("new_dataset", args=[slug]), given).status_code == 302
    [(event, data)] = told()
    assert (event, data["distribution"]) == ("dataset.created", {"strategy": "overlap", "min_submitted": 2})
    ana.post(reverse("guidelines", args=[slug, data["id"]]), {"guidelines": "Be fair."})
    assert names(told()) == ["dataset.updated"]
    ana.post(reverse("publish_dataset", args=[slug, data["id"]]))
    assert names(told()) == ["dataset.published"]
    ana.post(reverse("delete_dataset", args=[slug, data["id"]]), {"typed": "Wells"})
    assert names(told()) == ["dataset.deleted"]


# Records


def test_records_that_are_added_are_told_once_each_in_their_order(cast, dataset, told):
    items = [{"external_id": f"r{n}", "fields": make.fields(n)} for n in range(3)]
    assert (
        cast.api(cast.ana).post(f"/datasets/{dataset.pk}/records/bulk", {"items": items}).status_code == 201
    )
    events = told()
    assert names(events) == ["record.created"] * 3
    assert [data["external_id"] for _, data in events] == ["r0", "r1", "r2"]
    assert {data["status"] for _, data in events} == {"pending"}


def test_an_upsert_tells_what_is_new_and_what_really_changed(cast, dataset, told):
    ana, path = cast.api(cast.ana), f"/datasets/{dataset.pk}/records/bulk"
    items = [{"external_id": f"r{n}", "fields": make.fields(n)} for n in range(3)]
    ana.put(path, {"items": items[:2]})
    assert names(told()) == ["record.created"] * 2
    ana.put(path, {"items": items[:2]})
    assert told() == []
    items[1]["metadata"] = {"source": "web"}
    ana.put(path, {"items": items})
    events = told()
    assert names(events) == ["record.created", "record.updated"]
    assert [data["external_id"] for _, data in events] == ["r2", "r1"]
    assert events[1][1]["metadata"] == {"source": "web"}


def test_a_record_that_is_named_twice_is_told_once(dataset, told):
    upsert_records(dataset, [Entry(external_id="a", fields=make.fields(n)) for n in (1, 2)])
    assert names(told()) == ["record.created"]


def test_an_import_tells_of_each_record(dataset, told):
    written = import_records(
        dataset, [Entry(external_id=f"r{n}", fields=make.fields(n)) for n in range(1200)]
    )
    deliveries = Delivery.objects.filter(event="record.created").order_by("id")
    assert deliveries.count() == 1200
    assert f'"{written.ids[1199]}"' in deliveries.last().body


def test_a_patch_that_changes_nothing_is_not_told(cast, record, told):
    ana, path = cast.api(cast.ana), f"/records/{record.pk}"
    for nothing in ({}, {"fields": record.fields}, {"suggestions": []}):
        assert ana.patch(path, nothing).status_code == 200
    assert told() == []
    shown = ana.patch(path, {"metadata": {"source": "web"}}).json()
    [(event, data)] = told()
    assert (event, data["metadata"], data["updated_at"]) == (
        "record.updated",
        {"source": "web"},
        shown["updated_at"],
    )


def test_records_that_are_deleted_are_told_as_they_were(cast, dataset, record, told):
    cast.api(cast.ana).delete(f"/records/{record.pk}")
    [(event, data)] = told()
    assert (event, data["fields"]["prompt"]) == ("record.deleted", "Prompt 1")
    delete_records(dataset, [record.pk])
    assert told() == []


def test_responses_that_come_with_records_complete_them(cast, dataset, told):
    ranked = {
        "ranking": {
            "value": [{"value": "m1", "rank": 1}, {"value": "m2", "rank": 2}, {"value": "m3", "rank": 2}]
        }
    }
    response = {"user_id": str(cast.ben.pk), "status": "submitted", "values": ranked}
    ana, path = cast.api(cast.ana), f"/datasets/{dataset.pk}/records/bulk"
    item = {"external_id": "a", "fields": make.fields(1)}
    ana.put(path, {"items": [{**item, "responses": [response]}]})
    assert names(told()) == ["record.created", "record.completed"]
    ana.put(path, {"items": [{**item, "responses": [response]}]})
    assert told() == []
    ana.put(path, {"items": [{**item, "responses": [{**response, "status": "draft"}]}]})
    [(event, data)] = told()
    assert (event, data["status"]) == ("record.updated", "pending")


# Responses


def test_a_submit_through_the_page_answers_and_completes(cast, record, told):
    path = reverse("submit_response", args=[cast.acme.slug, record.pk])
    cast.pages(cast.ben).post(path, {"ranking.A": "1", "ranking.B": "2", "ranking.C": "2"})
    events = told()
    assert names(events) == ["response.created", "record.updated", "record.completed"]
    response, completed = events[0][1], events[2][1]
    assert (response["status"], response["user"]["username"]) == ("submitted", "ben")
    assert {one["value"] for one in response["values"]["ranking"]["value"]} == {"m1", "m2", "m3"}
    assert response["record"]["status"] == completed["status"] == "completed"


def test_a_completed_record_is_told_with_the_date_that_the_api_shows(cast, record, told):
    Record.objects.update(updated_at="2020-01-01T00:00Z")
    cast.pages(cast.ben).post(
        reverse("submit_response", args=[cast.acme.slug, record.pk]),
        {"ranking.A": "1", "ranking.B": "2", "ranking.C": "2"},
    )
    [(_, response), *turns] = told()
    shown = cast.api(cast.ana).get(f"/records/{record.pk}").json()["updated_at"]
    assert shown > "2021"
    assert {data["updated_at"] for data in (response["record"], *(data for _, data in turns))} == {shown}


def test_a_submit_through_the_api_answers_and_completes(cast, record, told):
    ranking = [{"value": "m1", "rank": 1}, {"value": "m2", "rank": 2}, {"value": "m3", "rank": 3}]
    body = {"status": "submitted", "values": {"ranking": {"value": ranking}}}
    max_ = cast.api(cast.max)
    made = max_.post(f"/records/{record.pk}/responses", body).json()
    assert names(told()) == ["response.created", "record.updated", "record.completed"]
    max_.put(f"/responses/{made['id']}", body)
    max_.post("/me/responses/bulk", {"items": [{**body, "record_id": str(record.pk)}]})
    assert told() == []
    max_.put(f"/responses/{made['id']}", {**body, "status": "discarded"})
    events = told()
    assert names(events) == ["response.updated", "record.updated"]
    assert events[1][1]["status"] == "pending"
    max_.delete(f"/responses/{made['id']}")
    [(event, data)] = told()
    assert (event, data["id"]) == ("response.deleted", made["id"])


def test_drafts_are_told_when_they_say_something_else(cast, record, told):
    save_draft(record, {"comment": "Hm"}, by=cast.ben)
    assert names(told()) == ["response.created"]
    save_draft(record, {"comment": "Hm"}, by=cast.ben)
    assert told() == []
    save_draft(record, {"comment": "Hm, well"}, by=cast.ben)
    [(event, data)] = told()
    assert (event, data["values"], data["status"]) == (
        "response.updated",
        {"comment": {"value": "Hm, well"}},
        "draft",
    )
    discard_response(record, {}, by=cast.ben, reason="other")
    [(event, data)] = told()
    assert (event, data["status"]) == ("response.updated", "discarded")


def test_only_the_answer_that_completes_a_record_is_told_to(cast, told):
    dataset = make.dataset(cast.workspace, min_submitted=2)
    record = make.record(dataset)
    told()
    make.response(record, cast.ben)
    assert names(told()) == ["response.created"]
    make.response(record, cast.max)
    assert names(told()) == ["response.created", "record.updated", "record.completed"]
    make.response(record, cast.ana)  # an extra one
    assert names(told()) == ["response.created"]


def test_an_answer_that_is_taken_back_and_replaced_by_an_extra_one_changes_no_status(cast, record, told):
    first = submit_response(record, make.RANKED, by=cast.ben)
    submit_response(record, make.RANKED, by=cast.max)
    told()
    delete_response(first)
    assert names(told()) == ["response.deleted"]


def test_fewer_answers_wanted_complete_records_and_more_reopen_them(cast, told):
    dataset = make.dataset(cast.workspace, min_submitted=2)
    record, _ = make.records(dataset, 2)
    make.response(record, cast.ben)
    told()
    update_dataset(dataset, min_submitted=1)
    events = told()
    assert names(events) == ["dataset.updated", "record.updated", "record.completed"]
    assert events[2][1]["id"] == str(record.pk)
    update_dataset(dataset, min_submitted=3)
    events = told()
    assert names(events) == ["dataset.updated", "record.updated"]
    assert events[1][1]["status"] == "pending"


# Who is told


def test_another_organization_is_told_nothing(cast, record, told):
    rival = make.dataset(cast.rival_workspace)
    make.response(make.record(rival), cast.cleo)
    delete_dataset(rival)
    assert told() == []


def test_nobody_is_told_what_they_did_not_ask_for(cast, receiver, send):
    from feedback.actions.webhooks import add_webhook

    webhook = add_webhook(cast.acme, url=receiver.url, events=["record.completed"])
    make.response(make.record(make.dataset(cast.workspace)), cast.ben)
    send(webhook)
    assert receiver.events == ["record.completed"]


def test_what_is_rolled_back_was_never_told(cast, dataset, told):
    from django.db import transaction

    with transaction.atomic():
        make.record(dataset)
        transaction.set_rollback(True)
    assert told() == []
    assert not Record.objects.filter(dataset=dataset).exists()


def test_where_nobody_listens_a_bulk_costs_a_query_or_two_more(cast, django_assert_max_num_queries):
    dataset = make.dataset(cast.workspace)
    entries = [Entry(external_id=f"r{n}", fields=make.fields(n)) for n in range(1000)]
    with django_assert_max_num_queries(20) as queries:
        import_records(dataset, entries)
    assert sum("feedback_webhook" in one["sql"] for one in queries) == 1
