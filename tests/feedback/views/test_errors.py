"""Pages for when something is wrong: in our words, and without anything that could be wrong as well."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests import make
from tests.cast import Cast


def test_an_unknown_page_says_so(cast: Cast) -> None:
    response = cast.pages(cast.max).get("/acme/nothing/here")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_what_one_may_not_do_is_said(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    response = cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/settings")
    assert response.status_code == 403
    assert "Your role does not allow this" in response.content.decode()


def test_a_form_of_another_session_is_refused_in_our_words(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    assert cast.ben.user is not None
    client.force_login(cast.ben.user)
    response = client.post("/acme/account/", {"first_name": "Eve"})
    assert response.status_code == 403
    assert "This form is no longer valid" in response.content.decode()


@pytest.mark.parametrize("template", ["500.html", "400.html"])
def test_they_need_neither_database_nor_request(template: str) -> None:
    page: Any = render_to_string(template)
    assert "<h1>" in page
    assert 'href="/"' in page
