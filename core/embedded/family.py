"""Processes that live and die with this one."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from core.embedded import guard
from core.embedded.child import Child
from core.embedded.unavailable import Unavailable

DEATHS = 5  # so many within WINDOW seconds, and we give up
WINDOW = 60.0


class Family:
    """Starts children, restarts those that die, and ends all of them when it is left."""

    def __init__(self, say: Callable[[str], None] = lambda sentence: None, lock: int | None = None) -> None:
        """`say` hears what happens; `lock` is a descriptor that stays open until the last child is gone."""
        self.say = say
        self.lock = lock
        self.children: list[Child] = []
        self.hurry = False

    def __enter__(self) -> Self:
        self._guard = subprocess.Popen(  # noqa: S603  a command of ours, no shell
            [sys.executable, "-I", "-S", str(Path(guard.__file__))],
            stdin=subprocess.PIPE,
            pass_fds=() if self.lock is None else (self.lock,),
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for layer in sorted({child.layer for child in self.children}, reverse=True):
            self.end(*(child for child in self.children if child.layer == layer))
        if self._guard.stdin:
            self._guard.stdin.close()
        self._guard.wait()

    def start(self, child: Child) -> Child:
        """Run it from now on."""
        child.start()
        self.children.append(child)
        self._report_begin(child)
        return child

    def end(self, *children: Child) -> None:
        """Ask all of these to end, wait for each as long as its patience says, and kill what stays."""
        asked = time.monotonic()
        for child in children:
            child.tell(child.ending)
        for child in children:
            while not child.wait(0.05):
                if self.hurry or time.monotonic() - asked > child.patience:
                    break
            child.tell(signal.SIGKILL)
            child.wait(5)
            self._report(f"-{child.pid}")
            self.children.remove(child)

    def finish(self, *errands: Child) -> list[str]:
        """Run children that end by themselves, side by side; the lines they wrote to their logs.

        `Unavailable`, with the last line of its log, if one of them fails.
        """
        for errand in errands:
            self.start(errand)
        while any(errand.ended() is None for errand in errands):
            time.sleep(0.02)
        lines: list[str] = []
        for errand in errands:
            written = (
                errand.log.read_text(encoding="utf-8", errors="replace").splitlines() if errand.log else []
            )
            if (how := errand.ended()) != "exit code 0":
                told = [line for line in written if line.strip() and not line[0].isspace()]
                raise Unavailable(f"{errand.name} failed: {told[-1] if told else how} (log: {errand.log})")
            lines += written
        self.end(*errands)
        return lines

    def tend(self) -> None:
        """Say who died and start them again; `Unavailable` if somebody keeps dying."""
        for child in self.children:
            if how := child.ended():
                self._revive(child, how)

    def _revive(self, child: Child, how: str) -> None:
        now = time.monotonic()
        child.deaths = [death for death in child.deaths if now - death < WINDOW] + [now]
        child.tell(signal.SIGKILL)  # what it left behind
        self._report(f"-{child.pid}")
        if len(child.deaths) >= DEATHS:
            where = f" Its log is {child.log}." if child.log else ""
            raise Unavailable(
                f"{child.name} ended {DEATHS} times within a minute, the last time by {how}.{where}"
            )
        self.say(f"{child.name} ended unexpectedly ({how}); starting it again.")
        time.sleep(len(child.deaths) - 1)
        child.start()
        self._report_begin(child)

    def _report_begin(self, child: Child) -> None:
        """Services may write down what they hold; what stands on them has lost them and need not wait."""
        self._report(f"+{child.pid} {int(child.ending)} {2 if child.layer else child.patience}")

    def _report(self, line: str) -> None:
        try:
            if self._guard.stdin:
                self._guard.stdin.write(f"{line}\n".encode())
                self._guard.stdin.flush()
        except BrokenPipeError:  # somebody killed the guard: the kernel still ends the children on Linux
            return
