"""Work in a process of its own: what it yields comes through a pipe, while we do something else.

Reading and checking a file then takes a processor of its own, and a file that needs more memory than there is ends
that process alone. The process is a copy of ours (fork): it asks the database nothing, and must be begun where no
other thread is running.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from select import select
from typing import Any, TypeVar

import pyarrow as pa
from django.conf import settings

from core.embedded.child import die_with_parent
from core.errors import Invalid

T = TypeVar("T")
SIZE = struct.Struct("<Q")
PIECE = 1 << 20  # bytes
WIDE = 1031  # F_SETPIPE_SZ of Linux
TOO_MUCH = "Reading this file needs more memory than an import may take. What came in before is kept. Split the file."


def apart(
    make: Callable[[], Iterator[T]], beat: Callable[[], None], seconds: float
) -> Generator[T, None, None]:
    """What `make()` yields, in a process of its own; `beat` is called whenever that takes so many seconds."""
    coming, going = os.pipe()
    follow = die_with_parent(signal.SIGKILL)
    pid = os.fork()
    if not pid:
        os.close(coming)
        _be_the_other(make, going, follow)
    os.close(going)
    _widen(coming)
    try:
        yield from _received(coming, beat, seconds, pid)
    finally:
        os.close(coming)
        if pid:
            _end(pid)


def _received(coming: int, beat: Callable[[], None], seconds: float, pid: int) -> Iterator[Any]:
    while True:
        head = _exactly(coming, SIZE.size, beat, seconds)
        said = head and _exactly(coming, SIZE.unpack(head)[0], beat, seconds)
        if not said:
            raise Invalid(TOO_MUCH)  # killed from outside; by whom if not for its memory
        what, content = pickle.loads(said)  # noqa: S301  from a process of ours
        if what == "end":
            return
        if what == "invalid":
            raise content
        if what == "broken":
            raise RuntimeError(content)
        yield content


def _exactly(coming: int, size: int, beat: Callable[[], None], seconds: float) -> bytes:
    """So many bytes; none if the other process is gone."""
    parts, left = [], size
    while left:
        if not select([coming], [], [], seconds)[0]:
            beat()
            continue
        part = os.read(coming, min(left, PIECE))
        if not part:
            return b""
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _be_the_other(make: Callable[[], Iterator[Any]], going: int, follow: Callable[[], None] | None) -> None:
    """Do the work and end, without a last word of anything that belongs to the process that we are a copy of."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
            signal.signal(number, signal.SIG_DFL)
        if follow:
            follow()
        gc.freeze()  # what belongs to both is not written to, not even to see whether it is garbage
        _limit_memory()
        with os.fdopen(going, "wb", buffering=0) as pipe:
            for what, content in _outcome(make):
                said = pickle.dumps((what, content), pickle.HIGHEST_PROTOCOL)
                pipe.write(SIZE.pack(len(said)))
                view = memoryview(said)
                while view:
                    view = view[pipe.write(view) :]
    except BrokenPipeError:
        pass  # nobody waits for it any more
    finally:
        os._exit(0)


def _outcome(make: Callable[[], Iterator[Any]]) -> Iterator[tuple[str, Any]]:
    try:
        for one in make():
            yield "one", one
    except Invalid as error:
        yield "invalid", error
    except (MemoryError, pa.ArrowMemoryError):
        yield "invalid", Invalid(TOO_MUCH)
    except Exception:  # noqa: BLE001  it is raised again where it can be told
        yield "broken", traceback.format_exc()
    else:
        yield "end", None


def _limit_memory() -> None:
    """Beyond what the process has from its parent."""
    status = Path("/proc/self/status")
    if not settings.IMPORT_MEMORY_MEGABYTES or not status.exists():
        return
    (has,) = (int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmData"))
    most = (has << 10) + (settings.IMPORT_MEMORY_MEGABYTES << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _widen(pipe: int) -> None:
    """So that the other process need not wait for each piece to be fetched."""
    if sys.platform.startswith("linux"):
        import fcntl  # noqa: PLC0415  not everywhere

        try:
            fcntl.fcntl(pipe, WIDE, PIECE)
        except OSError:
            return


def _end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
