"""Logs tell what happened and no secrets, whoever writes them."""

import logging
from io import StringIO
from typing import Any

import pytest
import structlog
from django.test import Client

from accounts.actions import issue_api_key
from core.logs import HIDDEN, LineFormatter, hide
from feedback.actions.webhooks import add_webhook
from tests import make
from tests.cast import Cast
from workspaces.actions import invite


@pytest.fixture
def written() -> Any:
    """All that is logged from now on, at every level, as it leaves the process."""
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(LineFormatter("%(name)s %(message)s"))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("the key assay_" + "a1B2" * 13 + "xy was used", "a1B2a1B2"),
        ("Authorization: Bearer abcdef0123456789", "abcdef0123456789"),
        ("{'X-Argilla-Api-Key': 'short-key'}", "short-key"),
        ("password=hunter22&next=/", "hunter22"),
        ('{"client_secret": "s3cr3t-value"}', "s3cr3t-value"),
        ("GET /acme/invitations/Zk3jJ2-token 404", "Zk3jJ2-token"),
        ("GET /callback?code=authcode99&x=1", "authcode99"),
        ("postgresql://assay:pgpass@db/assay", "pgpass"),
        ("token eyJhbGciOi.eyJpZGVudGl0eSI6.c2lnbmF0dXJl", "eyJpZGVudGl0eSI6"),
        ("hash argon2$argon2id$v=19$m=1,t=2$abc$def", "$abc$def"),
        ("sealed gAAAAABlongsealedvalue0123456789==", "longsealedvalue"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(line: str, secret: str) -> None:
    hidden = hide(line)
    assert secret not in hidden
    assert HIDDEN in hidden


@pytest.mark.parametrize(
    "line", ["Job 0193 failed at row 12.", "GET /acme/datasets/0193/ 200", "Waiting for lock.", "at 10:30:12"]
)
def test_the_rest_stays_as_it_is(line: str) -> None:
    assert hide(line) == line


def test_what_is_called_like_a_secret_is_hidden_wherever_it_lies(written: StringIO) -> None:
    structlog.get_logger("here").warning(
        "sent",
        api_key="plain-1",
        headers={"Authorization": "plain-2"},
        options=[{"push_token": "plain-3"}],
        job="j1",
    )
    told = written.getvalue()
    assert "j1" in told
    assert "plain" not in told


def test_a_traceback_tells_no_secret(written: StringIO) -> None:
    def fail() -> None:
        raise ValueError("password=hunter22")

    try:
        fail()
    except ValueError:
        logging.getLogger("here").exception("failed")
        structlog.get_logger("there").exception("failed")
    told = written.getvalue()
    assert told.count("ValueError") >= 2
    assert "hunter22" not in told


def test_the_log_of_a_whole_session_tells_no_secret(cast: Cast, written: StringIO, settings: Any) -> None:
    """Signing in rightly and wrongly, a token, keys, an invitation, a webhook: at the level of debugging."""
    browser, wrong = Client(), "wrong-password-of-ben"
    browser.post("/acme/sign-in", {"login": "ben", "password": wrong})
    browser.post("/acme/sign-in", {"login": "ben", "password": make.PASSWORD})
    token = (
        Client()
        .post("/api/v1/token", {"username": "acme/ben", "password": make.PASSWORD})
        .json()["access_token"]
    )
    Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/nothing-here")
    issued = issue_api_key(cast.ben, name="Nightly")
    for path in ("me", "nothing-here"):
        Client(headers={"X-Argilla-Api-Key": issued.key}).get(f"/api/v1/{path}")
    invited = invite(cast.acme, "eve@example.org", by=cast.ana)
    browser.get(f"/acme/invitations/{invited.token}")
    browser.get(f"/acme/invitations/{invited.token}x")
    webhook = add_webhook(cast.acme, url="https://example.org/hook", events=["dataset.created"])
    cast.pages(cast.ana).get(f"/acme/webhooks/{webhook.pk}/")
    told = written.getvalue()
    assert "django" in told, "something was logged"
    digest, session = issued.api_key.digest, browser.cookies["sessionid"].value
    secrets = (make.PASSWORD, wrong, token, issued.key, digest, session, invited.token, webhook.secret)
    # Statements of the database are shown in development alone (DEBUG); they are not logged here.
    assert not [secret for secret in secrets if secret in told]
