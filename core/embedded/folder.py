"""The data folder: writable, ours alone while we run, with a private folder for sockets."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.embedded import socket_folder
from core.embedded.unavailable import Unavailable


@contextmanager
def held(data: Path) -> Iterator[None]:
    """Hold the data folder, made if need be, for this process alone."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / "logs").mkdir(mode=0o700, exist_ok=True)
        lock = open(data / "lock", "a+", encoding="ascii")  # noqa: SIM115  closed below; closing it lets go
    except OSError as error:
        raise Unavailable(
            f"The data folder {data} cannot be used ({error.strerror}): choose another with --data."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise Unavailable(
                f"The data folder {data} is in use by process {holder}: "
                "stop that, or choose another with --data."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
        lock.truncate(0)


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
