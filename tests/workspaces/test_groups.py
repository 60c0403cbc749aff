"""Groups: people of a workspace who are meant together."""

import pytest

from accounts.access import Role, Verb
from accounts.actions import change_member, remove_member
from core.errors import Conflict, Invalid
from tests import make
from tests.cast import Cast
from workspaces.actions import (
    change_group,
    create_group,
    delete_workspace,
    people_of,
    remove_from_workspace,
)
from workspaces.models import Group, GroupMembership


def text(reply) -> str:
    return " ".join(reply.content.decode().split())


def inside(group: Group) -> set:
    return set(people_of([group])[group.pk])


def test_members_of_the_workspace_and_owners_can_be_in_a_group(cast: Cast) -> None:
    group = create_group(cast.workspace, name=" Translators ", members=[cast.ben, cast.max, cast.ana])
    assert group.name == "Translators"
    assert inside(group) == {cast.ben.pk, cast.max.pk, cast.ana.pk}
    with pytest.raises(Invalid, match="Dov"):
        change_group(group, members=[cast.ben, cast.dov])
    with pytest.raises(Invalid, match="Cleo"):
        create_group(cast.workspace, name="Others", members=[cast.cleo])
    assert inside(group) == {cast.ben.pk, cast.max.pk, cast.ana.pk}


def test_others_take_the_place_of_those_who_were_in_it(cast: Cast) -> None:
    group = create_group(cast.workspace, name="Translators", members=[cast.ben])
    change_group(group, members=[cast.max])
    assert inside(group) == {cast.max.pk}
    change_group(group, name="Night shift")
    assert (group.name, inside(group)) == ("Night shift", {cast.max.pk})


def test_a_name_is_used_once_in_a_workspace(cast: Cast) -> None:
    create_group(cast.workspace, name="Translators")
    other = create_group(cast.workspace, name="Others")
    with pytest.raises(Conflict):
        create_group(cast.workspace, name="Translators")
    with pytest.raises(Conflict):
        change_group(other, name="Translators")
    create_group(make.workspace(cast.acme), name="Translators")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\0b"])
def test_a_name_that_cannot_be_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid):
        create_group(cast.workspace, name=name)


def test_who_leaves_the_workspace_or_the_organization_leaves_its_groups(cast: Cast) -> None:
    group = create_group(cast.workspace, name="Translators", members=[cast.ben, cast.max, cast.ana])
    remove_from_workspace(cast.workspace.workspace_memberships.get(membership=cast.ben))
    assert inside(group) == {cast.max.pk, cast.ana.pk}
    remove_member(cast.max)
    assert inside(group) == {cast.ana.pk}
    assert GroupMembership.objects.count() == 1


def test_an_owner_who_becomes_a_labeler_elsewhere_is_not_meant_any_more(cast: Cast) -> None:
    make.owner(cast.acme, "eva")
    group = create_group(cast.workspace, name="Translators", members=[cast.ana])
    change_member(cast.ana, role=Role.ANNOTATOR)
    assert inside(group) == set()


def test_a_workspace_goes_with_its_groups(cast: Cast) -> None:
    place = make.workspace(cast.acme, "empty", cast.ben)
    create_group(place, name="Translators", members=[cast.ben])
    delete_workspace(place)
    assert not Group.objects.allowing(Verb.MANAGE, cast.ana).exists()
    assert not GroupMembership.objects.exists()


def test_a_manager_makes_changes_and_deletes_a_group_on_its_pages(cast: Cast) -> None:
    max_, place = cast.pages(cast.max), f"/acme/workspaces/{cast.workspace.pk}/"
    sent = {"name": "Translators", "members": [cast.ben.pk]}
    assert max_.post(f"{place}groups/new", sent)["Location"] == place
    group = Group.objects.get()
    assert inside(group) == {cast.ben.pk}
    page = text(max_.get(place))
    assert "Translators" in page
    assert "1 person" in page
    assert "checked" in text(max_.get(f"{place}groups/{group.pk}/"))
    max_.post(f"{place}groups/{group.pk}/", {"name": "Night shift"})
    group.refresh_from_db()
    assert (group.name, inside(group)) == ("Night shift", set())
    again = max_.post(f"{place}groups/new", {"name": "Night shift"})
    assert again.status_code == 422
    assert "a group called Night shift already" in text(again)
    assert "Delete <bdi>Night shift</bdi>?" in text(max_.get(f"{place}groups/{group.pk}/delete"))
    assert Group.objects.exists()
    max_.post(f"{place}groups/{group.pk}/delete")
    assert not Group.objects.exists()


def test_who_does_not_belong_there_cannot_be_ticked(cast: Cast) -> None:
    sent = {"name": "Translators", "members": [cast.dov.pk]}
    reply = cast.pages(cast.max).post(f"/acme/workspaces/{cast.workspace.pk}/groups/new", sent)
    assert reply.status_code == 422
    assert not Group.objects.exists()


def test_programs_make_change_and_delete_groups(cast: Cast) -> None:
    max_, path = cast.api(cast.max), f"/workspaces/{cast.workspace.pk}/groups"
    made = max_.post(path, {"name": "Translators", "user_ids": [str(cast.ben.pk)]})
    assert made.status_code == 201
    group = made.json()
    assert group["user_ids"] == [str(cast.ben.pk)]
    assert max_.get(path).json()["items"] == [group]
    assert max_.post(path, {"name": "Translators"}).status_code == 409
    assert max_.post(path, {"name": "Others", "user_ids": [str(cast.dov.pk)]}).status_code == 422
    one = f"{path}/{group['id']}"
    assert max_.patch(one, {"user_ids": []}).json()["user_ids"] == []
    assert max_.patch(one, {"name": "Night shift"}).json()["name"] == "Night shift"
    assert max_.patch(one, {"name": None}).status_code == 422
    assert max_.delete(one).json()["name"] == "Night shift"
    assert max_.get(one).status_code == 404


def test_a_group_of_another_workspace_is_not_found_by_this_address(cast: Cast) -> None:
    other = make.workspace(cast.acme, "other", cast.max)
    group = create_group(other, name="Translators")
    assert cast.api(cast.max).get(f"/workspaces/{cast.workspace.pk}/groups/{group.pk}").status_code == 404


def test_the_admin_makes_and_changes_groups_by_the_same_rules(cast: Cast) -> None:
    ana, path = cast.pages(cast.ana), "/admin/workspaces/group/"
    sent = {"workspace": cast.workspace.pk, "name": "Translators", "members": [cast.ben.pk]}
    assert ana.post(f"{path}add/", sent).status_code == 302
    group = Group.objects.get()
    assert inside(group) == {cast.ben.pk}
    change = f"{path}{group.pk}/change/"
    assert f'value="{cast.ben.pk}" selected' in ana.get(change).content.decode()
    wrong = ana.post(change, {"name": "Translators", "members": [cast.dov.pk]})
    assert wrong.status_code == 422
    assert "let them into the workspace first" in text(wrong)
    assert ana.post(change, {"name": "Night shift", "members": [cast.max.pk]}).status_code == 302
    assert inside(group) == {cast.max.pk}
    assert ana.post(f"{path}{group.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Group.objects.exists()
