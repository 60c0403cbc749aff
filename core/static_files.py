"""Whether the static files must be collected again. Collecting compresses them, which takes seconds."""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from core import storage

MARK = "collected.sha256"


def are_stale() -> bool:
    """Whether they changed since they were collected. A folder that is not ours to write is never stale."""
    folder = Path(settings.STATIC_ROOT)
    if settings.DEBUG or ((folder / "staticfiles.json").exists() and not _writable(folder)):
        return False
    try:
        return (folder / MARK).read_text(encoding="ascii") != _fingerprint()
    except OSError:
        return True


def remember() -> None:
    """They have just been collected."""
    (Path(settings.STATIC_ROOT) / MARK).write_text(_fingerprint(), encoding="ascii")


def _fingerprint() -> str:
    """Names, sizes and times of all of them, and how they are stored."""
    digest = sha256(Path(storage.__file__).read_bytes())
    for finder in get_finders():
        for name, place in finder.list([]):
            status = Path(place.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _writable(folder: Path) -> bool:
    try:
        (folder / MARK).touch()
    except OSError:
        return False
    return True
