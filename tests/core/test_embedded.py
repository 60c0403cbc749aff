"""Where the embedded services are: known from the data folder alone."""

from pathlib import Path

import psycopg
import pytest
from redis import Redis

from core import embedded

ODD = Path("/srv/my data/50 % ünïcode")


def test_the_data_folder_stands_beside_manage_py(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSAY_DATA", raising=False)
    assert (embedded.data_folder().parent / "manage.py").is_file()


def test_the_environment_names_another_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSAY_DATA", str(tmp_path))
    assert embedded.data_folder() == tmp_path


def test_sockets_live_inside_the_data_folder() -> None:
    assert embedded.socket_folder(Path("/srv/assay")) == Path("/srv/assay/run")


def test_a_path_too_long_for_a_socket_gets_a_short_folder_of_its_own() -> None:
    long, other = Path("/srv") / ("é" * 60), Path("/srv") / ("é" * 61)
    assert len(bytes(embedded.socket_folder(long))) <= embedded.LONGEST_SOCKET_FOLDER
    assert embedded.socket_folder(long) == embedded.socket_folder(long)
    assert embedded.socket_folder(long) != embedded.socket_folder(other)


def test_libpq_reads_the_database_url_of_an_odd_path() -> None:
    parts = psycopg.conninfo.conninfo_to_dict(embedded.database_url(ODD))
    assert parts["host"] == f"{ODD}/run"
    assert parts["user"] == parts["dbname"] == "assay"


def test_redis_reads_the_redis_url_of_an_odd_path() -> None:
    pool = Redis.from_url(embedded.redis_url(ODD)).connection_pool
    assert pool.connection_kwargs["path"] == f"{ODD}/run/valkey.sock"


def test_celery_gets_a_socket_in_its_own_spelling_and_an_address_unchanged() -> None:
    assert embedded.broker_url("unix:///a%20b/x.sock?db=1") == "redis+socket:///a%20b/x.sock?virtual_host=1"
    assert embedded.broker_url("unix:///x.sock") == "redis+socket:///x.sock?virtual_host=0"
    assert embedded.broker_url("rediss://u:p@cache:6379/2") == "rediss://u:p@cache:6379/2"
