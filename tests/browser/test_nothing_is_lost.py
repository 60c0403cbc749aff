"""Networks fail, tabs are closed, servers go down: nothing that was typed is lost, and nothing counts twice."""

import os
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from django.db import connection

from core.serving import web
from feedback.models import QueueItem, Response
from tests import make
from tests.browser.conftest import eventually

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
KEPT = "handed in by itself once the server can be reached"


class Server:
    """The real web server, in processes of its own, at the test's database."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self) -> None:
        url = urlsplit(os.environ["DATABASE_URL"])
        environment = os.environ | {
            "DATABASE_URL": urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}")),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "true",  # static files as they are, not collected
        }
        command = web("127.0.0.1", self.port, 1).command
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        eventually(self.answers, seconds=30)

    def answers(self) -> bool:
        assert self.process.poll() is None, "The server ended."
        try:
            return httpx.get(f"{self.url}/healthz").status_code < 500
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Without a last word, as when a machine goes down."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(looking):
    server = Server()
    server.start()
    yield server
    for context in looking.contexts:
        for page in context.pages:
            page.goto("about:blank")
    server.kill()


@pytest.fixture
def dataset(looking):
    with looking.database():
        dataset = make.dataset(looking.cast.workspace, "Rank the answers")
        make.records(dataset, 3)
    yield dataset
    # What the library for requests logs of each that failed.
    looking.complaints[:] = [
        one for one in looking.complaints if not one.startswith(("htmx:", "Response Status Error"))
    ]


def label(dataset):
    return f"/acme/datasets/{dataset.pk}/label"


def responses(looking):
    with looking.database():
        return list(Response.objects.order_by("inserted_at"))


def places_taken(looking, record):
    with looking.database():
        item = QueueItem.objects.get(record=record)
        return item.submitted, item.target - item.open_places - item.submitted


def begin(page, dataset):
    """Half a ranking and half a comment; the record."""
    page.goto(label(dataset))
    for key in ("b", "1", "a", "2"):
        page.keyboard.press(key)
    page.locator("[name=comment]").fill("The second is")
    return page.locator("#task").get_attribute("data-record")


def finish(page):
    page.locator("[name=comment]").fill("The second is right.")
    page.locator("h3[data-hold=A]").click()
    page.keyboard.press("c")
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")


def is_next(page, record):
    page.locator(f"#task:not([data-record='{record}'])").wait_for()


def the_only_response(looking, record):
    (response,) = responses(looking)
    assert str(response.record_id) == record
    assert (response.status, response.values["comment"]) == ("submitted", "The second is right.")
    assert [len(tier) for tier in response.values["ranking"]["tiers"]] == [1, 2]
    return response


def test_two_minutes_without_a_network(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.clock.install()
    record = begin(page, dataset)
    page.context.set_offline(True)
    finish(page)
    page.get_by_text(KEPT).wait_for()
    for _ in range(24):
        page.clock.run_for(5000)
    page.clock.resume()
    page.get_by_text(KEPT).wait_for()
    assert [one.status for one in responses(looking)] in ([], ["draft"])
    page.context.set_offline(False)
    is_next(page, record)
    the_only_response(looking, record)
    assert page.get_by_text(KEPT).count() == 0


def test_a_tab_that_is_killed_without_a_network(looking, dataset):
    page = looking.page(looking.cast.ben)
    record = begin(page, dataset)
    page.context.set_offline(True)
    finish(page)
    page.get_by_text(KEPT).wait_for()
    page.close(run_before_unload=False)
    (context,) = looking.contexts
    context.set_offline(False)
    again = context.new_page()
    again.goto(label(dataset))
    assert again.locator("#task").get_attribute("data-record") == record
    again.wait_for_function("document.querySelector('[name=comment]').value === 'The second is right.'")
    again.keyboard.press("Control+Enter")
    is_next(again, record)
    the_only_response(looking, record)


def test_a_server_that_goes_down_and_comes_back(looking, server, dataset):
    looking.url = server.url
    page = looking.page(looking.cast.ben)
    record = begin(page, dataset)
    server.kill()
    finish(page)
    page.get_by_text(KEPT).wait_for()
    page.locator("saved-state", has_text="on this device").wait_for()
    server.start()
    is_next(page, record)
    the_only_response(looking, record)


def test_a_reply_that_is_lost_on_its_way(looking, dataset):
    page = looking.page(looking.cast.ben)
    record = begin(page, dataset)
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route("**/submit", lose)
    finish(page)
    is_next(page, record)
    assert lost == [200]
    the_only_response(looking, record)
    assert places_taken(looking, record)[0] == 1
    following = page.locator("#task").get_attribute("data-record")
    assert places_taken(looking, following) == (0, 1)


def test_what_is_written_after_a_lost_reply_replaces_the_first(looking, dataset):
    page = looking.page(looking.cast.ben)
    record = begin(page, dataset)

    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/submit", lose)
    page.clock.install()
    finish(page)
    page.get_by_text(KEPT).wait_for()
    page.locator("[name=comment]").fill("On second thought, the first.")
    page.get_by_text(KEPT).wait_for(state="hidden")
    page.clock.run_for(60_000)
    page.clock.resume()
    page.get_by_text("Submit replaces that answer").wait_for()
    page.unroute("**/submit")
    page.keyboard.press("Control+Enter")
    is_next(page, record)
    (response,) = responses(looking)
    assert response.values["comment"] == "On second thought, the first."
    assert places_taken(looking, record)[0] == 1


def test_who_would_rather_wait_stays(looking, dataset):
    page = looking.page(looking.cast.ben)
    record = begin(page, dataset)
    page.clock.install()
    page.context.set_offline(True)
    finish(page)
    page.get_by_role("button", name="Not yet").click()
    page.context.set_offline(False)
    page.clock.run_for(60_000)
    page.clock.resume()
    eventually(lambda: [one.values.get("comment") for one in responses(looking)] == ["The second is right."])
    assert page.locator("#task").get_attribute("data-record") == record
    assert [one.status for one in responses(looking)] == ["draft"]


def test_a_server_that_answers_with_a_fault_is_not_waited_for(looking, dataset):
    page = looking.page(looking.cast.ben)
    record = begin(page, dataset)
    page.context.set_offline(True)
    finish(page)
    page.get_by_text(KEPT).wait_for()
    page.route("**/submit", lambda route: route.fulfill(status=500, body="broken"))
    page.context.set_offline(False)
    page.get_by_text("The server could not do that (500)").wait_for()
    page.get_by_text(KEPT).wait_for(state="hidden")
    assert page.locator("#task").get_attribute("data-record") == record
    assert page.locator("[name=comment]").input_value() == "The second is right."
