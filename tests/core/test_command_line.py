"""`--data` for every command, and one sentence where a person can put it right."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError, ProgrammingError

from core.command_line import explain, take_data_folder
from core.embedded.unavailable import Unavailable

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("option", [["--data", "some where"], ["--data=some where"]])
def test_the_data_folder_goes_into_the_environment(
    option: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSAY_DATA", "before")
    monkeypatch.chdir(tmp_path)
    assert take_data_folder(["manage.py", "create_owner", *option, "--username", "ana"]) == [
        "manage.py",
        "create_owner",
        "--username",
        "ana",
    ]
    assert os.environ["ASSAY_DATA"] == str(tmp_path / "some where")


def test_data_without_a_folder_is_refused() -> None:
    with pytest.raises(SystemExit, match="--data needs a folder"):
        take_data_folder(["manage.py", "migrate", "--data"])


def test_what_a_person_can_put_right_is_a_sentence() -> None:
    assert explain(ImproperlyConfigured("PORT is 'x'.")) == "PORT is 'x'."
    assert explain(Unavailable("No room.")) == "No room."


def test_a_bug_is_not_explained_away() -> None:
    assert explain(ValueError("x")) is None
    assert explain(ProgrammingError("no such column")) is None


def test_an_error_inside_a_database_that_answers_is_no_missing_database() -> None:
    error = OperationalError("deadlock detected")
    error.__cause__ = psycopg.errors.DeadlockDetected("deadlock detected")
    assert explain(error) is None


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "The database is not running: start it with make run, or set DATABASE_URL."),
        ("postgresql://assay@127.0.0.1:1/assay", "check DATABASE_URL."),
    ],
)
def test_a_command_without_its_database_says_so_in_one_line(
    address: str, sentence: str, tmp_path: Path
) -> None:
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "manage.py", "migrate", "--data", str(tmp_path)]
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
