"""No answer of the API or page tells what is secret: hashes, digests, what is sealed, keys of others."""

import re

import pytest
from django.db import transaction

from accounts.models import ApiKey, User
from tests.cast import Cast
from tests.house.test_every_route_has_a_row import _call, db, everybody  # noqa: F401  fixtures
from tests.permissions import ROWS, Row, Things

LOOKS = re.compile(
    r"assay_[A-Za-z0-9]{54}|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==|gAAAA[\w-]{20,}|\b(?:md5|argon2|pbkdf2\w*|scrypt)\$|eyJ[\w-]+\.eyJ[\w-]+\."
)
# What is shown on purpose, to whom it belongs, and why.
SHOWN = {
    ("POST", "/api/v1/token"): "a token for whoever has the password",
    ("POST", "/api/v1/users"): "the first key of a new user, this once (contract)",
    ("POST", "/api/v1/service-accounts/{service}/keys"): "a new key, this once",
    ("POST", "/{organization}/services/{service}/keys"): "a new key, this once",
    ("POST", "/{organization}/account/keys"): "a new key, this once",
}
# The secret that receivers check signatures by: the contract has it in each answer about a webhook, for owners alone.
ABOUT_WEBHOOKS = re.compile(r"^/(api/v1|\{organization\})/webhooks")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_nothing_secret_is_told(row: Row, everybody: Cast) -> None:  # noqa: F811
    if (row.method, row.path) in SHOWN:
        return
    with transaction.atomic():
        things = Things(everybody)
        path, send = things.fill(row.path), things.fill(row.send)
        for who in (everybody.ana, everybody.max, everybody.ben):
            client = everybody.api(who) if row.is_api else everybody.pages(who)
            with transaction.atomic():
                answer = _call(client, row, path, send)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                told = body.decode("utf-8", "replace") + repr(answer.headers)
                transaction.set_rollback(True)
            found = {
                one
                for one in LOOKS.findall(told)
                if not (ABOUT_WEBHOOKS.match(row.path) and one.endswith("=="))
            }
            assert not found, f"{row.method} {row.path} tells {who} {found}"
            kept = [
                *ApiKey.objects.values_list("digest", flat=True),
                *User.objects.values_list("password", flat=True),
            ]
            assert not [one for one in kept if one and len(one) > 20 and one in told]
        transaction.set_rollback(True)


def test_what_is_shown_on_purpose_is_still_there() -> None:
    rows = {(row.method, row.path) for row in ROWS}
    assert SHOWN.keys() <= rows, SHOWN.keys() - rows


def test_the_looks_are_those_of_our_secrets(everybody: Cast) -> None:  # noqa: F811
    from accounts.actions.keys import random_key
    from core.sealed import seal
    from feedback.models.webhooks import make_secret

    user = User.objects.exclude(password="").first()
    assert user
    for secret in (random_key(), seal("hf_token"), make_secret(), everybody.ben.user.password):
        assert LOOKS.search(f'"{secret}"'), secret
