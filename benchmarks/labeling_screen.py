"""The labeling page as a person has it, in headless Chromium: `python -m benchmarks.labeling_screen`.

A real server and a dataset of 100,000 records. What a first visit and each next record bring over the wire; when
the first record can be read on a slow phone; how soon the screen answers an act, with nine answers of 20,000
characters in front of it; and how long it is from Submit to the next record.
"""

from __future__ import annotations

import argparse
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.installation import dataset, installation, rows, table
from benchmarks.labeling_page import fill

INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
SLOWER, BITS, ROUND_TRIP = 4, 1_600_000, 150  # CPU; bits a second; milliseconds
FIRST_KB, NEXT_KB, READABLE_MS, ACT_MS, SUBMIT_MS = 150, 20, 1000, 100, 150
VISITS, LONG = 7, 20_000
MORE = {
    "quality": {"type": "rating", "options": [{"value": value} for value in range(1, 8)]},
    "topic": {
        "type": "label_selection",
        "options": [{"value": value, "text": value} for value in ("code", "prose", "numbers")],
    },
    "comment": {"type": "text"},
}
ACTS = {"place": ["a", "1", "b", "2", "c", "1"], "tie": ["d", "4", "d", "="], "undo": ["u"]}

OBSERVE = """
window.acts = [];
new PerformanceObserver((list) => acts.push(...list.getEntries().map((one) => one.duration)))
  .observe({ type: "event", durationThreshold: 16 });
window.readable = 0;
new PerformanceObserver((list) => { readable = list.getEntries().at(-1).startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
"""
# From the press of Submit to the frame after the next record stands in the page.
SUBMIT = """
() => new Promise((done) => {
  const before = document.querySelector("#task").dataset.record, begun = performance.now();
  const look = () => document.querySelector("#task")?.dataset.record === before
    ? requestAnimationFrame(look) : requestAnimationFrame(() => done(performance.now() - begun));
  document.querySelector("[data-act=submit]").click();
  look();
})
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--submits", type=int, default=100)
    chosen = parser.parse_args()
    with installation() as family:
        from django.core.management import call_command

        from core import serving
        from core.tenancy import across

        call_command("collectstatic", interactive=False, verbosity=0)
        with across():
            target, (labeler,) = dataset(1)
            fill(target, chosen.records)
            hard, (patient,) = dataset(1, more=MORE)
            nine_long_answers(hard)
            easy_place, hard_place = _place(target, labeler), _place(hard, patient)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        web = family.start(serving.web("127.0.0.1", port, 1))
        serving.wait_for(web, "127.0.0.1", port)
        with chromium() as browser:
            screen = Screen(browser, f"http://127.0.0.1:{port}", *easy_place)
            first, following = screen.weigh()
            near, far = (
                median(screen.readable(round_trip) for _ in range(VISITS)) for round_trip in (0, ROUND_TRIP)
            )
            submits = screen.submit(chosen.submits)
            slowest = Screen(browser, f"http://127.0.0.1:{port}", *hard_place).acts()
    lines = [
        _kb("a first visit, everything", first, FIRST_KB),
        _kb("each next record", following, NEXT_KB),
        _ms("first record on a slow phone, p50", near, READABLE_MS),
        _ms(f"the same, {ROUND_TRIP} ms away", far, READABLE_MS),
        _ms("submit to next record, p50", median(submits), SUBMIT_MS),
        *(_ms(f"{act}, slowest of them", most, ACT_MS) for act, most in slowest.items()),
    ]
    title = f"{chosen.records:,} records; acts before nine answers of {LONG:,} characters"
    table(title, ["", "", "share"], lines)


def nine_long_answers(target: Any) -> None:
    """One record that is as hard to show as they come."""
    from feedback.actions.entries import Entry
    from feedback.actions.records import create_records

    text = " ".join(answer["text"] for row in rows(12) for answer in row["answers"])
    lines = "\n\n".join(text[at : at + 400] for at in range(0, LONG, 402))[:LONG]
    answers = [{"id": f"m{n}", "text": f"Answer {n}. {lines}"[:LONG]} for n in range(1, 10)]
    create_records(target, [Entry(fields={"prompt": "Which one?", "answers": answers})])


class Screen:
    """The page in browsers of one person."""

    def __init__(self, browser: Browser, url: str, path: str, cookie: tuple[str, str]) -> None:
        self.browser, self.url, self.path = browser, url, path
        self.cookie: Any = {"name": cookie[0], "value": cookie[1], "url": url}

    @contextmanager
    def page(self, kind: dict[str, Any]) -> Iterator[tuple[Page, CDPSession]]:
        """A browser that has never been here."""
        context = self.browser.new_context(base_url=self.url, **kind)
        context.add_cookies([self.cookie])
        context.add_init_script(OBSERVE)
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        yield page, wire
        context.close()

    def weigh(self) -> tuple[int, float]:
        """Bytes of a first visit with its headers, and of each next record."""
        with self.page(WIDE) as (page, wire):
            bytes_: list[float] = []
            wire.on("Network.loadingFinished", lambda event: bytes_.append(event["encodedDataLength"]))
            page.goto(self.path, wait_until="networkidle")
            first = sum(bytes_)
            bytes_.clear()
            for _ in range(10):
                rank(page)
                page.wait_for_timeout(50)
                page.evaluate(SUBMIT)
            page.wait_for_load_state("networkidle")
            return int(first), sum(bytes_) / 10

    def readable(self, round_trip: int) -> float:
        """Milliseconds until the record is painted, for a slow phone on its first visit."""
        with self.page(PHONE) as (page, wire):
            wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            speed = {"downloadThroughput": BITS / 8, "uploadThroughput": BITS / 16, "latency": round_trip}
            wire.send("Network.emulateNetworkConditions", {"offline": False, **speed})
            page.goto(self.path, wait_until="networkidle")
            return float(page.evaluate("readable"))

    def submit(self, times: int) -> list[float]:
        """Milliseconds from Submit to the next record, each time."""
        with self.page(WIDE) as (page, _):
            page.goto(self.path, wait_until="networkidle")
            found = []
            for _ in range(times + 5):
                rank(page)
                page.wait_for_timeout(50)
                found.append(float(page.evaluate(SUBMIT)))
            return found[5:]  # warm

    def acts(self) -> dict[str, float]:
        """The slowest of each kind of act, from the input to the frame that shows it. Shorter than 16 ms is 16."""
        slowest = {}
        with self.page(WIDE) as (page, _):
            page.goto(self.path, wait_until="networkidle")
            for name, keys in ACTS.items():
                slowest[name] = self._act(page, lambda keys=keys: [page.keyboard.press(key) for key in keys])
            for name, mark in (("rate", "quality"), ("label", "topic")):
                choice = page.locator(f"[data-question={mark}] label").nth(1)
                slowest[name] = self._act(page, choice.click)
            slowest["write"] = self._act(
                page, lambda: page.locator("[name=comment]").press_sequentially("Because")
            )
        return slowest

    def _act(self, page: Page, act: Any) -> float:
        page.evaluate("acts.length = 0")
        act()
        page.wait_for_timeout(400)
        return float(page.evaluate("Math.max(16, ...acts)"))


def rank(page: Page) -> None:
    """Place every answer of the record."""
    for number, letter in enumerate(
        page.locator(".ans").evaluate_all("all => all.map(one => one.dataset.letter)")
    ):
        page.keyboard.press(letter.lower())
        page.keyboard.press(str(min(number + 1, 3)))


@contextmanager
def chromium() -> Iterator[Browser]:
    """One that is installed, or Playwright's own."""
    path = next(filter(None, map(shutil.which, INSTALLED)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _place(target: Any, person: Any) -> tuple[str, tuple[str, str]]:
    """The address of the labeling page and the cookie of a person who is signed in."""
    from django.conf import settings
    from django.db import transaction
    from django.test import Client
    from django.urls import reverse

    client = Client()
    with transaction.atomic():
        client.force_login(person.user)
        path = reverse("label", args=[person.organization.slug, target.pk])
    return path, (settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)


def _kb(what: str, size: float, most: int) -> list[str]:
    return [what, f"{size / 1000:.1f} kB", f"{size / 1000 / most:.2f} of {most} kB"]


def _ms(what: str, time: float, most: int) -> list[str]:
    return [what, f"{time:.0f} ms", f"{time / most:.2f} of {most} ms"]


if __name__ == "__main__":
    main()
