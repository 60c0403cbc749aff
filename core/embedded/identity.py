"""As whom PostgreSQL runs: it refuses root, and wants a user that has a name."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.embedded.unavailable import Unavailable

NOBODY = 65534  # Linux; on macOS an ordinary user is expected


@dataclass(frozen=True)
class Identity:
    """What to put before a command and into `Popen`, and to whom its files belong."""

    owner: int
    prefix: tuple[str, ...] = ()
    popen: Mapping[str, Any] = field(default_factory=dict)


def choose(data: Path, binary: Path) -> Identity:
    """Ourselves; where that will not do, under another name (a user namespace); as root, else, nobody."""
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Identity(os.geteuid())
    disguise = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
    if shutil.which("unshare") and _succeeds([*disguise, "true"]):
        return Identity(os.geteuid(), prefix=disguise)
    other: Mapping[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    if os.geteuid() == 0 and _succeeds(["test", "-x", str(data.parent), "-a", "-x", str(binary)], **other):
        return Identity(NOBODY, popen=other)
    raise Unavailable(
        "PostgreSQL does not run as this user, and user namespaces are not allowed here: start as another "
        "user, put project and data folder where every user may read them, or set DATABASE_URL."
    )


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _succeeds(command: list[str], **popen: Any) -> bool:
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=10, **popen)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
