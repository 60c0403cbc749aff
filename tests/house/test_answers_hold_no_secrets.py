"""No answer tells what is secret: what all answers are held to (tests/secrets.py) finds what is."""

import pytest

from accounts.models import ApiKey, User
from tests.cast import Cast
from tests.house.test_every_route_has_a_row import db, everybody  # noqa: F401  fixtures
from tests.permissions import ROWS, Row
from tests.secrets import LOOKS, SHOWN, secrets_in


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


@pytest.mark.parametrize("path", ["/api/v1/me", "/{organization}/webhooks/"])
def test_what_the_database_keeps_is_found_in_an_answer(path: str, everybody: Cast) -> None:  # noqa: F811
    row, key = Row("GET", path, "managers"), ApiKey.objects.first()
    assert key
    assert secrets_in(["quiet", f"<td>{key.digest}</td>"], row) == {key.digest}
    assert secrets_in(["quiet"], row) == set()


def test_only_answers_about_webhooks_hold_their_secret(everybody: Cast) -> None:  # noqa: F811
    secret = "a" * 86 + "=="
    assert secrets_in([f'"{secret}"'], Row("GET", "/api/v1/me", "managers")) == {secret}
    assert not secrets_in([f'"{secret}"'], Row("GET", "/api/v1/webhooks", "owners"))
