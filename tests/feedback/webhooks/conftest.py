"""A receiver, and a webhook that leads there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from feedback.actions.webhooks import add_webhook, deliver
from feedback.models import Webhook
from feedback.models.webhooks import Event
from tests.cast import Cast
from tests.feedback.webhooks.receiver import Receiver, listening


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Listens as long as the test takes."""
    with listening() as found:
        yield found


@pytest.fixture
def webhook(cast: Cast, receiver: Receiver) -> Webhook:
    """Acme's, for everything."""
    return add_webhook(cast.acme, url=receiver.url, events=Event.values)


@pytest.fixture
def send() -> Callable[[Webhook], None]:
    """Sends what is due to a webhook, as the worker does."""

    def sending(webhook: Webhook) -> None:
        deliver(str(webhook.organization_id), str(webhook.pk))

    return sending


@pytest.fixture
def told(webhook: Webhook, receiver: Receiver, send: Callable[[Webhook], None]) -> Callable[[], Any]:
    """What the receiver has been told since it was last asked: a list of (event, data)."""

    def asked() -> list[tuple[str, Any]]:
        seen = len(receiver.received)
        send(webhook)
        return [(one.event, one.verified(webhook.secret)["data"]) for one in receiver.received[seen:]]

    return asked
