"""Children end with their parent, however it goes, and are started again when they end alone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.embedded.child import Child
from core.embedded.family import Family
from core.embedded.unavailable import Unavailable

ROOT = Path(__file__).parents[2]
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
)
PARENT = f"""
import sys, time
from core.embedded.child import Child
from core.embedded.family import Family
with Family() as family:
    for code in ("import time; time.sleep(60)", {STUBBORN!r}):
        print(family.start(Child("A child", [sys.executable, "-c", code])).pid, flush=True)
    time.sleep(60)
"""


def sleeper(seconds: str = "60") -> Child:
    return Child("The sleeper", ["sleep", seconds])


def is_there(pid: int) -> bool:
    """Whether the process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_children_end_when_the_family_is_left() -> None:
    with Family() as family:
        child = family.start(sleeper())
        assert is_there(child.pid)
    assert child.ended() == "SIGTERM"


def test_one_that_does_not_listen_is_killed_when_its_time_is_up(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Family() as family:
        child = Child("The deaf one", [sys.executable, "-c", STUBBORN], patience=0.3, log=log)
        family.start(child)
        assert until(lambda: bool(log.read_text()))
    assert child.ended() == "SIGKILL"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Reads /proc to see who is there.")
def test_children_of_a_killed_parent_end_too() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    lines = [parent.stdout.readline() for _ in range(3)]  # two numbers, and the second child's word
    children = [int(line) for line in lines if line.strip() != "1"]
    assert len(children) == 2
    assert all(map(is_there, children))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert until(lambda: not any(map(is_there, children)))
    parent.stdout.close()


def test_one_that_dies_is_started_again_and_that_is_said() -> None:
    said: list[str] = []
    with Family(said.append) as family:
        child = family.start(sleeper())
        first = child.pid
        os.kill(first, signal.SIGKILL)
        assert until(lambda: child.ended() is not None)
        family.tend()
        assert child.pid != first
        assert is_there(child.pid)
    assert said == ["The sleeper ended unexpectedly (SIGKILL); starting it again."]


def test_one_that_keeps_dying_ends_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.embedded.family.DEATHS", 2)
    with Family() as family:
        child = family.start(sleeper("0"))
        assert until(lambda: child.ended() is not None)
        family.tend()
        assert until(lambda: child.ended() is not None)
        with pytest.raises(Unavailable, match="The sleeper ended 2 times within a minute"):
            family.tend()


def test_errands_hand_over_what_they_wrote(tmp_path: Path) -> None:
    with Family() as family:
        first = Child("One", ["echo", "a\nb"], log=tmp_path / "one")
        second = Child("Two", ["echo", "c"], log=tmp_path / "two")
        assert family.finish(first, second) == ["a", "b", "c"]
        assert family.children == []


def test_an_errand_that_fails_says_why(tmp_path: Path) -> None:
    failing = Child("Packing", ["sh", "-c", "echo There is no box.; exit 3"], log=tmp_path / "log")
    with pytest.raises(Unavailable, match="Packing failed: There is no box"), Family() as family:
        family.finish(failing)
