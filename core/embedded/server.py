"""How the embedded PostgreSQL is run: its command line and its settings."""

import os
import shutil
import signal
import sys
from pathlib import Path

from core.embedded import PORT
from core.embedded.child import Child
from core.embedded.identity import Identity
from core.embedded.wheels import postgres_binary

LOCALE = "C.UTF-8" if sys.platform.startswith("linux") else "en_US.UTF-8"
FLEETING = {
    **{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"},
    **{"wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "256MB"},
}


def server(folder: Path, sockets: Path, log: Path, identity: Identity, *, durable: bool) -> Child:
    """The server as a child; it is reached by its socket alone."""
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": quoted(sockets),
        "unix_socket_permissions": "0700",
        **tuning(),
        **({} if durable else FLEETING),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Child(
        name="The database",
        command=[*identity.prefix, str(postgres_binary("postgres")), "-D", str(folder), *options],
        ending=signal.SIGINT,  # "fast": ends connections, writes everything down
        patience=30.0,
        layer=0,
        log=log,
        environment={"LC_ALL": LOCALE, "LC_MESSAGES": "C", "TZ": "UTC", "PGTZ": "UTC"},
        popen={"cwd": "/", **identity.popen},
    )


def quoted(folder: Path) -> str:
    """A folder in a list of folders: a comma or a space would end it."""
    return '"' + str(folder).replace('"', '""') + '"'


def tuning() -> dict[str, str]:
    """Moderate sizes, for a machine that also runs web and workers."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20  # MB
    settings = {
        "shared_buffers": f"{min(max(memory // 8, 64), 1024)}MB",
        "effective_cache_size": f"{max(memory // 2, 128)}MB",
        "maintenance_work_mem": f"{min(max(memory // 32, 32), 512)}MB",
        "work_mem": "16MB",
        "max_wal_size": "2GB",
        "max_connections": "100",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
    }
    shared = Path("/dev/shm")  # noqa: S108  not a temporary file: its size, 64 MB in containers, limits parallel queries
    if shared.exists() and shutil.disk_usage(shared).total < 256 * 2**20:
        settings["dynamic_shared_memory_type"] = "sysv"
    return settings
