"""Addresses as people type them."""

import pytest
from django.test import Client

from tests.cast import Cast


def test_a_page_is_found_without_its_last_slash(cast: Cast, client: Client) -> None:
    client.force_login(cast.ana.user)
    for path in (f"/{cast.acme.slug}", f"/{cast.acme.slug}/datasets"):
        assert client.get(path, follow=True).redirect_chain == [(f"{path}/", 301)]
        assert client.get(path, follow=True).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/me/", "/api/v1/no-such-thing", "/api/v1/datasets/"])
def test_the_api_redirects_nobody(cast: Cast, client: Client, path: str) -> None:
    for method in ("get", "post", "patch", "delete"):
        assert getattr(client, method)(path).status_code in {401, 404, 405}
