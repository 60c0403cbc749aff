"""Founding an organization."""

import pytest
from django.urls import URLPattern, get_resolver

from accounts.actions import create_organization
from accounts.actions.organizations import RESERVED
from core.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Acme", "acme"),
        ("  Löwe & Co ", "lowe-co"),
        ("測試", "organization"),
        ("Admin", "admin-2"),
        ("-_-", "organization"),
        ("A" * 200, "a" * 55),
    ],
)
def test_the_slug_is_made_from_the_name(name: str, slug: str) -> None:
    assert create_organization(name).slug == slug


def test_two_of_one_name_have_two_slugs() -> None:
    assert [create_organization("Acme").slug for _ in range(3)] == ["acme", "acme-2", "acme-3"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\0b"])
def test_a_name_is_needed(name: str) -> None:
    with pytest.raises(Invalid):
        create_organization(name)


def test_no_slug_hides_another_address() -> None:
    first = {str(pattern.pattern).partition("/")[0].lstrip("^") for pattern in _flat()}
    fixed = {part for part in first if part and "<" not in part}
    assert fixed <= RESERVED, f"Add to RESERVED in accounts/actions/organizations.py: {fixed - RESERVED}"


def _flat() -> list[URLPattern]:
    patterns = []
    for pattern in get_resolver().url_patterns:
        patterns += pattern.url_patterns if str(pattern.pattern) == "" else [pattern]
    return patterns
