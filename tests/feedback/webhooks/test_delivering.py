"""Deliveries: signed, tried again, given up, each made once at a time; none is lost and none blocks the others."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils.timezone import now

from core.errors import Conflict
from core.tenancy import across
from feedback.actions.webhooks import (
    add_webhook,
    change_webhook,
    deliver,
    forget_deliveries,
    remove_webhook,
    renew_secret,
    retry_delivery,
    sweep_deliveries,
)
from feedback.models import Delivery, Webhook
from feedback.models.webhooks import LANES, DeliveryState
from tests import make
from tests.cast import assemble
from tests.feedback.webhooks.receiver import listening


@pytest.fixture
def only(cast, receiver):
    """A webhook that is told of completed records alone."""
    return add_webhook(cast.acme, url=receiver.url, events=["record.completed"])


@pytest.fixture
def delivery(cast, only):
    """One that waits."""
    make.response(make.record(make.dataset(cast.workspace)), cast.ben)
    return Delivery.objects.get()


def later(**by):
    """As if so much time had passed: every date of a delivery is as much earlier."""
    passed = timedelta(**by)
    for one in Delivery.objects.all():
        ended = one.ended_at and one.ended_at - passed
        Delivery.objects.filter(pk=one.pk).update(
            next_attempt_at=one.next_attempt_at - passed, ended_at=ended
        )


def test_what_is_sent_is_signed_and_says_what_happened(cast, delivery, only, receiver, send):
    send(only)
    [got] = receiver.received
    payload = got.verified(only.secret)
    assert (payload["type"], payload["version"]) == ("record.completed", 1)
    assert payload["timestamp"].endswith("Z")
    assert got.headers["content-type"] == "application/json"
    assert got.id == delivery.message_id
    assert abs(int(got.headers["webhook-timestamp"]) - now().timestamp()) < 5
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.answer) == ("delivered", 200, "thanks")
    assert delivery.detail == "The receiver answered 200 OK."


def test_a_payload_has_the_contracts_keys(delivery, only, receiver, send):
    send(only)
    data = receiver.received[0].json["data"]
    record = {"id", "status", "fields", "metadata", "external_id", "dataset", "inserted_at", "updated_at"}
    assert data.keys() == record
    assert data["dataset"].keys() == {
        "id", "name", "guidelines", "allow_extra_metadata", "status", "distribution", "workspace", "questions",
        "fields", "metadata_properties", "vectors_settings", "last_activity_at", "inserted_at", "updated_at",
    }  # fmt: skip
    dates = {"inserted_at", "updated_at"}
    assert data["dataset"]["workspace"].keys() == {"id", "name"} | dates
    assert data["dataset"]["fields"][0].keys() == {"id", "name", "title", "required", "settings"} | dates
    question = data["dataset"]["questions"][0]
    assert question.keys() == {"id", "name", "title", "description", "required", "settings"} | dates
    assert not data["inserted_at"].endswith("Z")


def test_numbers_that_few_can_read_are_sent_as_they_are(cast, webhook, receiver, send):
    make.record(make.dataset(cast.workspace), metadata={"n": 2**70})
    send(webhook)
    assert receiver.of("record.created")[0]["metadata"] == {"n": 2**70}


def test_the_data_are_those_of_the_moment(cast, delivery, only, receiver, send):
    from feedback.actions.datasets import delete_dataset
    from feedback.models import Dataset

    delete_dataset(Dataset.objects.get())
    send(only)
    assert receiver.of("record.completed")[0]["fields"]["prompt"] == "Prompt 1"


def test_a_failure_is_tried_again_after_ten_sixty_and_hundred_and_eighty_seconds(
    delivery, only, receiver, send
):
    receiver.answers = [500, 302, 404, 503, 200]
    for attempt, (wait, answer) in enumerate(((10, 500), (60, 302), (180, 404)), start=1):
        send(only)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts, delivery.status) == ("waiting", attempt, answer)
        assert timedelta(seconds=wait - 5) < delivery.next_attempt_at - now() <= timedelta(seconds=wait)
        send(only)
        assert len(receiver.received) == attempt  # too early
        later(seconds=wait - 5)
        send(only)
        assert len(receiver.received) == attempt  # still
        later(seconds=5)
    send(only)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.detail) == (
        "failed",
        4,
        "The receiver answered 503 Service Unavailable.",
    )
    later(days=1)
    send(only)
    assert len(receiver.received) == 4
    assert {one.id for one in receiver.received} == {delivery.message_id}
    assert len({one.body for one in receiver.received}) == 1
    for one in receiver.received:
        one.verified(only.secret)


def test_a_receiver_that_is_gone_is_said_in_words(delivery, only, send):
    with listening() as gone:
        url = gone.url
    change_webhook(only, url=url)
    send(only)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status) == ("waiting", None)
    assert delivery.detail == "The connection was refused: nothing listens there."


def test_a_private_address_is_not_called_and_the_log_says_why(delivery, only, receiver, send, settings):
    settings.OUTGOING_ALLOW = []
    send(only)
    delivery.refresh_from_db()
    assert "127.0.0.1 is a private address and not called from here." in delivery.detail
    assert receiver.received == []


def test_a_webhook_that_is_off_is_told_nothing_of_what_happens_meanwhile(
    cast, delivery, only, receiver, send
):
    change_webhook(only, enabled=False)
    make.response(make.record(make.dataset(cast.workspace)), cast.ben)
    assert Delivery.objects.count() == 1
    send(only)
    assert receiver.received == []
    change_webhook(only, enabled=True)
    send(only)
    assert [one.id for one in receiver.received] == [delivery.message_id]


def test_a_new_secret_signs_the_next_attempt(delivery, only, receiver, send):
    old = only.secret
    renew_secret(only)
    send(only)
    assert receiver.received[0].verified(only.secret)
    with pytest.raises(Exception, match="No matching signature"):
        receiver.received[0].verified(old)


def test_one_that_was_given_up_is_sent_again_by_hand_under_the_same_id(delivery, only, receiver, send):
    Delivery.objects.update(state="failed", attempts=4, ended_at=now())
    send(only)
    assert receiver.received == []
    retry_delivery(delivery)
    send(only)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("delivered", 1)
    assert receiver.received[0].id == delivery.message_id


def test_one_that_is_under_way_or_switched_off_is_not_sent_again_by_hand(delivery, only):
    Delivery.objects.update(state="sending")
    with pytest.raises(Conflict, match="being sent"):
        retry_delivery(delivery)
    Delivery.objects.update(state="failed")
    change_webhook(only, enabled=False)
    with pytest.raises(Conflict, match="switched off"):
        retry_delivery(delivery)


def test_a_dead_sender_is_followed_by_another_and_has_no_say_any_more(delivery, only, receiver, send):
    dead = Delivery.objects.all().claim_for(only.pk)
    send(only)
    assert receiver.received == []
    later(seconds=61)
    send(only)
    assert len(receiver.received) == 1
    dead.conclude(succeeded=False, status=500, answer="", detail="Late.")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("delivered", 2)


def test_after_a_failure_others_come_first(cast, only, receiver, send, django_capture_on_commit_callbacks):
    for record in make.records(make.dataset(cast.workspace), 3):
        make.response(record, cast.ben)
    receiver.answers = [500]
    with django_capture_on_commit_callbacks() as asked:
        send(only)
    assert len(receiver.received) == 1
    assert len(asked) == 1  # for the rest, behind whoever waits
    send(only)
    assert len(receiver.received) == 3


def test_the_sweep_finds_what_is_due_and_no_more(cast, delivery, only, django_capture_on_commit_callbacks):
    add_webhook(cast.acme, url="https://example.com/", events=["record.completed"])
    assert sweep_deliveries() == 1
    Delivery.objects.update(next_attempt_at=now() + timedelta(seconds=9))
    assert sweep_deliveries() == 0
    later(seconds=10)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_deliveries() == 1
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


def test_what_waits_for_a_day_is_given_up_and_what_ended_a_week_ago_forgotten(delivery, only):
    change_webhook(only, enabled=False)
    later(hours=23)
    forget_deliveries()
    assert Delivery.objects.get().state == "waiting"
    later(hours=2)
    forget_deliveries()
    assert (Delivery.objects.get().state, Delivery.objects.get().detail) == (
        "failed",
        "It could not be sent for a day.",
    )
    later(days=6)
    forget_deliveries()
    assert Delivery.objects.exists()
    later(days=2)
    forget_deliveries()
    assert not Delivery.objects.exists()


def test_deleting_a_webhook_takes_its_deliveries_along(delivery, only):
    remove_webhook(only)
    assert not Webhook.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_submit_is_told_as_soon_as_it_is_real(receiver):
    """With everything between: the commit, the task, the receiver."""
    with transaction.atomic():
        cast = assemble()
        only = add_webhook(cast.acme, url=receiver.url, events=["response.created"])
        record = make.record(make.dataset(cast.workspace))
        make.response(record, cast.ben)
        assert receiver.received == []
    [got] = receiver.received
    assert got.verified(only.secret)["data"]["user"]["username"] == "ben"


@pytest.mark.django_db(transaction=True)
def test_many_senders_send_each_delivery_once_and_few_at_a_time(receiver):
    from celery import current_app

    current_app.conf.task_always_eager = False
    try:
        with transaction.atomic():
            cast = assemble()
            only = add_webhook(cast.acme, url=receiver.url, events=["record.created"])
            make.records(make.dataset(cast.workspace), 40)
    finally:
        current_app.conf.task_always_eager = True
    receiver.slow = 0.02

    def work():
        with across():
            deliver(str(only.organization_id), str(only.pk))
        connections.close_all()

    senders = [threading.Thread(target=work) for _ in range(6)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert len({one.id for one in receiver.received}) == len(receiver.received) == 40
    assert receiver.most_at_once <= LANES
    with transaction.atomic():
        assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    assert json.loads(receiver.received[0].body)["data"]["fields"]["prompt"] == "Prompt 1"
