"""Where somebody is signed in: a list, and signing out there or everywhere else."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts import sessions
from accounts.sessions import device
from tests import make
from tests.cast import Cast

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 "
    "Safari/604.1"
)


def signed_in(agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    browser = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    reply = browser.post("/accounts/login/", {"login": "ben", "password": make.PASSWORD})
    assert reply.url == "/acme/"
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/acme/account/").status_code == 200


def test_the_list_says_where_since_when_and_which_one_this_is(cast: Cast) -> None:
    here = signed_in()
    signed_in(PHONE, "198.51.100.9")
    page = here.get("/accounts/sessions/").content.decode()
    for words in ("Firefox, Linux", "192.0.2.7", "Safari, iPhone", "198.51.100.9"):
        assert words in page
    assert page.count("This one") == 1
    assert page.index("Safari, iPhone") < page.index("This one"), "the newest first"


def test_one_is_signed_out_there(cast: Cast) -> None:
    here, there, elsewhere = signed_in(), signed_in(PHONE), signed_in()
    session = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"/sessions/{session.pk}/end").url == "/accounts/sessions/"
    assert [is_in(browser) for browser in (here, there, elsewhere)] == [True, False, True]
    again = here.post(f"/sessions/{session.pk}/end")
    assert again.status_code == 404
    assert "over already" in again.content.decode()


def test_one_is_signed_out_everywhere_else(cast: Cast) -> None:
    here, there = signed_in(), signed_in(PHONE)
    assert here.post("/accounts/sessions/").status_code == 302
    assert [is_in(browser) for browser in (here, there)] == [True, False]


def test_nobody_ends_the_session_of_somebody_else(cast: Cast) -> None:
    ben = signed_in()
    session = UserSession.objects.get(user=cast.ben.user)
    assert cast.pages(cast.ana).post(f"/sessions/{session.pk}/end").status_code == 404
    assert is_in(ben)


def test_a_session_that_began_otherwise_is_in_the_list_too(cast: Cast) -> None:
    ben = cast.pages(cast.ben)
    ben.get("/acme/account/")
    assert UserSession.objects.get(user=cast.ben.user).session_key == ben.session.session_key


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36", "Chrome, Android"),
        ("", "Unknown device"),
    ],
)  # fmt: skip
def test_a_device_has_a_name(agent: str, words: str) -> None:
    assert device(agent) == words


def test_beyond_fifty_those_that_were_not_seen_for_the_longest_time_end(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST", 3)
    first, second, third = signed_in(), signed_in(), signed_in()
    UserSession.objects.filter(session_key=second.session.session_key).update(
        last_seen_at=now() - timedelta(days=3)
    )
    fourth = signed_in(PHONE)
    assert UserSession.objects.filter(user=cast.ben.user).count() == 3
    assert [is_in(browser) for browser in (first, second, third, fourth)] == [True, False, True, True]


def test_signing_in_asks_as_much_however_often_somebody_has(cast: Cast) -> None:
    asked = []
    for _ in range(8):
        with CaptureQueriesContext(connection) as captured:
            signed_in()
        asked.append(len(captured))
    assert asked[1] == asked[-1], asked


def test_what_is_over_is_no_session_any_more(cast: Cast) -> None:
    gone = signed_in()
    Session.objects.filter(session_key=gone.session.session_key).delete()
    signed_in()
    assert UserSession.objects.filter(user=cast.ben.user).count() == 1
