"""A process that outlives its parent by a few seconds: it ends the children of one that was killed.

Run by `family.py` with a pipe as its input, `+PID SIGNAL SECONDS` for each child that begins, `-PID` for
each that ended. The pipe closes when the parent is gone, however it went. It holds the data folder's lock
open until the children are gone. Imports nothing of ours, so that it starts at once.
"""

import os
import signal
import sys
import time
from dataclasses import dataclass

GIVE_UP = 60.0  # seconds; what cannot be killed, or has nobody to reap it, is left


@dataclass
class Group:
    """A process group: how to ask it to end, and for how many seconds."""

    pid: int
    ending: int
    patience: float


def main() -> None:
    """Keep the list until the pipe closes, then end what is left of it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    living: dict[int, Group] = {}
    for line in sys.stdin:
        if line.startswith("+"):
            pid, ending, patience = line[1:].split()
            living[int(pid)] = Group(int(pid), int(ending), float(patience))
        else:
            living.pop(int(line[1:]), None)
    end(list(living.values()))


def end(living: list[Group]) -> None:
    """Ask each group with its own signal, and kill those that stay beyond their time."""
    asked = time.monotonic()
    for group in living:
        tell(group.pid, group.ending)
    while living := [group for group in living if tell(group.pid, 0)]:
        time.sleep(0.1)
        for group in living:
            if time.monotonic() - asked > group.patience:
                tell(group.pid, signal.SIGKILL)
        if time.monotonic() - asked > GIVE_UP:
            return


def tell(group: int, number: int) -> bool:
    """Signal a process group. False: there is nobody left in it."""
    try:
        os.killpg(group, number)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
