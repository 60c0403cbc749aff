"""A real browser against a real server. Without one these tests skip, saying so; where CI is set, they fail."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.db import connection, transaction
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from accounts.models import Membership
from tests.cast import Cast, assemble

# The address bar's popups are pages too: each window of a full Chromium loads two of them, though nobody sees it.
# Chromium minds the last list of features only, so this one names what Playwright's would have switched off besides.
WITHOUT = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "LensOverlay", "MediaRouter", "OptimizationHints"),
    *("PaintHolding", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "ThirdPartyStoragePartitioning"),
    "SpareRendererForSitePerProcess",  # a process more for each context, which no page of it will need
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "PreconnectToSearch"),
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(WITHOUT)}",
]
# The shell is the same engine without windows around it: half the work.
INSTALLED = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
WIDE = {"width": 1440, "height": 900}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}

# Options of axe for a page that was looked at before. Only colors differ in the dark; a phone shows other names, in
# other sizes.
IN_DARK = {"runOnly": ["color-contrast", "link-in-text-block"]}
ON_A_PHONE = {
    "runOnly": [
        *(
            "button-name",
            "link-name",
            "input-button-name",
            "label",
            "select-name",
            "image-alt",
            "svg-img-alt",
        ),
        *("aria-command-name", "aria-input-field-name", "aria-toggle-field-name", "aria-hidden-focus"),
        *("target-size", "scrollable-region-focusable", "nested-interactive"),
    ]
}


def pytest_configure() -> None:
    # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: one that is installed, or Playwright's own."""
    path = next(filter(None, map(shutil.which, INSTALLED)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error as error:
            sentence = f"There is no browser to try the pages in: {str(error).splitlines()[0]}"
            if os.environ.get("CI"):
                pytest.fail(sentence)
            pytest.skip(sentence)
        yield browser
        browser.close()


class Looking:
    """What the tests of pages need: the cast, browsers signed in as one of them, and a look at the database."""

    def __init__(self, cast: Cast, url: str, browser: Browser) -> None:
        self.cast, self.url, self.browser = cast, url, browser
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.before = set(threading.enumerate())

    def page(self, who: Membership | None, **options: Any) -> Page:
        """A page of this person's own browser, signed in (or of a stranger's). Errors on the console are complaints."""
        options.setdefault("viewport", WIDE)
        context = self.browser.new_context(base_url=self.url, **options)
        context.set_default_timeout(30_000)  # on a machine that is busy
        self.contexts.append(context)
        if who is not None:
            with self.database():
                cookie = self.cast.pages(who).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)
        return page

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    @contextmanager
    def database(self) -> Iterator[None]:
        """One transaction that sees across organizations, as bodies of other tests do."""
        with transaction.atomic():
            yield

    def nobody_is_served(self) -> bool:
        """Whether no connection is left that began with the test: browsers keep theirs until all is sent."""
        time.sleep(0.01)
        threads = set(threading.enumerate()) - self.before
        return not any("process_request_thread" in thread.name for thread in threads)


@pytest.fixture
def looking(live_server: Any, transactional_db: None, browser: Browser) -> Iterator[Looking]:
    """A server, a browser and the cast. Complaints of the console fail the test at its end."""
    with transaction.atomic():
        cast = assemble()
    looking = Looking(cast, live_server.url, browser)
    yield looking
    for context in looking.contexts:
        for page in context.pages:
            page.goto("about:blank")  # which sends what was not saved yet
        context.close()
    eventually(
        lambda: all(looking.nobody_is_served() and nobody_else_is_at_the_database() for _ in range(2)),
        seconds=10,
    )
    assert looking.complaints == []


# A color that is still changing has no contrast yet.
RUN = """(options) => {
  if (!window.axe) return null;
  document.getAnimations().forEach((one) => one.cancel());
  return axe.run(options).then((found) => found.violations);
}"""


def barriers(page: Page, **options: Any) -> list[str]:
    """What axe finds on a page that keeps people out: rule, and where. `options` are those of axe.run."""
    options = {"resultTypes": ["violations"], **options}
    found = page.evaluate(RUN, options)
    if found is None:
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate(RUN, options)
    return [f"{one['id']}: {node['target']} {node['html'][:160]}" for one in found for node in one["nodes"]]


def nobody_else_is_at_the_database() -> bool:
    """A request that is still answered would wait for the tables to be emptied, and they for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'"
        )
        return cursor.fetchone()[0] == 0


def eventually(holds: Callable[[], bool], *, seconds: float = 15) -> None:
    """Wait until something holds that the server does by itself a moment later."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "It did not come to hold."
        time.sleep(0.02)
