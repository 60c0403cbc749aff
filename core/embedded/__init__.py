"""PostgreSQL and a broker that run from wheels: here, where they live. `launcher.py` starts them.

Pure functions of the data folder, importable without Django: a command finds the services of a running
`serve` by knowing its data folder and nothing else.
"""

import os
import tempfile
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

ROLE = "assay"
DATABASE = "assay"
SEARCH_ROLE = "assay_search"
PORT = 5432
BROKER_SOCKET = "valkey.sock"
LONGEST_SOCKET_FOLDER = (
    88  # bytes: a socket's path ends at 103 (macOS), and ".s.PGSQL.5432" comes behind the folder
)


def data_folder() -> Path:
    """The folder that holds what this installation keeps: `ASSAY_DATA`, or `data` beside `manage.py`."""
    beside = Path(__file__).resolve().parents[2] / "data"
    named = os.environ.get("ASSAY_DATA", "")
    return Path(named).expanduser().absolute() if named else beside


def socket_folder(data: Path) -> Path:
    """Where its services have their sockets: `run` inside it, or a short folder where that is too long."""
    inside = data.absolute() / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    mark = sha256(os.fsencode(data.absolute())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"assay-{os.getuid()}-{mark}"


def database_url(data: Path) -> str:
    """The embedded database for the application's role, as libpq spells it (`?host=` is a folder)."""
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(socket_folder(data)), safe='')}&port={PORT}"


def redis_url(data: Path, database: int = 0) -> str:
    """The embedded broker as redis-py and Django's `RedisCache` spell it."""
    return f"unix://{quote(str(socket_folder(data) / BROKER_SOCKET))}?db={database}"


def broker_url(redis_url: str) -> str:
    """The same server as Celery spells it: `unix://…?db=0` becomes `redis+socket://…?virtual_host=0`."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"
