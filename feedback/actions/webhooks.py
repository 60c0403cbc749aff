"""Webhooks: added, changed, removed, tried; and their deliveries sent, one after another."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from standardwebhooks import Webhook as Signer

from accounts.audit import note
from accounts.models import Organization
from core import addresses, outgoing
from core.errors import Conflict, Invalid
from core.later import later
from core.models import new_id
from core.tenancy import acting_for
from core.text import check_text
from feedback.events.payloads import ABOUT_US, body
from feedback.models import Delivery, Webhook
from feedback.models.webhooks import UNDER_WAY, DeliveryState, Event, make_secret

MOST = 10  # in an organization
PATIENCE = 20.0  # seconds for an attempt, altogether
PING_PATIENCE = 5.0  # seconds: somebody waits for it
TURN = 30.0  # seconds; who has sent for so long lets others, and goes on after them
TOO_LATE = timedelta(days=1)  # what nobody could send for so long is given up
KEPT = timedelta(days=7)  # what was delivered or given up is forgotten after that
BATCH = 5000
PING = "ping"
SWITCHED_OFF = "The webhook is switched off: switch it on first."


@transaction.atomic
def add_webhook(
    organization: Organization, *, url: str, events: Sequence[str], description: str | None = None
) -> Webhook:
    """One more address to tell. `Invalid` if there are ten, or it cannot be called, or no event is chosen."""
    given = _checked({"url": url, "events": events, "description": description})
    Organization.objects.select_for_update(no_key=True).get(
        pk=organization.pk
    )  # so that nobody counts beside us
    if Webhook.objects.filter(organization=organization).count() >= MOST:
        raise Invalid(f"An organization has at most {MOST} webhooks. Delete one that you no longer need.")
    made = Webhook.objects.create(organization=organization, **given)
    note("webhook.added", made, called=called(made), host=made.host, events=made.events)
    return made


@transaction.atomic
def change_webhook(webhook: Webhook, **given: Any) -> Webhook:
    """Change what is given: url, events, enabled, description. The secret stays."""
    changed = {name: value for name, value in _checked(given).items() if getattr(webhook, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(webhook, name, value)
        webhook.updated_at = now()
        webhook.save(update_fields=[*changed, "updated_at"])
        note("webhook.changed", webhook, called=called(webhook), host=webhook.host, changed=sorted(changed))
    if changed.get("enabled"):
        _ask(webhook)
    return webhook


@transaction.atomic
def renew_secret(webhook: Webhook) -> Webhook:
    """Another secret, from the next attempt on; the old one is worth nothing then."""
    webhook.secret, webhook.updated_at = make_secret(), now()
    webhook.save(update_fields=["secret", "updated_at"])
    note("webhook.secret_renewed", webhook, called=called(webhook))
    return webhook


@transaction.atomic
def remove_webhook(webhook: Webhook) -> None:
    """Delete it with its deliveries. PostgreSQL does that without our reading any."""
    note("webhook.removed", webhook, called=called(webhook), host=webhook.host)
    Webhook.objects.filter(pk=webhook.pk)._raw_delete(using="default")


def called(webhook: Webhook) -> str:
    """In the audit log: addresses may have a secret in them."""
    return webhook.description or webhook.host


def ping_webhook(webhook: Webhook) -> outgoing.Answer:
    """Send a ping at once, whether it is enabled or not; what was answered. `Invalid` if nobody answered."""
    sent = body(PING, now(), ABOUT_US)
    try:
        with outgoing.Line() as line:
            return _post(line, webhook, f"msg_{new_id().hex}", sent, PING_PATIENCE)
    except addresses.UnreachableError as error:
        raise Invalid(f"The receiver at {webhook.host} could not be reached. {error}") from None


@transaction.atomic
def retry_delivery(delivery: Delivery) -> Delivery:
    """Send it again, with as many attempts as a new one. `Conflict` if it is under way."""
    delivery = Delivery.objects.select_for_update(no_key=True, of=("self",)).get(pk=delivery.pk)
    if delivery.state == DeliveryState.SENDING:
        raise Conflict("It is being sent just now. Look again in a moment.")
    if not delivery.webhook.enabled:
        raise Conflict(SWITCHED_OFF)
    delivery.state, delivery.attempts, delivery.detail = DeliveryState.WAITING, 0, ""
    delivery.next_attempt_at = delivery.updated_at = now()
    delivery.ended_at = None
    delivery.save(update_fields=["state", "attempts", "detail", "next_attempt_at", "updated_at", "ended_at"])
    _ask(delivery.webhook)
    return delivery


def deliver(organization_id: str, webhook_id: str) -> None:
    """Send what is due to one webhook, until nothing is, or an attempt fails, or the turn is over.

    A receiver that fails may be slow as well: others come first, then the rest of its deliveries. Attempts are
    made outside of transactions; each is claimed before and written down after, so that it is made once at a time.
    """
    end = time.monotonic() + TURN
    with acting_for(organization_id), outgoing.Line() as line:
        while delivery := Delivery.objects.all().claim_for(UUID(webhook_id)):
            if not _attempt(line, delivery) or time.monotonic() > end:
                break
        else:
            return
        with transaction.atomic():
            webhook = Webhook.objects.with_something_due().filter(pk=webhook_id).first()
            if webhook:
                _ask(webhook)


def sweep_deliveries() -> int:
    """Ask for webhooks to which something is due: a retry, or what the broker or a worker lost. How many."""
    webhooks = list(Webhook.objects.with_something_due())
    for webhook in webhooks:
        _ask(webhook)
    return len(webhooks)


@transaction.atomic
def forget_deliveries() -> None:
    """Give up what nobody could send for a day, and delete what ended a week ago, some at a time."""
    late = Delivery.objects.filter(state__in=UNDER_WAY, next_attempt_at__lt=now() - TOO_LATE)
    Delivery.objects.filter(pk__in=list(late.values_list("pk", flat=True)[:BATCH])).update(
        state=DeliveryState.FAILED,
        detail="It could not be sent for a day.",
        ended_at=now(),
        updated_at=now(),
    )
    old = Delivery.objects.filter(ended_at__lt=now() - KEPT).order_by("ended_at")
    Delivery.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH]))._raw_delete(
        using="default"
    )


def _ask(webhook: Webhook) -> None:
    later("feedback.deliver", str(webhook.organization_id), str(webhook.pk))


def _attempt(line: outgoing.Line, delivery: Delivery) -> bool:
    """Make one attempt and write down what came of it; whether it succeeded."""
    try:
        answer = _post(line, delivery.webhook, delivery.message_id, delivery.body, PATIENCE)
    except addresses.UnreachableError as error:
        outcome: dict[str, Any] = {"succeeded": False, "status": None, "answer": "", "detail": str(error)}
    else:
        outcome = {
            "succeeded": answer.is_success,
            "status": answer.status,
            "answer": answer.text,
            "detail": f"The receiver answered {in_words(answer.status)}.",
        }
    with transaction.atomic():
        delivery.conclude(**outcome)
    return bool(outcome["succeeded"])


def _post(line: outgoing.Line, webhook: Webhook, message: str, sent: str, seconds: float) -> outgoing.Answer:
    """Signed as Standard Webhooks has it; the time is that of the attempt (contract section 9.3)."""
    at = now()
    headers = {
        "content-type": "application/json",
        "user-agent": "Assay",
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(webhook.secret).sign(message, at, sent),
    }
    return line.post(webhook.url, sent.encode(), headers, seconds=seconds)


def in_words(status: int) -> str:
    """404 -> "404 Not Found"; a number that nobody has named stays alone."""
    named = {one.value: one.phrase for one in HTTPStatus}
    return f"{status} {named[status]}" if status in named else str(status)


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """What was given as it is kept. `Invalid.errors` names what is wrong."""
    errors: dict[str, str] = {}
    kept = dict(given)
    if "url" in given:
        try:
            kept["url"] = addresses.normal(given["url"])
            addresses.refuse_private(kept["url"])
        except Invalid as error:
            errors["url"] = str(error)
    if "events" in given:
        kept["events"] = list(given["events"])
        errors |= _wrong_events(kept["events"])
    if given.get("description") is not None:
        check_text(given["description"])
        if len(given["description"]) > 1000:
            errors["description"] = "A description may have 1,000 characters."
    if errors:
        raise Invalid(next(iter(errors.values())), errors)
    return kept


def _wrong_events(events: Sequence[str]) -> dict[str, str]:
    if not events:
        return {"events": "Choose at least one event."}
    if unknown := [name for name in events if name not in Event.values]:
        return {"events": f"There is no event {unknown[0]!r}. Choose from: {', '.join(Event.values)}."}
    if len(set(events)) < len(events):
        return {"events": "An event is chosen twice."}
    return {}
