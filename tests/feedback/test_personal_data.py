"""People get a copy of what is kept of them, and are erased when an owner says so."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.admin.models import LogEntry
from django.utils.timezone import now

from accounts.actions import deactivate_member, enroll, remove_member
from accounts.audit_models import AuditEntry
from accounts.models import Membership, User
from core.errors import Conflict, Invalid
from feedback.actions.copying_oneself import run_copy
from feedback.actions.erasing import run_erasure
from feedback.actions.personal import ask_for_copy, erase_person, forget_copies
from feedback.actions.responses import save_draft
from feedback.models import LabelerTally, PersonalRequest, Record, Response
from tests import make
from tests.cast import Cast
from workspaces.actions import invite
from workspaces.models import Invitation


@pytest.fixture
def record(cast: Cast) -> Record:
    dataset = make.dataset(cast.workspace, "Letters")
    first, second = make.record(dataset), make.record(dataset)
    make.response(first, cast.ben)
    make.response(first, cast.max)
    save_draft(second, {"comment": "half of a thought"}, by=cast.ben)
    return first


def copy_of(request: PersonalRequest) -> dict[str, str]:
    """Name -> text of each file in the zip."""
    run_copy(str(request.organization_id), str(request.pk))
    request.refresh_from_db()
    with request.file.open("rb") as file, ZipFile(BytesIO(file.read())) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def erase(cast: Cast, who: Membership, **given: Any) -> PersonalRequest:
    given = {"typed": who.username, "deletes_answers": False, "by": cast.ana, **given}
    made = erase_person(who, **given)
    run_erasure(str(made.organization_id), str(made.pk))
    made.refresh_from_db()
    return made


def test_a_copy_has_all_of_ones_own_and_nothing_of_others(cast: Cast, record: Record) -> None:
    request = ask_for_copy(cast.ben, by=cast.ben)
    found = copy_of(request)
    assert json.loads(found["profile.json"])["username"] == "ben"
    assert json.loads(found["profile.json"])["workspaces"][0]["workspace__name"] == "acme-workspace"
    assert "addresses" in json.loads(found["sign-ins.json"])
    (answer,) = map(json.loads, found["answers.jsonl"].splitlines())
    assert answer["dataset__name"] == "Letters"
    assert answer["record_id"] == str(record.pk)
    assert "half of a thought" in found["drafts.jsonl"]
    everything = "".join(found.values())
    assert "max" not in everything.lower().replace("maximum", "")
    assert request.counts == {
        "answers": 1,
        "drafts": 1,
        "records": 0,
        "activity": 1,
        "turns": request.counts["turns"],
    }


def test_one_that_an_owner_asks_for_says_nothing_about_signing_in(cast: Cast) -> None:
    assert "sign-ins.json" not in copy_of(ask_for_copy(cast.ben, by=cast.ana))


def test_whom_it_concerns_downloads_it_and_nobody_else(cast: Cast) -> None:
    request = ask_for_copy(cast.ben, by=cast.ana)
    copy_of(request)
    path = f"/acme/account/data/{request.pk}"
    reply = cast.pages(cast.ben).get(path)
    assert b"".join(reply.streaming_content)[:2] == b"PK"
    assert "Download" in cast.pages(cast.ben).get("/acme/account/data").content.decode()
    for other in (cast.ana, cast.max, cast.cleo):
        assert cast.pages(other).get(path).status_code == 404
    assert cast.api(cast.ana).get(f"/me/data/{request.pk}").status_code == 404
    assert cast.api(cast.ben).get(f"/me/data/{request.pk}").status_code == 200
    deactivate_member(cast.ben)
    assert cast.pages(cast.ana).get(path).status_code == 200, "he cannot come in any more"


def test_it_ends_after_a_while(cast: Cast) -> None:
    request = ask_for_copy(cast.ben, by=cast.ben)
    copy_of(request)
    name = request.file.name
    PersonalRequest.objects.update(expires_at=now())
    forget_copies()
    assert cast.pages(cast.ben).get(f"/acme/account/data/{request.pk}").status_code == 404
    assert name


def test_one_is_made_at_a_time_and_once(cast: Cast) -> None:
    request = ask_for_copy(cast.ben, by=cast.ben)
    with pytest.raises(Conflict):
        ask_for_copy(cast.ben, by=cast.ben)
    copy_of(request)
    name = request.file.name
    run_copy(str(request.organization_id), str(request.pk))
    request.refresh_from_db()
    assert request.file.name == name
    assert ask_for_copy(cast.ben, by=cast.ben)


def test_an_owner_erases_and_keeps_the_answers(cast: Cast, record: Record) -> None:
    eve = make.member(cast.acme, "eve", email="eve@example.org", first_name="Eve")
    make.place(cast.workspace, eve)
    answer = make.response(record, eve)
    Response.objects.filter(pk=answer.pk).update(
        note="I am Eve", presentation={"device": "phone", "version": 1}
    )
    user = eve.user
    assert user is not None
    pages = cast.pages(cast.ana)
    pages.post(
        f"/admin/accounts/membership/{eve.pk}/change/",
        {"username": "eve", "first_name": "Eva", "role": "annotator"},
    )
    form = {"username": "eve", "answers": "keep"}
    assert pages.post(f"/acme/members/{eve.pk}/erase", form).status_code == 302
    request = PersonalRequest.objects.get(membership=eve)
    run_erasure(str(cast.acme.pk), str(request.pk))
    kept = Response.objects.get(pk=answer.pk)
    assert (kept.values, kept.note, kept.presentation) == (answer.values, "", {"version": 1})
    gone = Membership.objects.get(pk=eve.pk)
    assert gone.username.startswith("former-")
    account = User.objects.get(pk=user.pk)
    assert (account.email, account.is_active, account.has_usable_password()) == (None, False, False)
    assert not LogEntry.objects.filter(object_repr__icontains="ev").exists()


def test_or_deletes_them_and_their_places_open_again(cast: Cast, record: Record) -> None:
    request = erase(cast, cast.ben, deletes_answers=True)
    assert not Response.objects.filter(membership=cast.ben).exists()
    assert Response.objects.filter(membership=cast.max).exists()
    assert request.counts == {"answers": 2}
    tally = LabelerTally.objects.get(membership=cast.ben)
    assert (tally.submitted, tally.drafts) == (0, 0)


def test_the_name_is_written_to_be_sure(cast: Cast) -> None:
    with pytest.raises(Invalid, match="ben"):
        erase(cast, cast.ben, typed="max")
    page = cast.pages(cast.ana).post(
        f"/acme/members/{cast.ben.pk}/erase", {"username": "b", "answers": "keep"}
    )
    assert page.status_code == 422
    assert Membership.objects.get(pk=cast.ben.pk).left_at is None


def test_the_last_owner_is_not_erased(cast: Cast) -> None:
    with pytest.raises(Conflict, match="only owner"):
        erase(cast, cast.ana)


def test_an_account_that_others_need_stays(cast: Cast) -> None:
    enroll(cast.rival, cast.ben.user, username="benjamin")
    erase(cast, cast.ben)
    other = Membership.objects.get(username="benjamin")
    assert other.user.is_active
    assert other.user.check_password(make.PASSWORD)


def test_somebody_who_left_before_is_erased_too(cast: Cast, record: Record) -> None:
    gone = remove_member(cast.ben)
    erase(cast, gone, deletes_answers=True)
    assert not Response.objects.filter(membership=gone).exists()


def test_invitations_and_copies_go_too(cast: Cast) -> None:
    eve = make.member(cast.acme, "eve", email="eve@example.org")
    Invitation.objects.filter(pk=invite(cast.acme, "fay@example.org", by=cast.ana).invitation.pk).update(
        email="eve@example.org", accepted_at=now()
    )
    copy_of(ask_for_copy(eve, by=eve))
    erase(cast, eve)
    assert not Invitation.objects.exists()
    assert not PersonalRequest.objects.exclude(file="").exists()


def test_the_page_says_how_much_it_is_about(cast: Cast, record: Record) -> None:
    page = cast.pages(cast.ana).get(f"/acme/members/{cast.ben.pk}/data").content.decode()
    assert "It is about 1 answer and 1 draft. Write <bdi>ben</bdi> to be sure." in page


def test_the_api_asks_lists_and_erases(cast: Cast) -> None:
    ben, ana = cast.api(cast.ben), cast.api(cast.ana)
    made = ben.post("/me/data")
    assert (made.status_code, made.json()["state"]) == (202, "waiting")
    assert [one["id"] for one in ana.get(f"/users/{cast.ben.pk}/data").json()["items"]] == [made.json()["id"]]
    order = {"username": "ben", "answers": "keep"}
    assert ana.post(f"/users/{cast.ben.pk}/erasure", order).json()["kind"] == "erasure"
    assert ben.get("/me").status_code == 401


def test_every_door_shows_the_pseudonym_of_who_left(cast: Cast, record: Record) -> None:
    remove_member(cast.ben)
    name = Membership.objects.get(pk=cast.ben.pk).username
    pages = cast.pages(cast.ana)
    here = f"/acme/datasets/{record.dataset_id}"
    shown = pages.get(f"{here}/records/{record.pk}/").content.decode()
    assert name in shown
    for path in (f"{here}/records/{record.pk}/", f"{here}/people/", f"{here}/", "/acme/organization/"):
        html = pages.get(path, follow=True).content.decode()
        assert "Ben" not in html, path
    for path in (f"/datasets/{record.dataset_id}/users/progress", f"/records/{record.pk}/responses"):
        assert "ben" not in cast.api(cast.ana).get(path).content.decode(), path


def test_an_owner_tries_an_erasure_again_that_failed(
    cast: Cast, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(response: Response) -> None:
        raise OSError("The disk is full.")

    made = erase_person(cast.ben, typed="ben", deletes_answers=True, by=cast.ana)
    with monkeypatch.context() as broken:
        broken.setattr("feedback.actions.erasing.delete_response", fails)
        with pytest.raises(OSError, match="full"):
            run_erasure(str(made.organization_id), str(made.pk))
    pages, path = cast.pages(cast.ana), f"/acme/members/{cast.ben.pk}/data"
    assert "Something went wrong here" in pages.get(path).content.decode()
    assert f"{path}/{made.pk}/again" in pages.get(path).content.decode()
    told = pages.post(f"{path}/{made.pk}/again", follow=True).content.decode()
    assert "It is being tried again" in told
    assert "Something went wrong here" not in told
    run_erasure(str(made.organization_id), str(made.pk))
    made.refresh_from_db()
    assert (made.state, made.counts["answers"]) == ("finished", 2)
    assert not Response.objects.filter(membership=cast.ben).exists()
    assert AuditEntry.objects.filter(act="member.tried_again").count() == 1
    assert "Only what failed" in pages.post(f"{path}/{made.pk}/again", follow=True).content.decode()


def test_so_they_do_in_the_admin_after_a_page_has_asked(cast: Cast) -> None:
    made = ask_for_copy(cast.ben, by=cast.ana)
    other = ask_for_copy(cast.max, by=cast.ana)
    PersonalRequest.objects.filter(pk=made.pk).update(state="failed")
    sent = {"action": "again", "_selected_action": [str(made.pk), str(other.pk)]}
    pages, address = cast.pages(cast.ana), "/admin/feedback/personalrequest/"
    assert "What was done of it stays done" in pages.post(address, sent).content.decode()
    told = pages.post(address, {**sent, "confirmed": "yes"}, follow=True).content.decode()
    assert ("is tried again" in told, "Only what failed" in told) == (True, True)
    made.refresh_from_db()
    assert made.state == "waiting"
    assert "profile.json" in copy_of(made)
