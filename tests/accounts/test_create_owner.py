"""The command that makes the first owner."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiKey, Membership, Organization, User
from tests import make
from tests.cast import ApiClient
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db
GIVEN = {"organization": "Acme", "username": "argilla", "password": "12345678", "api_key": "argilla.apikey"}


def create_owner(**given: Any) -> str:
    out = StringIO()
    call_command("create_owner", **{**GIVEN, **given}, stdout=out)
    return out.getvalue()


def me(key: str = "argilla.apikey") -> Any:
    return ApiClient(headers={"X-Argilla-Api-Key": key}).get("/me")


def test_the_owner_can_call_at_once() -> None:
    said = create_owner(email="owner@acme.example")
    assert said == "argilla is an owner of Acme. Sign in at /acme/sign-in.\n"
    assert me().json()["role"] == "owner"
    owner = Membership.objects.get()
    assert owner.user.check_password("12345678")
    assert owner.user.email == "owner@acme.example"
    assert not Workspace.objects.exists()


def test_twice_is_once() -> None:
    create_owner()
    before = [
        list(model.objects.order_by("pk").values()) for model in (Organization, Membership, User, ApiKey)
    ]
    create_owner()
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Organization, Membership, User, ApiKey)
    ]


def test_another_password_and_another_key_replace_the_old_ones() -> None:
    create_owner()
    create_owner(password="87654321", api_key="another.key")
    assert Membership.objects.get().user.check_password("87654321")
    assert me().status_code == 401
    assert me("another.key").status_code == 200
    create_owner(password="87654321", api_key="another.key")
    assert ApiKey.objects.filter(revoked_at=None).count() == 1


def test_other_keys_of_the_owner_stay() -> None:
    create_owner()
    own = make.key(Membership.objects.get())
    create_owner(api_key="another.key")
    assert me(own).status_code == 200


def test_without_a_key_none_is_made() -> None:
    create_owner(api_key=None)
    assert not ApiKey.objects.exists()


def test_a_member_becomes_an_owner() -> None:
    create_owner()
    create_owner(username="second", api_key=None)
    Membership.objects.filter(username="second").update(role="annotator")
    create_owner(username="second", api_key=None)
    assert Membership.objects.get(username="second").is_owner


def test_two_organizations_have_their_own_owners() -> None:
    create_owner()
    create_owner(organization="Rival", api_key="rival.key")
    assert me().json()["id"] != me("rival.key").json()["id"]
    with pytest.raises(CommandError, match="in use"):
        create_owner(organization="Rival", api_key="argilla.apikey")


@pytest.mark.parametrize("wrong", [{"password": "short"}, {"organization": " "}, {"username": ""}])
def test_what_does_not_work_is_a_sentence(wrong: dict[str, str]) -> None:
    with pytest.raises(CommandError) as refused:
        create_owner(**wrong)
    assert str(refused.value).endswith(".")
    assert not Membership.objects.exists()
