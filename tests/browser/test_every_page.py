"""Every page that somebody can open, in light, in dark and on a phone: accessible (axe) and no wider than the screen.

The pages are the GET rows of tests/permissions.py, so that a new page comes here by itself, and those of allauth.
"""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from tests import make
from tests.browser.conftest import IN_DARK, ON_A_PHONE, WIDE, Looking, barriers
from tests.browser.parts import parts, parts_of
from tests.permissions import OK, ROWS, Row, Things

pytestmark = pytest.mark.browser

ROLES = ("ana", "max", "ben", "nobody")
# The page about the API is long, and has a test of its own (test_api_docs.py).
NO_PAGES = {
    "/healthz",
    "/readyz",
    "/organizations/new",
    "/organizations/delete-account",  # below: nobody of the cast belongs nowhere
    "/{organization}/audit/file.{csv}",
    "/organizations/address?slug=wells",
    "/{organization}/sign-in/{idp}/",
    "/{organization}/sign-in/{idp}/end",
    "/{organization}/sign-in/{saml}/metadata",
    "/{organization}/jobs/{export_job}/result",
    "/{organization}/jobs/{export_job}/problems",
    "/{organization}/jobs/{export_job}/files",
    "/{organization}/jobs/{export_job}/files/README.md",
    "/{organization}/jobs/live",
    "/{organization}/account/data/{copy_of_ben}",
}
OF_ACCOUNTS = (
    *("account_email", "account_change_password", "account_logout", "mfa_index", "mfa_activate_totp"),
    *("mfa_list_webauthn", "usersessions_list"),
)
OF_STRANGERS = (
    *("account_login", "account_reset_password", "account_reset_password_done", "account_inactive"),
    *("account_request_login_code", "account_signup"),
)
PHONE = {"width": 360, "height": 740}
# All rules of WCAG 2.2 A and AA.
ALL = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "rules": {"target-size": {"enabled": True}},
}
BUT_COLORS = {**ALL, "rules": {"color-contrast": {"enabled": False}, "target-size": {"enabled": True}}}


def rows() -> list[Row]:
    """The pages of the table."""
    return [row for row in ROWS if row.method == "GET" and not row.is_api and row.path not in NO_PAGES]


def may(row: Row) -> list[str]:
    """Whose page it is."""
    expected = row.expected()
    return [name for name in ROLES if expected[name] == {OK}]


class Walk:
    """One browser of each role, and what was wrong on the way."""

    def __init__(self, looking: Looking) -> None:
        self.looking = looking
        self.pages = {name: looking.page(getattr(looking.cast, name)) for name in ROLES}
        self.wrong: list[str] = []

    def visit(self, name: str, address: str, *, status: int = 200, alike: bool = False) -> str:
        """Look at a page, and give it; `alike`: somebody else's, of the same colors and widths, was looked at."""
        reply = self.pages[name].goto(address)
        assert reply is not None
        if reply.status != status or "text/html" not in reply.headers["content-type"]:
            self.note(name, address, "", [f"{reply.status} {reply.headers['content-type']}"])
        elif alike:
            self.note(name, address, "light", barriers(self.pages[name], **BUT_COLORS))
        else:
            self.look(name, address)
        return reply.text()

    def look(self, name: str, address: str) -> None:
        """In light, in dark, and on a phone."""
        page = self.pages[name]
        self.note(name, address, "light", barriers(page, **ALL))
        page.emulate_media(color_scheme="dark")
        self.note(name, address, "dark", barriers(page, **IN_DARK))
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            self.note(name, address, "phone", ["wider than the screen"])
        self.note(name, address, "phone", barriers(page, **ON_A_PHONE))
        page.set_viewport_size(WIDE)

    def note(self, name: str, address: str, how: str, found: list[str]) -> None:
        self.wrong += [f"{name}, {address} ({how}): {one}" for one in found]


@pytest.fixture
def things(looking: Looking) -> Things:
    """All objects that the table names, with a record that waits."""
    with looking.database():
        things = Things(looking.cast)
        for row in rows():
            things.fill(row.path)
        make.response(make.record(things["dataset"]), looking.cast.ben)
    return things


def test_every_page_of_the_table_lets_everybody_in(looking: Looking, things: Things) -> None:
    walk, seen = Walk(looking), set[str]()
    for row in rows():
        first, *others = may(row) or [""]
        assert first, f"None of {ROLES} may open {row.path}: say here who walks it."
        address = things.fill(row.path)
        seen |= parts_of(walk.visit(first, address))
        for name in others:
            if not seen.issuperset(found := parts(looking, name, address)):
                walk.visit(name, address, alike=True)
                seen |= found
    assert walk.wrong == [], "\n".join(walk.wrong)


def test_pages_of_the_account_of_strangers_and_of_errors_let_everybody_in(looking: Looking) -> None:
    with looking.database():
        looking.cast.ana.user.email = "ana@example.org"
        looking.cast.ana.user.save()
        empty = make.dataset(looking.cast.workspace)
    walk = Walk(looking)
    for name in OF_ACCOUNTS:
        walk.visit("ana", reverse(name))
    for name in OF_STRANGERS:
        walk.visit("nobody", reverse(name))
    walk.visit("ben", f"/acme/datasets/{empty.pk}/label")
    walk.visit("ana", "/organizations/delete-account", status=409)
    walk.visit("ben", "/acme/members/", status=403)
    walk.visit("ben", "/acme/nowhere", status=404)
    walk.visit("nobody", "/acme/invitations/nonsense", status=404)
    for template in ("400.html", "403_csrf.html", "500.html"):
        page = walk.pages["nobody"]
        page.goto("/acme/sign-in")
        page.set_content(render_to_string(template))
        walk.look("nobody", template)
    assert walk.wrong == [], "\n".join(walk.wrong)
