"""The audit log: who did what to what from where, and that nobody changes it afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test import Client, override_settings
from django.utils.timezone import now

from accounts.actions import add_member, change_member, issue_api_key, remove_member, revoke_api_key, sign_ins
from accounts.actions.audit_log import forget_entries, keep_audit_log
from accounts.actions.sign_ins import write_failed_sign_in
from accounts.audit import note
from accounts.audit_models import AuditEntry
from accounts.models import Organization
from core.errors import Invalid
from core.origin import Door, coming_from
from core.tenancy import across, acting_for
from feedback.actions.datasets import delete_dataset, update_dataset
from feedback.actions.emptying import empty_trash
from feedback.actions.records import delete_records
from feedback.actions.schema import add_question
from tests import make
from tests.cast import Cast
from workspaces.actions import delete_workspace


def entries(organization: Organization, act: str = "") -> list[AuditEntry]:
    with acting_for(organization.pk):
        found = AuditEntry.objects.filter(organization=organization).order_by("at", "id")
        return list(found.filter(act=act) if act else found)


def last(organization: Organization) -> AuditEntry:
    return entries(organization)[-1]


def test_an_act_by_a_page_says_who_and_from_where(cast: Cast) -> None:
    pages = cast.pages(cast.ana)
    pages.post(
        f"/acme/members/{cast.ben.pk}/remove",
        headers={"user-agent": "Firefox\n 1"},
        REMOTE_ADDR="203.0.113.7",
    )
    [entry] = entries(cast.acme, "member.removed")
    assert (entry.actor_id, entry.door, entry.means) == (cast.ana.pk, Door.PAGE, "session")
    assert (entry.address, entry.agent) == ("203.0.113.7", "Firefox 1")
    assert (entry.object_kind, entry.object_id) == ("membership", cast.ben.pk)
    assert "ben" in entry.object_name.lower(), "by the name that he had, not by the pseudonym"


def test_an_act_by_a_key_names_the_key(cast: Cast) -> None:
    cast.api(cast.ana).post("/workspaces", {"name": "annex"})
    [entry] = [one for one in entries(cast.acme, "workspace.created") if one.object_name == "annex"]
    assert (entry.door, entry.means, entry.actor_id) == (Door.API, "key", cast.ana.pk)
    assert entry.key_id is not None
    assert entry.key_name


def test_the_operators_act_in_a_terminal_is_the_operators(cast: Cast) -> None:
    note("organization.changed", cast.acme)
    assert last(cast.acme).door == Door.TERMINAL
    assert last(cast.acme).who == "The operator"


def test_a_role_is_told_as_it_was_and_as_it_is(cast: Cast) -> None:
    change_member(cast.ben, by=cast.ana, role="admin")
    entry = last(cast.acme)
    assert (entry.act, entry.details) == (
        "member.role_changed",
        {"role": {"was": "annotator", "is": "admin"}},
    )
    assert entry.lines == [("role", "Labeler → Manager")]


def test_what_was_written_is_taken_back_with_the_act(cast: Cast) -> None:
    before = len(entries(cast.acme))

    def stumble() -> None:
        add_member(cast.acme, username="eve", password="password1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        stumble()
    assert len(entries(cast.acme)) == before


def test_neither_passwords_nor_keys_nor_guidelines_are_written_down(cast: Cast) -> None:
    member = add_member(cast.acme, username="eve", password="a secret password")
    issued = issue_api_key(member, name="Nightly")
    change_member(member, password="another secret")
    revoke_api_key(issued.api_key)
    dataset = make.dataset(cast.workspace)
    update_dataset(dataset, by=cast.max, guidelines="Guard this text.")
    update_dataset(dataset, by=cast.max, guidelines="And this.")
    written = repr([vars(one) for one in entries(cast.acme)])
    for secret in ("a secret password", "another secret", issued.key, "Guard this", "And this"):
        assert secret not in written
    acts = {one.act for one in entries(cast.acme)}
    assert {
        "member.added",
        "key.made",
        "key.ended",
        "member.password_set",
        "dataset.guidelines_changed",
    } <= acts


def test_setting_the_same_password_or_ending_a_key_twice_is_no_act(cast: Cast) -> None:
    issued = issue_api_key(cast.ben, name="Ben's")
    for _ in range(2):
        revoke_api_key(issued.api_key)
        change_member(cast.ben, username=cast.ben.username)
    assert len(entries(cast.acme, "key.ended")) == 1
    assert not entries(cast.acme, "member.changed")


def test_removing_somebody_is_told_by_the_name_that_they_had(cast: Cast) -> None:
    remove_member(cast.ben)
    assert entries(cast.acme, "member.removed")[0].object_name != cast.ben.display_name


def test_a_dataset_that_is_gone_is_still_called_what_it_was(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    name = dataset.name
    delete_dataset(dataset)
    assert last(cast.acme).sentence == f"deleted the dataset {name}"


# Signing in


def sign_in(username: str, password: str = make.PASSWORD) -> Any:
    client = Client(REMOTE_ADDR="203.0.113.9")
    return client, client.post("/acme/sign-in", {"login": username, "password": password})


def test_coming_and_going_is_written_down(cast: Cast) -> None:
    client, _ = sign_in("ben")
    client.post("/accounts/logout/")
    acts = [
        (one.act, one.actor_id, one.address) for one in entries(cast.acme) if one.act.startswith("person.")
    ]
    assert acts == [
        ("person.signed_in", cast.ben.pk, "203.0.113.9"),
        ("person.signed_out", cast.ben.pk, "203.0.113.9"),
    ]


def test_a_wrong_password_is_written_down_where_the_name_is_known(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(sign_ins, "whatever_happens", lambda *given: asked.append(given))
    for name in ("ben", "nobody-of-that-name"):
        sign_in(name, "wrong password")
        Client().post("/api/v1/token", {"username": f"acme/{name}", "password": "wrong password"})
    assert len(asked) == 4, "for a name that nobody has the request does the same"
    for _, *given in asked:
        write_failed_sign_in(*given)
    found = [(one.door, one.object_name, one.who) for one in entries(cast.acme, "person.sign_in_failed")]
    assert found == [(Door.PAGE, "Ben", "Somebody"), (Door.API, "Ben", "Somebody")]


def test_a_wrong_password_of_somebody_in_two_organizations_concerns_both(cast: Cast) -> None:
    from accounts.actions import enroll

    with acting_for(cast.rival.pk):
        enroll(cast.rival, cast.ben.user, username="benjamin")
    cast.ben.user.email = "ben@acme.example"
    cast.ben.user.save()
    write_failed_sign_in("ben@acme.example", "", Door.PAGE, "203.0.113.9", "")
    assert entries(cast.acme)[-1].act == entries(cast.rival)[-1].act == "person.sign_in_failed"


def test_a_token_is_a_sign_in(cast: Cast) -> None:
    Client().post("/api/v1/token", {"username": "acme/ben", "password": make.PASSWORD})
    entry = last(cast.acme)
    assert (entry.act, entry.door, entry.actor_id) == ("person.signed_in", Door.API, cast.ben.pk)


# Where from


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "198.51.100.1", "203.0.113.7"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (1, "", "203.0.113.7"),
        (1, "not an address", None),
    ],
)
def test_an_address_is_believed_as_far_as_proxies_are_ours(
    cast: Cast, proxies: int, header: str, address: str | None
) -> None:
    with override_settings(TRUSTED_PROXIES=proxies):
        forwarded = {"x-forwarded-for": header} if header else {}
        cast.pages(cast.ana).post(
            f"/acme/members/{cast.ben.pk}/remove", headers=forwarded, REMOTE_ADDR="203.0.113.7"
        )
    assert entries(cast.acme, "member.removed")[0].address == address


def test_a_worker_writes_as_a_worker(cast: Cast) -> None:
    with coming_from(Door.WORKER, by=cast.max):
        note("organization.changed", cast.acme)
    assert (last(cast.acme).door, last(cast.acme).actor_id) == (Door.WORKER, cast.max.pk)


# Append-only


@pytest.mark.parametrize(
    "statement",
    [
        "update accounts_auditentry set act = 'nothing'",
        "delete from accounts_auditentry",
        "truncate accounts_auditentry",
        "update accounts_auditentry set details = '{}' where false",
    ],
)
def test_the_application_cannot_change_what_was_written(cast: Cast, statement: str) -> None:
    note("organization.changed", cast.acme)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    entry = last(cast.acme)
    entry.act = "nothing"
    for change in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic(), acting_for(cast.acme.pk):
            change()
    assert last(cast.acme).act == "organization.changed"


def test_nobody_writes_into_the_log_of_another_organization(cast: Cast) -> None:
    with (
        acting_for(cast.rival.pk),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        AuditEntry.objects.create(organization=cast.acme, act="organization.changed", door="page")
    note("organization.changed", cast.acme)
    with acting_for(cast.rival.pk), connection.cursor() as cursor:
        cursor.execute("select count(*) from accounts_auditentry where organization_id = %s", [cast.acme.pk])
        assert cursor.fetchone() == (0,)


def aged(organization: Organization, days: int) -> AuditEntry:
    with acting_for(organization.pk):
        return AuditEntry.objects.create(
            organization=organization,
            act="organization.changed",
            door="page",
            at=now() - timedelta(days=days),
        )


def test_what_is_older_than_the_organization_keeps_it_is_forgotten(cast: Cast) -> None:
    keep_audit_log(cast.acme, days=100)
    old, young, other = aged(cast.acme, 101), aged(cast.acme, 99), aged(cast.rival, 101)
    assert forget_entries() == 1
    left = AuditEntry.objects.in_bulk([old.pk, young.pk, other.pk])
    assert left.keys() == {young.pk, other.pk}


def test_ninety_days_are_kept_whatever_anybody_says(cast: Cast) -> None:
    for days in (0, 89, 4000):
        with pytest.raises(Invalid):
            keep_audit_log(cast.acme, days=days)
    young, old = aged(cast.acme, 89), aged(cast.acme, 91)
    keep_audit_log(cast.acme, days=90)
    assert forget_entries() == 1
    with across():
        assert AuditEntry.objects.filter(pk=young.pk).exists()
        assert not AuditEntry.objects.filter(pk=old.pk).exists()


def test_forgetting_goes_in_turns_and_through_organizations_that_are_gone(cast: Cast) -> None:
    gone = make.organization("Gone")
    for days in (91, 92, 93):
        aged(gone, days)
    aged(gone, 10)
    Organization.objects.filter(pk=gone.pk).delete()
    assert [forget_entries(most=2), forget_entries(most=2), forget_entries(most=2)] == [2, 1, 0]


def told(cast: Cast) -> list[tuple[str, str, str, str]]:
    return [
        (one.act, one.object_kind, one.object_name, one.who)
        for one in entries(cast.acme)
        if one.act.endswith((".given_up", ".purged"))
    ]


def test_deleting_for_ever_and_the_end_in_the_trash_are_told(cast: Cast) -> None:
    wells, rivers = make.dataset(cast.workspace, "Wells"), make.dataset(cast.workspace, "Rivers")
    make.records(wells, 2)
    delete_records(wells, [one.pk for one in wells.records.all()], by=cast.max)
    delete_dataset(rivers, by=cast.max)
    place = make.workspace(cast.acme, "left")
    delete_workspace(place, by=cast.ana)
    api = cast.api(cast.ana)
    for one in api.get("/trash").json()["items"]:
        assert api.delete(f"/trash/{one['id']}").status_code == 204
    assert sorted(told(cast)) == [
        ("dataset.given_up", "dataset", "Rivers", "Ana (ana)"),
        ("records.given_up", "dataset", "Wells", "Ana (ana)"),
        ("workspace.given_up", "workspace", "left", "Ana (ana)"),
    ]
    for _ in range(2):  # what is gone is not told again
        with acting_for(cast.acme.pk), coming_from(Door.WORKER):
            assert empty_trash()
    assert sorted(told(cast))[1::2] == [
        ("dataset.purged", "dataset", "Rivers", "Assay"),
        ("records.purged", "dataset", "Wells", "Assay"),
        ("workspace.purged", "workspace", "left", "Assay"),
    ]


def test_sentences_and_details_have_no_words_for_machines_in_them(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, published=False)
    add_question(
        dataset,
        name="clear",
        title="Clear?",
        settings={"type": "text", "use_markdown": False},
        required=False,
    )
    [entry] = [one for one in entries(cast.acme, "dataset.part_added") if "clear" in one.sentence]
    assert entry.details["part"] == "question clear", "what programs read stays as it is"
    assert entry.sentence == f"added the question clear to the dataset {dataset}"
    note("key.made", cast.ben, role=("annotator", "admin"), replaces=True, skills=["law"])
    assert dict(last(cast.acme).lines) == {
        "role": "Labeler → Manager", "replaces answers": "yes", "skills": "law",
    }  # fmt: skip
    known = {"the question %(name)s": "«%(name)s»", "Labeler": "L"}
    with translated(known):
        assert dict(entry.lines)["part"] == "«clear»"
        assert "added «clear» to" in entry.sentence
        assert dict(last(cast.acme).lines)["role"] == "L → Manager"


@contextmanager
def translated(known: dict[str, str]) -> Iterator[None]:
    """In a language that has these words alone."""
    with patch("django.utils.translation._trans.gettext", lambda text: known.get(text, text), create=True):
        yield
