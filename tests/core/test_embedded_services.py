"""The embedded services as they run: private, bound by row-level security, kept; or refused in a sentence."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from kombu import Connection

from core import embedded
from core.embedded.launcher import running
from core.embedded.unavailable import Unavailable


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("x") / "dätä with spaces"
    with running(folder, durable=False):
        yield folder


def ask(data: Path, query: str) -> Any:
    with psycopg.connect(embedded.database_url(data), autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchone() if cursor.description else None


def test_the_application_is_bound_by_row_level_security(data: Path) -> None:
    query = (
        "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user"
    )
    assert ask(data, query) == (False, False, False, True)


def test_the_application_owns_its_database(data: Path) -> None:
    ask(data, "create table one (id int); drop table one")
    assert ask(data, "select current_database(), current_user") == ("assay", "assay")


def test_it_does_not_inherit_what_the_search_role_may_read(data: Path) -> None:
    query = "select pg_has_role(current_user, 'assay_search', 'usage'), pg_has_role('assay_search', 'set')"
    assert ask(data, query) == (False, True)


def test_vectors_are_there_in_this_database_and_in_new_ones(data: Path) -> None:
    assert ask(data, "select '[1,2]'::vector <-> '[1,3]'::vector") == (1.0,)
    ask(data, "create database another")
    another = psycopg.conninfo.make_conninfo(embedded.database_url(data), dbname="another")
    with psycopg.connect(another) as connection:
        connection.execute("select '[1]'::vector")
    ask(data, "drop database another")


def test_text_search_knows_letters_beyond_ascii(data: Path) -> None:
    assert ask(data, "select to_tsvector('simple', '“Grüße” – ja') @@ 'grüße'::tsquery") == (True,)


def test_sockets_are_for_this_user_alone(data: Path) -> None:
    assert stat.S_IMODE(embedded.socket_folder(data).stat().st_mode) == 0o700
    assert ask(data, "select current_setting('listen_addresses')") == ("",)


def test_the_broker_carries_messages_by_celerys_address(data: Path) -> None:
    with Connection(embedded.broker_url(embedded.redis_url(data))) as connection:
        queue = connection.SimpleQueue("trial")
        queue.put({"answer": 42})
        assert queue.get(timeout=5).payload == {"answer": 42}
        queue.close()


def test_a_folder_in_use_is_refused_with_the_process_that_uses_it(data: Path) -> None:
    with pytest.raises(Unavailable, match=f"in use by process {os.getpid()}"), running(data):
        pass


def test_data_outlive_their_servers(tmp_path: Path) -> None:
    with running(tmp_path, broker=False):
        ask(tmp_path, "create table kept as select 7 as n")
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
    with running(tmp_path, broker=False):
        assert ask(tmp_path, "select n from kept") == (7,)


def test_data_of_another_postgresql_are_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(Unavailable, match="written by PostgreSQL 16 and this is 18"), running(tmp_path):
        pass
    assert [path.name for path in (tmp_path / "postgres").iterdir()] == ["PG_VERSION"]


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="cannot be used"), running(tmp_path / "file" / "data"):
        pass


def test_a_pid_file_of_a_machine_that_went_down_is_no_obstacle(tmp_path: Path) -> None:
    with running(tmp_path, broker=False):
        pid_file = (tmp_path / "postgres" / "postmaster.pid").read_text()
    others = pid_file.replace(pid_file.split()[0], str(os.getppid()), 1)
    (tmp_path / "postgres" / "postmaster.pid").write_text(others)
    with running(tmp_path, broker=False):
        assert ask(tmp_path, "select 1") == (1,)
