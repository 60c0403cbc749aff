"""A deleted workspace lets everybody out, and comes back with its people, its groups and what lay in its trash."""

import pytest
from django.utils.timezone import now

from accounts.access import Verb
from accounts.actions import remove_member
from core.errors import Conflict
from feedback.actions.datasets import delete_dataset, restore_dataset
from feedback.actions.emptying import empty_trash
from feedback.models import Dataset, DeletedDataset
from tests import make
from workspaces.actions import create_group, delete_workspace, restore_workspace
from workspaces.models import DeletedWorkspace, Group, GroupMembership, Workspace, WorkspaceMembership


@pytest.fixture
def place(cast):
    return make.workspace(cast.acme, "wells", cast.max, cast.ben)


def deleted(place, by=None):
    delete_workspace(place, by=by)
    return DeletedWorkspace.objects.get(pk=place.pk)


def test_nobody_is_in_it_any_more(cast, place):
    group = create_group(place, name="Translators", members=[cast.ben])
    gone = deleted(place, by=cast.ana)
    assert gone.deleted_by == cast.ana
    assert not WorkspaceMembership.objects.filter(workspace=place).exists()
    assert place.pk not in cast.max.roles_by_workspace()
    assert not Workspace.objects.allowing(Verb.VIEW, cast.ana).filter(pk=place.pk).exists()
    assert not Group.objects.allowing(Verb.VIEW, cast.ana).filter(pk=group.pk).exists()


def test_it_comes_back_with_its_people_but_those_who_left(cast, place):
    create_group(place, name="Translators", members=[cast.ben, cast.max])
    make.place(place, cast.dov, "reviewer")
    gone = deleted(place)
    remove_member(cast.max)
    place = restore_workspace(gone, by=cast.ana)
    there = place.workspace_memberships.values_list("membership__username", "role", "role_set_by__username")
    assert set(there) == {("ben", "labeler", "ana"), ("dov", "reviewer", "ana")}
    assert list(GroupMembership.objects.values_list("membership__username", flat=True)) == ["ben"]
    assert place.people_before == {}


def test_its_name_is_free(cast, place):
    gone = deleted(place)
    make.workspace(cast.acme, "wells")
    with pytest.raises(Conflict, match="There is a workspace called wells already"):
        restore_workspace(gone)
    assert restore_workspace(gone, name="old-wells").name == "old-wells"


def test_what_lies_in_its_trash_waits_for_it(cast, place):
    dataset = make.dataset(place, "Wells")
    with pytest.raises(Conflict, match="still has datasets"):
        delete_workspace(place)
    delete_dataset(dataset)
    gone = deleted(place)
    assert not DeletedDataset.objects.allowing(Verb.MANAGE, cast.ana).exists()
    restore_workspace(gone)
    found = DeletedDataset.objects.fetch(Verb.MANAGE, cast.max, pk=dataset.pk)
    assert restore_dataset(found).workspace == place


def test_after_its_time_it_is_gone_with_what_lay_in_its_trash(cast, place):
    delete_dataset(make.dataset(place))
    deleted(place)
    DeletedWorkspace.objects.update(purge_at=now())
    assert empty_trash()
    assert not Workspace._base_manager.filter(pk=place.pk).exists()
    assert not Dataset._base_manager.exists()
