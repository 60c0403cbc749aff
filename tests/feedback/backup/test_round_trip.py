"""An organization comes back out of its file as it was, row by row, with the walls between organizations up."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.contrib.auth import authenticate
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction

from accounts.models import Membership, Organization, User
from core.errors import Conflict, Invalid
from core.tenancy import across, acting_for
from feedback.actions import backing_up, restored_files, restoring
from feedback.actions.backing_up import back_up
from feedback.actions.backup_tables import RENEWED, Table, tables
from feedback.actions.deleted_records import restore_records
from feedback.actions.deleted_rows import KEPT
from feedback.actions.demo import PASSWORD
from feedback.actions.indexing import index_records
from feedback.actions.moved_ids import Move
from feedback.actions.restoring import restore
from feedback.models import Dataset, DeletedRecords, Job, Record, SearchBacklog, Webhook
from tests import make
from tests.feedback.adding_up import assert_everything_adds_up
from tests.feedback.backup.furnished import KEY, furnish

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def demo(transactional_db: None) -> Organization:
    return furnish()


@pytest.fixture
def archive(demo: Organization, tmp_path: Path) -> Path:
    back_up(demo, tmp_path / "demo.zip")
    return tmp_path / "demo.zip"


def rows_of(organization: Organization) -> Rows:
    """Every row of every table, generated columns included; not what sequences count and triggers renew."""
    with acting_for(organization.pk), transaction.atomic():
        return {table.name: list(_rows(table)) for table in tables()}


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    gone = {one.name for one in table.columns if one.is_counted} | {
        name for of, name in RENEWED if of == table.name
    }
    with connection.cursor() as cursor:
        cursor.execute(f"select to_jsonb(t)::text from {table.name} t order by {', '.join(table.key)}")
        for (line,) in cursor.fetchall():
            yield {
                name: value for name, value in json.loads(line, parse_float=str).items() if name not in gone
            }


IDS_IN = {
    "feedback_job": {"options", "checkpoint", "counts", "files", "source", "result"},
    "feedback_snapshot": {"plan", "files", "data"},
    "accounts_identityprovider": {"rules"},
    "workspaces_invitation": {"places"},
    "feedback_savedview": {"address"},
}


def moved(rows: Rows, move: Move) -> Rows:
    """The same with the ids that they have beside the original."""
    of = {table.name: table for table in tables()}
    changed = {name: _moved(of[name], several, move) for name, several in rows.items()}
    for row in changed.get("feedback_deletedrecord", []):
        row["contents"] = moved(row["contents"], move)
    for row in changed.get("feedback_deletedrecords", []):
        row["columns"] = {name: _uncounted(of[name], columns) for name, columns in row["columns"].items()}
    return changed


def _moved(table: Table, rows: list[dict[str, Any]], move: Move) -> list[dict[str, Any]]:
    ids = {column.name for column in table.columns if table.is_id(column)} | {"organization_id"}
    ids |= IDS_IN.get(table.name, set())
    found = [
        {
            name: json.loads(move.text(json.dumps(value))) if name in ids else value
            for name, value in row.items()
        }
        for row in rows
    ]
    for row in found:
        if "at_once" in row.get("presentation", {}):
            row["presentation"]["at_once"] = move.text(row["presentation"]["at_once"])
    return found


def _uncounted(table: Table, columns: list[str]) -> list[str]:
    """Those that no sequence counts: it begins anew."""
    return [
        one for one in columns if one not in {column.name for column in table.columns if column.is_counted}
    ]


def with_time(rows: Rows, later: Rows) -> Rows:
    """The same with the time that the trash has left, which goes on from the moment of the backup."""
    for name, several in rows.items():
        for row, after in zip(several, later[name], strict=True):
            if row.get("purge_at"):
                shift = datetime.fromisoformat(after["purge_at"]) - datetime.fromisoformat(row["purge_at"])
                assert timedelta() < shift < timedelta(minutes=5)
                row["purge_at"] = after["purge_at"]
    return rows


def delete(organization: Organization) -> None:
    """What no page does: all of it goes, and the accounts that it made."""
    with across(), transaction.atomic(), connection.cursor() as cursor:
        users = list(Membership.objects.filter(organization=organization).values_list("user", flat=True))
        cursor.execute("delete from feedback_dataset where organization_id = %s", [organization.pk])
        for table in reversed(tables()):
            cursor.execute(f"delete from {table.name} where organization_id = %s", [organization.pk])
        cursor.execute("delete from account_emailaddress where user_id = any(%s)", [users])
        cursor.execute("delete from accounts_identity where user_id = any(%s)", [users])
        cursor.execute("delete from accounts_user where id = any(%s)", [users])
        cursor.execute("delete from accounts_organization where id = %s", [organization.pk])
    for name in stored():
        default_storage.delete(name)


def stored(folder: str = "") -> set[str]:
    """Every file in the storage."""
    folders, files = default_storage.listdir(folder)
    below = {name for one in folders for name in stored(f"{folder}{one}/")}
    return {f"{folder}{name}" for name in files} | below


def files_of(organization: Organization) -> dict[str, bytes]:
    with acting_for(organization.pk), transaction.atomic():
        names = [name for job in Job.objects.all() for name in job.stored]
    return {name: default_storage.open(name).read() for name in names}


def test_after_it_was_deleted_all_is_as_it_was(demo: Organization, archive: Path) -> None:
    before, files = rows_of(demo), files_of(demo)
    assert all(before.values()), (
        f"Make a row of {[name for name, rows in before.items() if not rows]}: furnished.py"
    )
    delete(demo)
    assert not Organization.objects.filter(slug="demo").exists()
    restored = restore(archive)
    assert (restored.organization, restored.is_beside, restored.left_out) == (demo, False, {})
    assert Organization.objects.get(pk=demo.pk).inserted_at == demo.inserted_at
    for row in before["accounts_domain"]:
        row["proven_at"] = None  # a file proves nothing
    after = rows_of(restored.organization)
    for name, rows in with_time(moved(before, Move()), after).items():
        assert after[name] == rows, name
    assert files_of(demo) == files
    assert len(files) >= 4


def test_people_sign_in_and_keys_work_again(demo: Organization, archive: Path) -> None:
    delete(demo)
    restored = restore(archive)
    assert (restored.people.made, restored.people.without_password) == (5, 1)
    assert authenticate(None, username="demo/mina", password=PASSWORD) is not None
    olivia = User.objects.get(
        email="olivia@example.org"
    )  # an account of her own: its password is in no archive
    assert not olivia.has_usable_password()
    assert olivia.emailaddress_set.get().verified
    with transaction.atomic():
        assert {one.provider and one.provider.name for one in olivia.identities.all()} == {None, "Okta"}
    assert not User.objects.filter(is_superuser=True).exists()
    from tests.cast import ApiClient

    me = ApiClient(headers={"X-Argilla-Api-Key": KEY}).get("/me").json()
    assert me["username"] == "mina"


def test_beside_the_original_it_is_the_same_under_other_ids(demo: Organization, archive: Path) -> None:
    before, files = rows_of(demo), files_of(demo)
    restored = restore(archive, slug="demo-of-monday")
    beside, move = restored.organization, Move.to("demo-of-monday")
    assert (beside.slug, beside.name, restored.is_beside) == ("demo-of-monday", "Demo (demo-of-monday)", True)
    assert restored.people.made == 0
    assert restored.left_out == {"API keys": 1, "invitations": 1}
    assert rows_of(demo) == before
    assert files_of(demo) == files
    expected, after = moved(before, move), rows_of(beside)
    for row in expected["feedback_webhook"]:
        row["enabled"] = False  # nobody wants to be told twice
    for row in expected["accounts_identityprovider"]:
        row["is_on"] = False
    for row in expected["accounts_domain"]:
        row["proven_at"] = None
    expected["accounts_apikey"] = expected["workspaces_invitation"] = []
    for name, rows in expected.items():
        key = next(table.key for table in tables() if table.name == name)
        if rows and set(key) <= rows[0].keys():
            rows.sort(key=lambda row: [row[part] for part in key])
    for name, rows in with_time(expected, after).items():
        assert after[name] == rows, name
    assert files_of(beside) == {move.text(name): content for name, content in files.items()}
    with acting_for(beside.pk), transaction.atomic():
        for dataset in Dataset.objects.all():
            assert_everything_adds_up(dataset)
    with transaction.atomic():
        minas = Membership.objects.filter(username="mina").values_list("user", flat=True)
        assert len(minas) == 2
        assert len(set(minas)) == 1  # one person, in both


def undo(organization: Organization) -> Rows:
    """Bring everything back that is in its trash; the rows of what can lie there."""
    with acting_for(organization.pk):
        with transaction.atomic():
            thrown_away = list(DeletedRecords.objects.all())
        assert len(thrown_away) == 2
        for one in thrown_away:
            restore_records(one)
    kept = {model._meta.db_table for model in KEPT}
    return {name: rows for name, rows in rows_of(organization).items() if name in kept}


def test_what_was_in_the_trash_is_brought_back_as_if_nothing_had_happened(
    demo: Organization, archive: Path
) -> None:
    beside = restore(archive, slug="beside").organization
    move = Move.to("beside")
    expected = moved(undo(demo), move)
    assert any(row["presentation"].get("at_once") for row in expected["feedback_response"])
    found = undo(beside)
    for name, rows in expected.items():
        assert sorted(map(json.dumps, found[name])) == sorted(map(json.dumps, rows)), name
    with acting_for(beside.pk), transaction.atomic():
        for dataset in Dataset.objects.all():
            assert_everything_adds_up(dataset)


def test_what_was_in_the_trash_is_brought_back_where_all_was_gone(demo: Organization, archive: Path) -> None:
    delete(demo)
    assert len(undo(restore(archive).organization)["feedback_record"]) > 50
    with acting_for(demo.pk), transaction.atomic():
        assert Record.objects.filter(dataset__name="Hard to copy").count() == 8


def test_the_trash_has_the_time_left_that_it_had_when_the_backup_was_made(
    demo: Organization, archive: Path
) -> None:
    def of_ten_days_ago(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        manifest = json.loads(content)
        made_at = datetime.fromisoformat(manifest["made_at"]) - timedelta(days=10)
        return json.dumps(manifest | {"made_at": made_at.isoformat()}).encode()

    with acting_for(demo.pk), transaction.atomic():
        before = dict(DeletedRecords.objects.values_list("records", "purge_at"))
    beside = restore(rewritten(archive, of_ten_days_ago), slug="beside").organization
    with acting_for(beside.pk), transaction.atomic():
        for one in DeletedRecords.objects.all():
            assert timedelta(days=10) < one.purge_at - before[one.records] < timedelta(days=10, minutes=5)


def test_twice_beside_the_original_nothing_meets(demo: Organization, archive: Path) -> None:
    for slug in ("second", "third"):
        restore(archive, slug=slug)
    numbers = []
    for slug in ("demo", "second", "third"):
        organization = Organization.objects.get(slug=slug)
        with acting_for(organization.pk), transaction.atomic():
            numbers.append(Record.objects.count())
    assert len(set(numbers)) == 1


def test_search_catches_up(demo: Organization, archive: Path) -> None:
    beside = restore(archive, slug="beside").organization
    with acting_for(beside.pk):
        with transaction.atomic():
            waiting = SearchBacklog.objects.count()
            assert waiting == Record.objects.count() > 50
            datasets = list(Dataset.objects.all())
        for dataset in datasets:
            index_records(str(dataset.pk))
        with transaction.atomic():
            assert not SearchBacklog.objects.exists()


def test_it_is_of_one_moment(demo: Organization, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What others commit while it is written is not in it, so that counts agree with what they count."""
    begun = backing_up.tables

    def meanwhile() -> list[Table]:
        found = begun()
        with psycopg.connect(connection.connection.info.dsn) as other:
            other.execute("select set_config('assay.organization', %s, true)", [str(demo.pk)])
            other.execute("update workspaces_workspace set name = 'renamed meanwhile'")
        return found

    monkeypatch.setattr(backing_up, "tables", meanwhile)
    back_up(demo, tmp_path / "moment.zip")
    with zipfile.ZipFile(tmp_path / "moment.zip") as archive:
        [row] = archive.read("tables/workspaces_workspace.jsonl").splitlines()
    assert json.loads(row)["name"] == "demo"


