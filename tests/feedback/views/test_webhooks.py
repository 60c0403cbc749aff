"""The pages about webhooks and what was sent to them; and the same in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.access import Role
from feedback.actions.webhooks import add_webhook, deliver
from feedback.models import Delivery, Webhook
from feedback.models.webhooks import Event
from tests import make
from tests.feedback.webhooks.receiver import listening

HOOK = {"url": "https://Example.com/hook", "events": ["record.completed"], "description": "For the warehouse"}


def at(name, *args):
    return reverse(name, args=["acme", *args])


@pytest.fixture
def ana(cast):
    return cast.pages(cast.ana)


@pytest.fixture
def webhook(cast):
    return add_webhook(cast.acme, url="https://example.com/token-7/hook", events=Event.values)


@pytest.fixture
def delivery(cast, webhook):
    """About a record of Acme's workspace."""
    make.record(make.dataset(cast.workspace))
    return Delivery.objects.get(event="record.created")


def test_an_owner_adds_a_webhook_and_is_shown_its_secret(ana):
    assert "No webhooks yet" in ana.get(at("webhooks")).content.decode()
    page = ana.post(at("new_webhook"), HOOK, follow=True).content.decode()
    made = Webhook.objects.get()
    assert (made.url, made.description) == ("https://example.com/hook", "For the warehouse")
    assert made.secret in page
    listed = ana.get(at("webhooks")).content.decode()
    assert made.url in listed
    assert made.secret not in listed


