"""What a key may: less than its member, or as much, and never more."""

from __future__ import annotations

import re
from zlib import crc32

import pytest

from accounts.access import KeyScope, Verb, may
from accounts.actions import issue_api_key
from accounts.actions.keys import checksum
from accounts.models import ApiKey, Membership
from core.errors import Invalid
from feedback.models import Dataset
from tests import make
from tests.cast import Cast
from workspaces.actions import change_role_in_workspace
from workspaces.models import WorkspaceMembership

RECORDS = {"items": [{"fields": {"prompt": "Why?", "answers": make.fields()["answers"]}}]}


def test_a_key_that_only_reads_says_so_when_it_is_to_write(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    reading = cast.api(make.key(cast.max, scope="read"))
    assert reading.get(f"/datasets/{dataset.pk}/records").status_code == 200
    refused = reading.post(f"/datasets/{dataset.pk}/records/bulk", RECORDS)
    assert refused.status_code == 403
    assert "This key may only read." in str(refused.json())
    assert "only read" in str(reading.patch(f"/datasets/{dataset.pk}", {"name": "Other"}).json())


def test_a_key_that_writes_fills_datasets_and_answers_and_sets_nothing_up(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    record = make.record(dataset)
    writing = cast.api(make.key(cast.max, scope="write"))
    assert writing.post(f"/datasets/{dataset.pk}/records/bulk", RECORDS).status_code == 201
    draft = {"status": "draft", "values": {"comment": {"value": "Hm."}}}
    assert writing.post(f"/records/{record.pk}/responses", draft).status_code == 201
    for refused in (
        writing.patch(f"/datasets/{dataset.pk}", {"name": "Other"}),
        writing.delete(f"/datasets/{dataset.pk}"),
        writing.patch(f"/datasets/{dataset.pk}/queue", {"is_paused": True}),
        writing.patch(f"/workspaces/{cast.workspace.pk}/users/{cast.ben.pk}", {"role": "viewer"}),
    ):
        assert refused.status_code == 403
        assert "not manage" in str(refused.json())


def test_a_key_for_one_workspace_knows_of_no_other_and_of_nothing_above(cast: Cast) -> None:
    other = make.workspace(cast.acme, "other")
    here, there = make.dataset(cast.workspace), make.dataset(other)
    key = cast.api(make.key(cast.ana, workspaces=[cast.workspace.pk]))
    assert [one["id"] for one in key.get("/me/datasets").json()["items"]] == [str(here.pk)]
    assert [one["name"] for one in key.get("/me/workspaces").json()["items"]] == ["acme-workspace"]
    assert key.get(f"/datasets/{there.pk}").status_code == 404
    assert key.patch(f"/datasets/{here.pk}", {"name": "Other"}).status_code == 200
    for refused in (
        key.get("/users"),
        key.post("/workspaces", {"name": "more"}),
        key.get("/webhooks"),
        key.post("/service-accounts", {"username": "robot"}),
    ):
        assert refused.status_code == 403
        assert "chosen workspaces" in str(refused.json())
    new = {"name": "New", "workspace_id": str(other.pk)}
    assert key.post("/datasets", new).status_code == 403


def test_a_key_never_may_more_than_its_member(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    key = make.key(cast.ben, scope="manage", workspaces=[cast.workspace.pk])
    assert cast.api(key).patch(f"/datasets/{dataset.pk}", {"name": "Other"}).status_code == 403
    place = WorkspaceMembership.objects.get(membership=cast.ben)
    change_role_in_workspace(place, "manager", by=cast.ana)
    assert cast.api(key).patch(f"/datasets/{dataset.pk}", {"name": "Other"}).status_code == 200
    place.delete()
    assert cast.api(key).get(f"/datasets/{dataset.pk}").status_code == 404


def test_a_key_for_a_workspace_that_is_gone_reaches_nothing(cast: Cast) -> None:
    gone = make.workspace(cast.acme, "gone")
    key = make.key(cast.ana, workspaces=[gone.pk])
    gone.delete()
    make.dataset(cast.workspace)
    assert cast.api(key).get("/me/datasets").json() == {"items": []}


@pytest.mark.parametrize("scope", KeyScope)
def test_every_verb_is_asked_of_the_key_too(cast: Cast, scope: str) -> None:
    """Also where nobody looks at a key: an owner is refused what the scope leaves out."""
    ana = Membership.objects.get(pk=cast.ana.pk)
    ana.key = issue_api_key(ana, name="Any", scope=scope, workspaces=[cast.workspace.pk]).api_key
    make.dataset(cast.workspace)
    other = make.workspace(cast.acme)
    for verb in Verb:
        allowed = may(verb, ana, cast.workspace.pk)
        assert allowed == (
            verb not in {Verb.OWN, Verb.OVERSEE} and may(verb, cast.ana) and _within(verb, scope)
        )
        assert not may(verb, ana, other.pk)
        assert Dataset.objects.allowing(verb, ana).exists() == allowed


def _within(verb: Verb, scope: str) -> bool:
    reads = {Verb.VIEW, Verb.MEET, Verb.REVIEW, Verb.FOLLOW, Verb.INSPECT}
    writes = reads | {Verb.ANNOTATE, Verb.EDIT}
    return verb in {"read": reads, "write": writes, "manage": set(Verb)}[scope]


def test_a_scanner_of_secrets_knows_a_key_when_it_sees_one(cast: Cast) -> None:
    key = make.key(cast.ben)
    found = re.fullmatch(r"assay_([A-Za-z0-9]{48})([A-Za-z0-9]{6})", key)
    assert found
    assert checksum(found[1]) == found[2]
    assert checksum("a" * 48) != checksum("b" + "a" * 47)
    assert crc32(b"") == 0
    assert checksum("") == "aaaaaa"
    assert ApiKey.objects.get().digest not in key


def test_a_key_is_for_workspaces_of_its_organization_only(cast: Cast) -> None:
    for workspaces in ([cast.rival_workspace.pk], []):
        with pytest.raises(Invalid):
            issue_api_key(cast.ana, name="Far", workspaces=workspaces)
    with pytest.raises(Invalid):
        issue_api_key(cast.ana, name="Odd", scope="everything")


def test_the_account_page_makes_a_narrow_key_and_lists_what_it_may(cast: Cast) -> None:
    ben = cast.pages(cast.ben)
    form = {"name": "Reader", "days": "30", "scope": "read", "workspaces": [str(cast.workspace.pk)]}
    issued = ben.post("/acme/account/keys", form).context["issued"]
    assert (issued.api_key.scope, issued.api_key.workspace_ids) == ("read", [cast.workspace.pk])
    page = ben.get("/acme/account/").content.decode()
    assert "acme-workspace" in page
    assert issued.api_key.prefix in page
    shown = cast.api(issued.key).get("/me/keys").json()["items"]
    assert [(one["name"], one["scope"]) for one in shown] == [("Reader", "read")]
    foreign = {**form, "workspaces": [str(cast.rival_workspace.pk)]}
    assert ben.post("/acme/account/keys", foreign).status_code == 422
