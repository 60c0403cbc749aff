"""Every page that a test looks at is held to the content security policy, whatever the test is about.

A policy that a page does not keep breaks the page; a page without a policy runs what others wrote.
"""

import gzip
import re
from html import unescape
from html.parser import HTMLParser

from django.http.response import HttpResponseBase

TIGHT = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "connect-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
}
INLINE_DATA = {"application/json", "text/plain"}  # blocks that browsers do not run
RUNS = re.compile(r"\s*javascript:", re.IGNORECASE)
# What a page that breaks the policy has in it somewhere. Pages without it need not be taken apart, which takes a tenth
# of a second; those with it may be right all the same.
SUSPECT = re.compile(
    r"""<style|<script(?![^>]*\ssrc=)|[\s"'/](?:style|on\w*)\s*=|javascript\s*:""", re.IGNORECASE
)


def check_policy(response: HttpResponseBase) -> None:
    """`AssertionError` if an HTML page has no strict policy, or has in it what the policy forbids."""
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    assert "Content-Security-Policy" in response.headers, "A page without a content security policy."
    policy = response.headers["Content-Security-Policy"]
    found = {name: values for name, *values in (part.split() for part in policy.split(";") if part.strip())}
    if "sandbox" in found:  # a template of a manager's own: tests/feedback/views/test_frames.py
        assert "allow-same-origin" not in found["sandbox"]
        return
    for name, values in TIGHT.items():
        assert found.get(name) == values, f"{name} is {found.get(name)}, not {values}."
    content: bytes = response.content  # type: ignore[attr-defined]
    packed = response.headers.get("Content-Encoding") == "gzip"
    check_page((gzip.decompress(content) if packed else content).decode())


def check_page(page: str) -> None:
    """`AssertionError` if something stands in the page itself that only the policy keeps from running."""
    if not SUSPECT.search(unescape(page)):
        return
    reader = _Reader()
    reader.feed(page)
    assert not reader.wrong, f"The policy forbids what stands in the page: {reader.wrong}"


class _Reader(HTMLParser):
    """Finds scripts and styles that stand in the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        inline = tag == "script" and "src" not in given and given.get("type") not in INLINE_DATA
        if tag == "style" or inline:
            self.wrong.append(self.get_starttag_text() or tag)
        for name, value in attrs:
            if name == "style" or name.startswith("on") or RUNS.match(value or ""):
                self.wrong.append(f"{tag} {name}={value!r}")
