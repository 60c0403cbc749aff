"""A process that outlives its parent by a few seconds: it ends the children of one that was killed.

Run by `family.py` with a pipe as its input, `+PID SIGNAL` for each child that begins, `-PID` for each that
ended. The pipe closes when the parent is gone, however it went. Imports nothing of ours: it starts at once.
"""

import os
import signal
import sys
import time

PATIENCE = 10.0  # seconds between asking and killing


def main() -> None:
    """Keep the list until the pipe closes, then end what is left of it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    living: dict[int, int] = {}
    for line in sys.stdin:
        if line.startswith("+"):
            pid, ending = line[1:].split()
            living[int(pid)] = int(ending)
        else:
            living.pop(int(line[1:]), None)
    end(living)


def end(living: dict[int, int]) -> None:
    """Ask each process group with its own signal, wait, and kill those that stay."""
    for pid, ending in living.items():
        tell(pid, ending)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(tell(pid, 0) for pid in living):
        time.sleep(0.1)
    for pid in living:
        tell(pid, signal.SIGKILL)


def tell(group: int, number: int) -> bool:
    """Signal a process group. False: there is nobody left in it."""
    try:
        os.killpg(group, number)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
