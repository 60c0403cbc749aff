"""An owner gives the organization another name; its address stays."""

import pytest

from accounts.audit_models import AuditEntry
from accounts.models import Organization
from tests.cast import Cast

PAGE = "/acme/organization/"


def test_it_has_the_new_name_at_the_same_address(cast: Cast) -> None:
    pages = cast.pages(cast.ana)
    told = pages.post(PAGE, {"name": "  Acme Wells "}, follow=True)
    assert told.redirect_chain == [(PAGE, 302)]
    assert "The organization has its new name." in told.content.decode()
    assert Organization.objects.get(pk=cast.acme.pk).name == "Acme Wells"
    entry = AuditEntry.objects.get(act="organization.renamed")
    assert entry.sentence == "renamed the organization to Acme Wells"
    assert entry.details["name"] == {"was": "Acme", "is": "Acme Wells"}


def test_the_same_name_changes_nothing(cast: Cast) -> None:
    cast.pages(cast.ana).post(PAGE, {"name": cast.acme.name})
    assert not AuditEntry.objects.filter(act="organization.renamed").exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b"])
def test_one_that_is_none_is_refused_and_the_old_one_stays(cast: Cast, name: str) -> None:
    told = cast.pages(cast.ana).post(PAGE, {"name": name})
    assert (told.status_code, bool(told.context["form"].errors["name"])) == (422, True)
    assert Organization.objects.get(pk=cast.acme.pk).name == cast.acme.name
