"""The admin in a real browser: nothing that the content security policy refuses, accessible, at home on a phone."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import Organization, OrganizationRequest
from tests import make
from tests.browser.conftest import IN_DARK, ON_A_PHONE, PHONE, WIDE, Looking, barriers
from tests.browser.parts import parts_of

pytestmark = pytest.mark.browser
# The links that sort Django's lists are small, and each column has a large one besides.
DJANGOS_ON_A_PHONE = {"runOnly": [*({*ON_A_PHONE["runOnly"]} - {"target-size"}), "color-contrast"]}
# Classes by which Django says what a page, a line or a column is about. No stylesheet knows them.
SUBJECT = r"(app-(?!list)|model-|field-|column-)[\w-]+"
STYLES = """() => {
  const told = (rule) => (rule.styleSheet ? rules(rule.styleSheet) : rule.cssText);
  const rules = (sheet) => [...sheet.cssRules].map(told).join();
  return [...document.styleSheets].map(rules).join();
}"""


def addresses(dataset: object, record: object) -> list[str]:
    """The front page, all lists that an owner has, and the pages that are more than a list."""
    models = [
        model._meta for model in admin.site._registry if model not in {Organization, OrganizationRequest}
    ]
    return [
        reverse("admin:index"),
        *(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist") for meta in models),
        *(
            reverse(f"admin:{name}_add")
            for name in ("feedback_dataset", "accounts_membership", "accounts_apikey")
        ),
        *(
            reverse(f"admin:feedback_dataset_{page}", args=[dataset])
            for page in ("change", "import", "export", "history")
        ),
        reverse("admin:feedback_record_change", args=[record]),
        reverse("admin:accounts_membership_many"),
    ]


def test_pages_of_the_admin_are_quiet_accessible_and_fit(looking: Looking) -> None:
    with looking.database():
        dataset = make.dataset(looking.cast.workspace)
        record = make.record(dataset)
        make.response(record, looking.cast.ben)
    page = looking.page(looking.cast.ana, reduced_motion="reduce")
    phone = looking.page(looking.cast.ana, reduced_motion="reduce", **PHONE)
    seen = set[str]()
    for address in addresses(dataset.pk, record.pk):
        reply = page.goto(address)
        assert reply is not None
        assert reply.status == 200, address
        assert is_no_wider(page), address
        page.set_viewport_size(PHONE["viewport"])
        assert is_no_wider(page), f"{address}, narrow"
        page.set_viewport_size(WIDE)
        assert not re.search(rf"[.=\"']{SUBJECT}", page.evaluate(STYLES)), address
        if seen.issuperset(found := parts_of(reply.text(), but=SUBJECT)):
            continue
        seen |= found
        assert barriers(page) == [], address
        page.emulate_media(color_scheme="dark")
        assert barriers(page, **IN_DARK) == [], f"{address}, dark"
        page.emulate_media(color_scheme="light")
        phone.goto(address)
        assert is_no_wider(phone), f"{address}, phone"
        assert barriers(phone, **DJANGOS_ON_A_PHONE) == [], f"{address}, phone"


def is_no_wider(page: Page) -> bool:
    """Whether nothing is to the right of the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_only_the_settings_of_the_chosen_kind_are_shown(looking: Looking) -> None:
    page = looking.page(looking.cast.max)
    page.goto(reverse("admin:feedback_dataset_add"))
    page.get_by_role("button", name="Add another Question").click()
    question = page.locator("#questions-1")
    question.get_by_label("Kind").select_option("rating")
    assert question.locator("[name$=-rating-words]").is_visible()
    assert not question.get_by_label("Shown at first").first.is_visible()
    question.get_by_label("Kind").select_option("ranking")
    assert not question.locator("[name$=-rating-words]").is_visible()
