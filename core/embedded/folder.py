"""The data folder: writable, ours alone while we run, with a private folder for sockets."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from core.embedded import socket_folder
from core.embedded.unavailable import Unavailable

PATIENCE = 40.0  # seconds; the children of one that was killed need some to end


@contextmanager
def held(data: Path) -> Iterator[int]:
    """Hold the data folder, made if need be, for this process alone; the descriptor of its lock."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / "logs").mkdir(mode=0o700, exist_ok=True)
        lock = open(data / "lock", "a+", encoding="ascii")  # noqa: SIM115  closing it lets go
    except OSError as error:
        why = f"The data folder {data} cannot be used ({error.strerror})"
        raise Unavailable(f"{why}: choose another with --data.") from None
    with lock:
        _take(lock, data)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()
        lock.truncate(0)


def _take(lock: TextIO, data: Path) -> None:
    """Lock it. A holder that lives is named at once; of one that was killed, children may still be ending."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip()
            if _lives(holder) or time.monotonic() > deadline:
                who = f"process {holder}" if holder else "another process"
                raise Unavailable(
                    f"The data folder {data} is in use by {who}: stop that, or choose another with --data."
                ) from None
            time.sleep(0.1)
        else:
            return


def _lives(holder: str) -> bool:
    """Whether a process of this number is there."""
    try:
        os.kill(int(holder), 0)
    except (ValueError, ProcessLookupError):
        return False
    except OSError:
        return True
    return True


def private_sockets(data: Path, owner: int | None = None) -> Path:
    """The folder for sockets, made if need be. Who may enter it may do anything, so it lets in one user."""
    folder = socket_folder(data)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or (os.geteuid() and status.st_uid != os.geteuid()):
        raise Unavailable(
            f"The folder {folder} belongs to somebody else: choose a shorter data folder with --data."
        )
    folder.chmod(0o700)
    if owner is not None and status.st_uid != owner:
        os.chown(folder, owner, -1)
    return folder
