"""The trash on its page and by the API: what is in it, for whom; restored, undone at once, deleted for ever."""

import re

import pytest
from django.test import override_settings
from django.urls import reverse

from feedback.actions.datasets import delete_dataset
from feedback.actions.records import delete_records
from feedback.models import Dataset, DeletedDataset, DeletedRecords, Record
from tests import make
from workspaces.actions import delete_workspace
from workspaces.models import Workspace


@pytest.fixture
def dataset(cast):
    dataset = make.dataset(cast.workspace, "Wells")
    make.records(dataset, 3)
    return dataset


@pytest.fixture
def full(cast, dataset):
    """One of each kind: records of Wells, Rivers, a workspace; and Rival's, which nobody of Acme sees."""
    delete_records(dataset, [Record.objects.order_by("position").first().pk], by=cast.max)
    delete_dataset(make.dataset(cast.workspace, "Rivers"), by=cast.ana)
    delete_workspace(make.workspace(cast.acme, "left", cast.max), by=cast.ana)
    delete_dataset(make.dataset(cast.rival_workspace, "Theirs"), by=cast.cleo)


def page(cast, name, *args):
    return reverse(name, args=[cast.acme.slug, *args])


def listed(cast, who):
    reply = cast.api(who).get("/trash")
    return {(one["kind"], one["name"], one["records"]) for one in reply.json()["items"]}


def test_owners_see_all_of_it_and_managers_what_was_in_their_workspaces(cast, full):
    records = ("records", "1 record of Wells", 1)
    assert listed(cast, cast.ana) == {records, ("dataset", "Rivers", 0), ("workspace", "left", None)}
    assert listed(cast, cast.max) == {records, ("dataset", "Rivers", 0)}
    assert listed(cast, cast.gus) == set()
    assert listed(cast, cast.cleo) == {("dataset", "Theirs", 0)}
    assert cast.api(cast.ben).get("/trash").status_code == 403


def test_the_page_says_what_when_by_whom_how_much_and_until_when(cast, full):
    html = cast.pages(cast.max).get(page(cast, "trash")).content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    assert "1 record of Wells" in text
    assert re.search(r"Rivers dataset acme-workspace 0 .* by Ana", text)
    assert "left" not in text.split("Trash", 2)[2].replace("Delete for ever", "").split()
    assert "Theirs" not in text


def test_the_list_is_cut_into_pages(cast, full):
    ana = cast.api(cast.ana)
    all_of_it = ana.get("/trash").json()
    one_by_one = [ana.get(f"/trash?offset={n}&limit=1").json() for n in range(3)]
    assert [one["items"][0] for one in one_by_one] == all_of_it["items"]
    assert {one["total"] for one in one_by_one} == {3}


def test_a_program_reads_who_and_until_when(cast, dataset):
    assert cast.api(cast.max).delete(f"/datasets/{dataset.pk}").json()["name"] == "Wells"
    [one] = cast.api(cast.max).get("/trash").json()["items"]
    gone = DeletedDataset.objects.get()
    assert one["deleted_by"] == str(cast.max.pk)
    assert one["workspace_id"] == str(cast.workspace.pk)
    assert (gone.purge_at - gone.deleted_at).days == 30


def test_undo_stands_right_where_it_was_deleted(cast, dataset):
    browser = cast.pages(cast.max)
    html = browser.post(
        page(cast, "delete_dataset", dataset.pk), {"typed": "Wells"}, follow=True
    ).content.decode()
    assert "Wells is in the trash." in html
    assert ">Undo<" in re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    undo = re.search(r'action="([^"]+/restore)"', html)[1]
    reply = browser.post(undo, follow=True)
    assert reply.redirect_chain[-1][0] == page(cast, "dataset", dataset.pk)
    assert "Wells is back." in reply.content.decode()
    assert Dataset.objects.get() == dataset


def test_undo_brings_back_the_records_that_were_just_deleted(cast, dataset):
    first, second, _ = Record.objects.order_by("position")
    browser = cast.pages(cast.max)
    delete_records(dataset, [first.pk], by=cast.max)
    html = browser.post(
        page(cast, "delete_stopped", dataset.pk), {"record": second.pk}, follow=True
    ).content.decode()
    undo = re.search(r'action="([^"]+/restore)"', html)[1]
    browser.post(undo)
    assert Record.objects.filter(pk=second.pk).exists()
    assert not Record.objects.filter(pk=first.pk).exists()


