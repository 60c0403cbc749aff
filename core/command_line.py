"""What every command of `manage.py` has: `--data`, and one sentence where a person can put it right."""

import os
import sys
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError

from core.embedded import PORT, data_folder, socket_folder
from core.embedded.unavailable import Unavailable

OPTION = "--data"


def take_data_folder(arguments: Sequence[str]) -> list[str]:
    """The arguments without `--data DIR`, which goes into the environment, where the settings find it."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == OPTION:
            folder = next(rest, "")
        elif argument.startswith(f"{OPTION}="):
            folder = argument.partition("=")[2]
        else:
            kept.append(argument)
            continue
        if not folder:
            sys.exit("--data needs a folder.")
        os.environ["ASSAY_DATA"] = os.path.abspath(os.path.expanduser(folder))
    return kept


def explain(error: Exception) -> str | None:
    """The sentence for what a person can put right; None for what is a bug."""
    if isinstance(error, ImproperlyConfigured | Unavailable):
        return str(error)
    if isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) is None:
        return _no_database(error)
    return None


def _no_database(error: OperationalError) -> str:
    """It never answered: not running, or not where the settings say."""
    if not os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_FILE"):
        if not (socket_folder(data_folder()) / f".s.PGSQL.{PORT}").exists():
            return "The database is not running: start it with make run, or set DATABASE_URL."
        return f"The database in {data_folder()} does not answer: {_first_line(error)}"
    return f"The database does not answer ({_first_line(error)}): check DATABASE_URL."


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
