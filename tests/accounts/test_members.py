"""Adding, changing and removing members."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Role, Verb
from accounts.actions import add_member, add_members, change_member, enroll, next_usernames, remove_member
from accounts.models import ApiKey, Membership, User
from core.errors import Conflict, Forbidden, Invalid
from tests import make
from tests.cast import Cast


def test_a_new_member_has_an_account_that_the_organization_manages(cast: Cast) -> None:
    eve = add_member(cast.acme, username="eve", password=make.PASSWORD, email=" Eve@Acme.example ")
    assert eve.user.managed_by == cast.acme
    assert eve.user.email == "eve@acme.example"
    assert eve.user.username != "eve", "usernames are those of organizations"
    assert eve.user.check_password(make.PASSWORD)
    assert eve.inserted_at == eve.updated_at


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"username": ""}, "username"),
        ({"username": "x" * 201}, "username"),
        ({"role": "king"}, "role"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 101}, "password"),
    ],
)
def test_what_is_wrong_is_said_beside_its_cause(cast: Cast, given: dict[str, str], wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        add_member(cast.acme, **{"username": "eve", "password": make.PASSWORD, **given})
    assert refused.value.errors.keys() == {wrong}


def test_an_e_mail_belongs_to_one_account(cast: Cast) -> None:
    make.member(cast.rival, "eve", email="eve@example.org")
    with pytest.raises(Conflict, match="invite"):
        add_member(cast.acme, username="eve", password=make.PASSWORD, email="EVE@example.org")
    assert not Membership.objects.filter(organization=cast.acme, username="eve").exists()


def test_a_refusal_leaves_no_account_behind(cast: Cast) -> None:
    before = User.objects.count()
    with pytest.raises(Conflict, match="taken"):
        add_member(cast.acme, username="ben", password=make.PASSWORD)
    assert User.objects.count() == before


def test_many_are_added_with_passwords_of_their_own(cast: Cast) -> None:
    people = add_members(cast.acme, ["eve", "fay"], role=Role.ADMIN)
    assert [person.membership.username for person in people] == ["eve", "fay"]
    assert len({person.password for person in people}) == 2
    for member, password in people:
        kept = Membership.objects.get(pk=member.pk)
        assert kept.role == "admin"
        assert kept.user.check_password(password)
        assert kept.user.managed_by == cast.acme
        assert len(password) == 14


def test_many_are_added_in_a_handful_of_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        add_members(cast.acme, [f"eve-{number}" for number in range(200)])


@pytest.mark.parametrize(
    ("usernames", "sentence"),
    [(["eve", "ben"], "taken: ben"), (["eve", "eve"], "twice"), ([], "1 to 500"), (["eve", ""], "username")],
)
def test_all_of_many_or_none(cast: Cast, usernames: list[str], sentence: str) -> None:
    before = User.objects.count()
    with pytest.raises((Invalid, Conflict), match=sentence):
        add_members(cast.acme, usernames)
    assert User.objects.count() == before


def test_numbered_usernames_go_on_where_the_last_ones_ended(cast: Cast) -> None:
    assert next_usernames(cast.acme, "labeler", 2) == ["labeler-01", "labeler-02"]
    add_members(cast.acme, ["labeler-01", "labeler-03"])
    assert next_usernames(cast.acme, "labeler", 2) == ["labeler-02", "labeler-04"]
    with pytest.raises(Invalid):
        next_usernames(cast.acme, "labeler", 501)


def test_a_change_of_nothing_asks_the_database_nothing(cast: Cast, django_assert_num_queries: Any) -> None:
    before = cast.ben.updated_at
    with django_assert_num_queries(2):  # a savepoint and its end
        change_member(cast.ben, first_name="Ben", role="annotator")
    cast.ben.refresh_from_db()
    assert cast.ben.updated_at == before


def test_the_last_owner_neither_leaves_nor_steps_down(cast: Cast) -> None:
    with pytest.raises(Conflict, match="only owner"):
        remove_member(cast.ana)
    with pytest.raises(Conflict, match="only owner"):
        change_member(cast.ana, role=Role.ADMIN)
    other = make.owner(cast.acme)
    User.objects.filter(pk=other.user_id).update(is_active=False)
    with pytest.raises(Conflict, match="only owner"):
        remove_member(cast.ana)
    make.owner(cast.acme)
    assert remove_member(cast.ana).left_at is not None


def test_owners_that_leave_at_once_wait_for_each_other(cast: Cast) -> None:
    make.owner(cast.acme)
    with CaptureQueriesContext(connection) as queries:
        remove_member(cast.ana)
    assert any("FOR NO KEY UPDATE" in query["sql"] for query in queries)


def test_whoever_leaves_is_nobody_afterwards(cast: Cast) -> None:
    make.key(cast.ben)
    account = cast.ben.user
    gone = remove_member(cast.ben)
    assert gone.left_at is not None
    assert (gone.user, gone.first_name, gone.last_name) == (None, "", None)
    assert gone.username.startswith("former-")
    assert "ben" not in gone.username
    assert not ApiKey.objects.filter(membership=gone, revoked_at=None).exists()
    assert not gone.workspace_memberships.exists()
    account.refresh_from_db()
    assert not account.is_active
    assert not account.has_usable_password()
    assert account.email is None


def test_leaving_twice_changes_nothing(cast: Cast) -> None:
    first = remove_member(cast.ben).left_at
    assert remove_member(Membership.objects.get(pk=cast.ben.pk)).left_at == first


def test_the_e_mail_of_a_closed_account_is_free(cast: Cast) -> None:
    eve = make.member(cast.acme, "eve", email="eve@example.org")
    remove_member(eve)
    make.member(cast.rival, "eve", email="eve@example.org")


def test_an_account_that_is_needed_elsewhere_stays(cast: Cast) -> None:
    account = cast.ben.user
    enroll(cast.rival, account, username="benjamin")
    remove_member(cast.ben)
    account.refresh_from_db()
    assert account.is_active
    assert account.check_password(make.PASSWORD)


def test_an_account_of_two_organizations_is_managed_by_none(cast: Cast) -> None:
    enroll(cast.rival, cast.ben.user, username="benjamin")
    for member in Membership.objects.filter(user=cast.ben.user):
        with pytest.raises(Forbidden):
            change_member(member, password="taken over")


def test_a_joining_account_is_not_managed_by_the_organization_it_joins(cast: Cast) -> None:
    own = User.objects.create_user(email="own@example.org", password=make.PASSWORD)
    member = enroll(cast.acme, own, username="own")
    with pytest.raises(Forbidden):
        change_member(member, password="taken over")
    assert own.check_password(make.PASSWORD)


def test_nobody_is_a_member_twice(cast: Cast) -> None:
    with pytest.raises(Conflict, match="member already"):
        enroll(cast.acme, cast.ben.user, username="ben2")


def test_managers_manage_labelers_who_work_nowhere_else(cast: Cast) -> None:
    def managed() -> set[str]:
        return {one.username for one in Membership.objects.allowing(Verb.MANAGE, cast.max)}

    assert managed() == {"ben"}
    other = make.workspace(cast.acme, "other", cast.ben)
    assert managed() == set(), "a new password would let Max into the other workspace"
    make.place(other, cast.max)
    assert managed() == {"ben"}
    change_member(cast.ben, role=Role.ADMIN)
    assert managed() == set()


def test_answers_stay_when_their_author_leaves(cast: Cast) -> None:
    answer = make.response(make.record(make.dataset(cast.workspace)), cast.ben)
    remove_member(cast.ben)
    answer.refresh_from_db()
    assert answer.values
