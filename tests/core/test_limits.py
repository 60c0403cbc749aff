"""Nobody calls so often that others wait; all processes count together."""

import os
import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core import limits
from core.errors import TooOften
from core.limits import spend
from feedback.actions.export_starts import start_export
from tests import make
from tests.cast import Cast


@pytest.fixture(autouse=True)
def there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that nobody has found away, and a time in the middle of a window."""
    monkeypatch.setattr(limits, "_away_until", 0.0)
    monkeypatch.setattr(limits, "_told_at", -1000.0)


def test_so_many_and_no_more(cast: Cast, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 3
    ana, max_ = cast.api(cast.ana), cast.api(cast.max)
    answers = [ana.get("/me") for _ in range(8)]  # a minute may end in the middle
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    refused = answers[-1]
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert "Wait" in refused.json()["detail"]
    assert max_.get("/me").status_code == 200, "another key has a count of its own"


def test_strangers_are_counted_by_their_address(settings: Any, db: None) -> None:
    settings.ANONYMOUS_CALLS_PER_MINUTE = 2
    address = f"2001:db8::{uuid4().hex[:4]}"

    def call(path: str, **headers: str) -> int:
        return Client(REMOTE_ADDR=address).get(f"/api/v1/{path}", headers=headers).status_code

    assert [call("version"), call("me", **{"x-argilla-api-key": "junk"})] == [200, 401]
    assert 429 in {call("me"), call("version"), call("me")}
    assert Client(REMOTE_ADDR="2001:db8:1::1").get("/api/v1/version").status_code == 200


def test_an_organization_begins_so_many_exports_an_hour(cast: Cast, settings: Any) -> None:
    settings.EXPORTS_PER_HOUR = 1
    dataset = make.dataset(cast.workspace)
    make.record(dataset)
    start_export(dataset, format="records", by=cast.max)
    path = f"/datasets/{dataset.pk}/exports"
    answers = [cast.api(cast.max).post(path, {"format": "records"}) for _ in range(2)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) <= 3601
    page = cast.pages(cast.max).post(f"/acme/datasets/{dataset.pk}/exports", {"format": "records"})
    if page.status_code == 429:
        assert "Retry-After" in page.headers


def test_without_a_limit_nobody_counts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_count", lambda *given: pytest.fail("counted"))
    spend("calls", "somebody", most=0)
    assert cast.api(cast.ana).get("/me").status_code == 200


def test_processes_count_together(settings: Any) -> None:
    who = uuid4().hex
    code = (
        "import django; django.setup()\n"
        "from core.limits import spend\n"
        f"[spend('calls', '{who}', most=5, seconds=86400) for _ in range(5)]"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    with pytest.raises(TooOften):
        spend("calls", who, most=5, seconds=86400)


def test_while_the_broker_is_away_everybody_gets_on_and_the_log_says_so(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.API_CALLS_PER_MINUTE = 1
    from redis import Redis

    nowhere = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.1)
    monkeypatch.setattr(limits, "_broker", lambda: nowhere)
    told: list[str] = []
    monkeypatch.setattr(limits.log, "warning", lambda event, **given: told.append(event))
    assert {cast.api(cast.ana).get("/me").status_code for _ in range(4)} == {200}
    assert told == ["broker away: nothing is limited"], "once, and not with each call"