def test_whoever_looks_at_one_moment_writes_nothing(transactional_db: None) -> None:
    with (
        backing_up.one_moment(),
        pytest.raises(InternalError, match="in a read-only transaction"),
        transaction.atomic(),
    ):
        User.objects.update(last_login=None)


def test_an_archive_has_no_secret_that_opens_anything(demo: Organization, archive: Path) -> None:
    with transaction.atomic():
        secret = Webhook.objects.get().secret
        olivia = User.objects.get(email="olivia@example.org")
    with zipfile.ZipFile(archive) as opened:
        everything = b"".join(opened.read(name) for name in opened.namelist()).decode("utf-8", "replace")
    assert secret not in everything
    assert KEY not in everything
    assert olivia.password not in everything
    assert (archive.stat().st_mode & 0o777) == 0o600


def test_with_another_secret_key_webhooks_get_new_secrets(
    demo: Organization, archive: Path, settings: Any
) -> None:
    with transaction.atomic():
        before = Webhook.objects.get().secret
    delete(demo)
    settings.SECRET_KEY = "another installation, another key: 0123456789"
    restored = restore(archive)
    assert restored.left_out == {
        "secrets of webhooks, which have new ones": 1,
        "secrets of identity providers: give them again": 1,
    }
    with transaction.atomic():
        assert Webhook.objects.get().secret != before