def test_undo_brings_a_workspace_back(cast):
    place = make.workspace(cast.acme, "wells", cast.max)
    ana = cast.pages(cast.ana)
    html = ana.post(page(cast, "delete_workspace", place.pk), follow=True).content.decode()
    reply = ana.post(re.search(r'action="([^"]+/restore)"', html)[1])
    assert reply.url == page(cast, "workspace", place.pk)
    assert Workspace.objects.get(pk=place.pk).members.get() == cast.max


def test_where_its_name_is_taken_it_asks_for_another(cast, dataset):
    delete_dataset(dataset)
    make.dataset(cast.workspace, "Wells")
    browser, path = cast.pages(cast.max), page(cast, "restore_deleted", dataset.pk)
    reply = browser.post(path)
    assert reply.status_code == 409
    assert "already has a dataset named" in reply.content.decode()
    assert browser.post(path, {"name": " "}).status_code == 422
    assert browser.post(path, {"name": "Wells"}).status_code == 409
    assert browser.post(path, {"name": "Old wells"}).status_code == 302
    assert Dataset.objects.get(pk=dataset.pk).name == "Old wells"


def test_a_program_gives_another_name_too(cast, dataset):
    delete_dataset(dataset)
    make.dataset(cast.workspace, "Wells")
    program = cast.api(cast.max)
    reply = program.post(f"/trash/{dataset.pk}/restore")
    assert (reply.status_code, "Wells" in str(reply.json())) == (409, True)
    reply = program.post(f"/trash/{dataset.pk}/restore", {"name": "Old wells"})
    assert (reply.status_code, reply.json()["name"]) == (200, "Old wells")
    assert program.get(f"/datasets/{dataset.pk}").json()["name"] == "Old wells"
    assert program.post(f"/trash/{dataset.pk}/restore").status_code == 404


def test_records_that_cannot_come_back_say_why(cast, dataset):
    old = make.record(dataset, external_id="w1")
    delete_records(dataset, [old.pk], by=cast.max)
    make.record(dataset, external_id="w1")
    gone = DeletedRecords.objects.get()
    browser = cast.pages(cast.max)
    html = browser.post(page(cast, "restore_deleted", gone.pk), follow=True).content.decode()
    assert "Records that were added since have the same ids: w1." in html
    assert cast.api(cast.max).post(f"/trash/{gone.pk}/restore").status_code == 409
    assert cast.api(cast.max).post(f"/trash/{gone.pk}/restore", {"name": "x"}).status_code == 422


def test_for_ever_asks_for_the_name(cast, dataset):
    delete_dataset(dataset)
    browser, path = cast.pages(cast.max), page(cast, "delete_deleted", dataset.pk)
    assert "3 records go" in browser.get(path).content.decode()
    assert browser.post(path, {"typed": "wells"}).status_code == 422
    assert DeletedDataset.objects.exists()
    assert browser.post(path, {"typed": "Wells"}).url == page(cast, "trash")
    assert not DeletedDataset.objects.exists()
    assert browser.get(path).status_code == 404


@override_settings(TRASH_DAYS=1)
def test_how_long_it_stays_is_said_before_and_is_a_setting(cast, dataset):
    html = cast.pages(cast.max).get(page(cast, "delete_dataset", dataset.pk)).content.decode()
    assert "It can be brought back from the trash for 1 day." in html
    cast.api(cast.max).delete(f"/datasets/{dataset.pk}")
    gone = DeletedDataset.objects.get()
    assert (gone.purge_at - gone.deleted_at).days == 1


def test_it_is_restored_and_deleted_for_ever_in_the_admin(cast, full):
    browser = cast.pages(cast.max)
    gone = DeletedDataset.objects.get(name="Rivers")
    url = reverse("admin:feedback_deleteddataset_changelist")
    assert "Rivers" in browser.get(url).content.decode()
    reply = browser.post(url, {"action": "restore", "_selected_action": [str(gone.pk)]}, follow=True)
    assert "Rivers is back." in reply.content.decode()
    assert Dataset.objects.filter(name="Rivers").exists()
    records = DeletedRecords.objects.get()
    browser.post(reverse("admin:feedback_deletedrecords_delete", args=[records.pk]), {"post": "yes"})
    assert not DeletedRecords.objects.exists()