def test_what_is_wrong_stands_beside_its_field(ana, settings):
    settings.OUTGOING_ALLOW = []
    answer = ana.post(at("new_webhook"), HOOK | {"url": "http://10.0.0.1/", "description": "Kept"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "10.0.0.1 is a private address" in page
    assert "Kept" in page
    answer = ana.post(at("new_webhook"), {"url": "example"})
    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()
    assert not Webhook.objects.exists()


def test_an_owner_changes_and_pauses_a_webhook(ana, webhook):
    ana.post(at("webhook", webhook.pk), HOOK)
    webhook.refresh_from_db()
    assert (webhook.url, webhook.events, webhook.enabled) == (
        "https://example.com/hook",
        HOOK["events"],
        False,
    )
    assert "It is switched off" in ana.get(at("webhook", webhook.pk)).content.decode()
    ana.post(at("webhook", webhook.pk), HOOK | {"enabled": "on"})
    webhook.refresh_from_db()
    assert webhook.enabled


def test_a_page_that_failed_does_not_show_what_was_not_saved(ana, webhook):
    answer = ana.post(at("webhook", webhook.pk), HOOK | {"url": "nonsense"})
    assert answer.status_code == 422
    assert "Webhook to <bdi>example.com</bdi>" in answer.content.decode()
    webhook.refresh_from_db()
    assert webhook.url == "https://example.com/token-7/hook"


def test_a_secret_is_renewed(ana, webhook):
    old = webhook.secret
    page = ana.post(at("renew_webhook_secret", webhook.pk), follow=True).content.decode()
    webhook.refresh_from_db()
    assert webhook.secret != old
    assert webhook.secret in page


def test_a_ping_says_what_was_answered(cast, ana):
    with listening() as receiver:
        webhook = add_webhook(cast.acme, url=receiver.url, events=["record.deleted"])
        page = ana.post(at("ping_webhook", webhook.pk), follow=True).content.decode()
        assert "The receiver answered 200 OK." in page
        receiver.answers = [404]
        page = ana.post(at("ping_webhook", webhook.pk), follow=True).content.decode()
        assert "The receiver answered 404 Not Found." in page
    page = ana.post(at("ping_webhook", webhook.pk), follow=True).content.decode()
    assert "could not be reached. The connection was refused" in page


def test_deleting_asks_first(ana, webhook):
    page = ana.get(at("delete_webhook", webhook.pk)).content.decode()
    assert "Delete the webhook to <bdi>example.com</bdi>?" in page
    assert Webhook.objects.exists()
    ana.post(at("delete_webhook", webhook.pk))
    assert not Webhook.objects.exists()


def test_the_log_says_what_came_of_each_delivery_and_can_send_it_again(cast, ana):
    with listening() as receiver:
        webhook = add_webhook(cast.acme, url=receiver.url, events=["record.created"])
        make.record(make.dataset(cast.workspace))
        receiver.answers, receiver.says = [500], b"<b>no room</b>"
        deliver(str(cast.acme.pk), str(webhook.pk))
        delivery = Delivery.objects.get()
        listed = ana.get(at("deliveries")).content.decode()
        assert "record.created" in listed
        assert "The receiver answered 500 Internal Server Error." in listed
        page = ana.get(at("delivery", delivery.pk)).content.decode()
        assert "&lt;b&gt;no room&lt;/b&gt;" in page
        assert "&quot;type&quot;: &quot;record.created&quot;" in page
        assert delivery.message_id in page
        ana.post(at("retry_delivery", delivery.pk))
        deliver(str(cast.acme.pk), str(webhook.pk))
        assert "delivered" in ana.get(at("delivery", delivery.pk)).content.decode()
        assert "Given up" in ana.get(at("deliveries"), {"state": "failed"}).content.decode()
        assert "Nothing was sent" in ana.get(at("deliveries"), {"state": "failed"}).content.decode()


def test_the_log_goes_on_from_page_to_page(cast, ana, webhook):
    make.records(make.dataset(cast.workspace), 60)
    seen, path = [], at("deliveries")
    for _ in range(3):
        answer = ana.get(path)
        seen += [one.pk for one in answer.context["deliveries"]]
        path = f"{at('deliveries')}?before={answer.context['older']}"
    assert len(seen) == len(set(seen)) == 62  # the records, and two of the dataset
    assert seen == sorted(seen, reverse=True)
    nonsense = {"before": "x", "webhook": "y", "state": "z"}
    assert len(ana.get(at("deliveries"), nonsense).context["deliveries"]) == 25


def test_a_manager_sees_what_is_about_their_workspaces_and_no_address(cast, delivery):
    foreign = make.workspace(cast.acme)
    make.dataset(foreign)
    max_ = cast.pages(cast.max)
    answer = max_.get(at("deliveries"))
    assert {one.workspace_id for one in answer.context["deliveries"]} == {cast.workspace.pk}
    assert "token-7" not in answer.content.decode()
    other = Delivery.objects.filter(workspace=foreign).first()
    assert max_.get(at("delivery", other.pk)).status_code == 404
    page = max_.get(at("delivery", delivery.pk)).content.decode()
    assert "token-7" not in page
    assert "Prompt 1" in page


def test_a_manager_without_a_workspace_sees_nothing(cast, delivery):
    manager = make.member(cast.acme, "mia", role=Role.ADMIN)
    page = cast.pages(manager).get(at("deliveries")).content.decode()
    assert "You are in no workspace yet" in page
    assert delivery.webhook.url not in page


# The admin


def test_owners_manage_webhooks_in_the_admin(cast, ana):
    page = ana.get(reverse("admin:feedback_webhook_add"))
    assert page.status_code == 200
    made = ana.post(reverse("admin:feedback_webhook_add"), HOOK)
    assert made.status_code == 302
    webhook = Webhook.objects.get()
    path = reverse("admin:feedback_webhook_change", args=[webhook.pk])
    assert webhook.secret in ana.get(path).content.decode()
    ana.post(path, HOOK | {"events": ["dataset.deleted"]})
    webhook.refresh_from_db()
    assert (webhook.events, webhook.enabled) == (["dataset.deleted"], False)
    refused = ana.post(path, HOOK | {"url": "nonsense"})
    assert refused.status_code == 422
    assert "This is no address" in refused.content.decode()
    action = {"action": "ping", "_selected_action": [webhook.pk]}
    with listening() as receiver:
        ana.post(path, HOOK | {"url": receiver.url})
        page = ana.post(reverse("admin:feedback_webhook_changelist"), action, follow=True).content.decode()
        assert "answered 200 OK" in page
    ana.post(reverse("admin:feedback_webhook_delete", args=[webhook.pk]), {"post": "yes"})
    assert not Webhook.objects.exists()


def test_managers_read_deliveries_in_the_admin_and_no_webhooks(cast, delivery, webhook):
    max_ = cast.pages(cast.max)
    assert max_.get(reverse("admin:feedback_webhook_changelist")).status_code == 403
    assert max_.get(reverse("admin:feedback_webhook_change", args=[webhook.pk])).status_code in (
        302,
        403,
        404,
    )
    page = max_.get(reverse("admin:feedback_delivery_change", args=[delivery.pk])).content.decode()
    assert "Prompt 1" in page
    assert "token-7" not in page
    Delivery.objects.update(state="failed")
    action = {"action": "send_again", "_selected_action": [delivery.pk]}
    max_.post(reverse("admin:feedback_delivery_changelist"), action)
    assert Delivery.objects.get(pk=delivery.pk).state == "waiting"


def test_another_organizations_webhooks_are_not_in_the_admin(cast, webhook, delivery):
    cleo = cast.pages(cast.cleo)
    assert "example.com" not in cleo.get(reverse("admin:feedback_webhook_changelist")).content.decode()
    page = cleo.get(reverse("admin:feedback_delivery_changelist")).content.decode()
    assert str(delivery.pk) not in page
    for name, one in (("webhook", webhook), ("delivery", delivery)):
        path = reverse(f"admin:feedback_{name}_change", args=[one.pk])
        assert cleo.get(path).status_code in (302, 403, 404)