def test_interrupted_it_leaves_nothing(
    demo: Organization, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, files = rows_of(demo), set(files_of(demo))
    kept = stored()

    def interrupted(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    for where in ("_look_at_all_words", "_check_references"):  # among the tables, and behind the files
        with monkeypatch.context() as patch:
            patch.setattr(restoring, where, interrupted)
            with pytest.raises(CommandError, match="Nothing was changed"):
                call_command("restore", str(archive), "--as", "beside")
        assert not Organization.objects.filter(slug="beside").exists(), where
        assert rows_of(demo) == before, where
        assert set(files_of(demo)) == files, where
        assert stored() == kept, where


def rewritten(archive: Path, change: Callable[[str, bytes], bytes]) -> Path:
    other = archive.with_name(f"{change.__name__}.zip")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return other


def test_a_damaged_archive_or_one_of_another_release_is_refused(
    demo: Organization, archive: Path, tmp_path: Path
) -> None:
    def tampered(name: str, content: bytes) -> bytes:
        return content.replace(b"Mina", b"Mona") if name == "tables/accounts_membership.jsonl" else content

    def older(name: str, content: bytes) -> bytes:
        return (
            re.sub(rb'"feedback": "\d+', b'"feedback": "0001', content)
            if name == "manifest.json"
            else content
        )

    def of_the_future(name: str, content: bytes) -> bytes:
        return content.replace(b'"format": 1', b'"format": 2') if name == "manifest.json" else content

    cut = tmp_path / "cut.zip"
    cut.write_bytes(archive.read_bytes()[:-200])
    for path, sentence in (
        (rewritten(archive, tampered), "is not what was written"),
        (rewritten(archive, older), "another release .feedback is at"),
        (rewritten(archive, of_the_future), "another format"),
        (cut, "no archive, or not all of one"),
        (tmp_path / "absent.zip", "There is no file"),
    ):
        with pytest.raises(Invalid, match=sentence):
            restore(path, slug="beside")
    assert not Organization.objects.filter(slug="beside").exists()


def test_names_that_are_taken_or_cannot_be_are_refused(demo: Organization, archive: Path) -> None:
    with pytest.raises(Conflict, match="--as NEW-SLUG"):
        restore(archive)
    for slug in ("Not A Slug", "admin", "x" * 61):
        with pytest.raises(Invalid, match="cannot begin addresses"):
            restore(archive, slug=slug)
    with pytest.raises(Invalid, match="is there already"):
        back_up(demo, archive)


def test_a_file_that_is_gone_stops_nothing(demo: Organization, tmp_path: Path) -> None:
    gone = next(iter(files_of(demo)))
    default_storage.delete(gone)
    assert back_up(demo, tmp_path / "demo.zip").missing == [gone]
    restore(tmp_path / "demo.zip", slug="beside")


def test_people_who_are_here_by_their_address_are_linked_and_not_changed(
    demo: Organization, archive: Path
) -> None:
    delete(demo)
    with transaction.atomic():
        here = make.owner(make.organization("Rival"), "olly", email="Olivia@Example.org")
    restored = restore(archive)
    assert restored.people.made == 4
    user = User.objects.get(email__iexact="olivia@example.org")
    assert user == here.user
    assert user.check_password(make.PASSWORD)
    with transaction.atomic():
        assert {one.username for one in user.memberships.all()} == {"olly", "olivia"}


def test_jobs_that_were_under_way_go_on_or_say_that_they_do_not(demo: Organization, tmp_path: Path) -> None:
    with acting_for(demo.pk), transaction.atomic():
        for kind in ("import", "answers", "hub_export"):
            job = Job.objects.filter(kind=kind).first() or Job.objects.create(
                organization=demo, dataset=Dataset.objects.all()[0], kind=kind
            )
            Job.objects.filter(pk=job.pk).update(
                state="running", options=job.options | {"sealed": "x"}, ended_at=None
            )
    back_up(demo, tmp_path / "demo.zip")
    assert b"sealed" not in zipfile.ZipFile(tmp_path / "demo.zip").read("tables/feedback_job.jsonl")
    beside = restore(tmp_path / "demo.zip", slug="beside").organization
    with acting_for(beside.pk), transaction.atomic():
        assert Job.objects.filter(kind="import", state="waiting").count() == 1
        stopped = Job.objects.filter(detail__startswith="It was under way")
        assert {(one.kind, one.state) for one in stopped} == {
            ("answers", "canceled"),
            ("hub_export", "canceled"),
        }


def test_the_terminal_says_what_was_done(demo: Organization, tmp_path: Path, capsys: Any) -> None:
    path = str(tmp_path / "demo.zip")
    call_command("backup", "demo", path)
    said = r"Demo is in .*: [56]\d records, 3 more in the trash, .* files, .* MB"
    assert re.search(said, capsys.readouterr().out)
    call_command("restore", path, "--as", "beside")
    said = capsys.readouterr().out
    assert re.search(r"Demo \(beside\) is there again, at /beside/: [56]\d records", said)
    assert "5 people, 0 of them new in this installation." in said
    assert "webhooks are switched off" in said
    assert "Not taken over: 1 API keys." in said
    with pytest.raises(CommandError, match="There is no organization"):
        call_command("backup", "nobody", path)


def test_files_that_belong_to_nothing_are_refused() -> None:
    for name in ("../../etc/passwd", "static/x.js"):
        with pytest.raises(Invalid, match="belongs to nothing"):
            restored_files._keep(None, name, "files/0", is_moved=False)  # type: ignore[arg-type]


def test_ids_keep_their_order_and_none_stays() -> None:
    move = Move.to("beside")
    ids = sorted(UUID(f"01a216cd-65f7-766f-a0ab-{number:04x}0000{number:04x}") for number in range(500))
    after = [move.id(pk) for pk in ids]
    assert after == sorted(after)
    assert not set(after) & set(ids)
    assert [move.id(pk) for pk in after] == ids
