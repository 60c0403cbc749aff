"""What people know: written by those who look after them, matched with what records need."""

import pytest

from accounts.actions import change_member, give_skills
from accounts.models import Membership
from core.errors import Invalid
from tests.cast import Cast


def known(who: Membership) -> list[str]:
    return Membership.objects.get(pk=who.pk).skills


def text(reply) -> str:
    return " ".join(reply.content.decode().split())


def test_skills_are_kept_in_small_letters_each_once(cast: Cast) -> None:
    change_member(cast.ben, skills=[" Swahili", "LAW", "swahili ", "", "  "])
    assert known(cast.ben) == ["swahili", "law"]


def test_the_same_skills_again_change_nothing(cast: Cast) -> None:
    change_member(cast.ben, skills=["law"])
    before = Membership.objects.get(pk=cast.ben.pk).updated_at
    change_member(cast.ben, skills=["Law"])
    assert Membership.objects.get(pk=cast.ben.pk).updated_at == before


@pytest.mark.parametrize(
    "skills", [["x" * 101], ["two\nlines"], ["two\rlines"], ["a\0b"], [str(n) for n in range(51)]], ids=str
)
def test_what_could_match_no_record_is_refused(cast: Cast, skills: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        change_member(cast.ben, skills=skills)
    assert list(refused.value.errors) == ["skills"]
    with pytest.raises(Invalid):
        give_skills({cast.ben: skills})
    assert known(cast.ben) == []


def test_a_manager_writes_them_on_the_page_of_a_labeler(cast: Cast) -> None:
    path, sent = f"/acme/members/{cast.ben.pk}/", {"username": "ben", "role": "annotator"}
    assert cast.pages(cast.max).post(path, {**sent, "skills": "Swahili\r\nLaw, Medicine"}).status_code == 302
    assert known(cast.ben) == ["swahili", "law", "medicine"]
    page = cast.pages(cast.max).get(path).content.decode()
    assert "\nswahili\nlaw\nmedicine</textarea>" in page
    wrong = cast.pages(cast.max).post(path, {**sent, "skills": "x" * 101})
    assert wrong.status_code == 422
    assert "A skill may have 100 characters." in text(wrong)


def test_many_people_come_with_what_they_know(cast: Cast) -> None:
    sent = {
        "usernames": "fay | Swahili, Law\r\ngil\tXhosa\r\nhal, jr.\r\n",
        "role": "annotator",
        "workspaces": cast.workspace.pk,
    }
    assert cast.pages(cast.max).post("/acme/members/many", sent).status_code == 200
    found = dict(
        Membership.objects.filter(username__in=("fay", "gil", "hal, jr.")).values_list("username", "skills")
    )
    assert found == {"fay": ["swahili", "law"], "gil": ["xhosa"], "hal, jr.": []}


def test_if_what_one_knows_is_wrong_nobody_is_added(cast: Cast) -> None:
    sent = {
        "usernames": f"fay | law\ngil | {'x' * 101}",
        "role": "annotator",
        "workspaces": cast.workspace.pk,
    }
    assert cast.pages(cast.max).post("/acme/members/many", sent).status_code == 422
    assert not Membership.objects.filter(username__in=("fay", "gil")).exists()


def test_a_person_reads_them_on_the_own_account(cast: Cast) -> None:
    assert "None are noted." in text(cast.pages(cast.ben).get("/acme/account/"))
    change_member(cast.ben, skills=["swahili"])
    assert ">swahili<" in text(cast.pages(cast.ben).get("/acme/account/"))
    cast.pages(cast.ben).post("/acme/account/", {"first_name": "Ben", "skills": "law"})
    assert known(cast.ben) == ["swahili"]


def test_a_program_reads_and_writes_them(cast: Cast) -> None:
    path = f"/users/{cast.ben.pk}/skills"
    assert cast.api(cast.max).put(path, {"skills": ["Swahili", "law"]}).json() == {
        "skills": ["swahili", "law"]
    }
    assert cast.api(cast.ben).get(path).json() == {"skills": ["swahili", "law"]}
    assert cast.api(cast.ben).put(path, {"skills": ["medicine"]}).status_code in (403, 404)
    for wrong in ({"skills": ["two\nlines"]}, {"skills": ["x"] * 51}, {"skills": "law"}, {}):
        assert cast.api(cast.max).put(path, wrong).status_code == 422
    assert known(cast.ben) == ["swahili", "law"]


def test_a_user_looks_as_before_to_the_published_client(cast: Cast) -> None:
    change_member(cast.ben, skills=["law"])
    assert "skills" not in cast.api(cast.ana).get(f"/users/{cast.ben.pk}").json()


def test_the_admin_writes_them_by_the_same_rules(cast: Cast) -> None:
    path = f"/admin/accounts/membership/{cast.ben.pk}/change/"
    sent = {"username": "ben", "first_name": "Ben", "last_name": "", "role": "annotator"}
    assert cast.pages(cast.ana).post(path, {**sent, "skills": "Law\nSwahili"}).status_code == 302
    assert known(cast.ben) == ["law", "swahili"]
    wrong = cast.pages(cast.ana).post(path, {**sent, "skills": "x" * 101})
    assert wrong.status_code == 422
    assert known(cast.ben) == ["law", "swahili"]
