"""One process that belongs to this one."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """What to run, and how to end it. `name` begins a sentence: "The worker"."""

    name: str
    command: Sequence[str]
    ending: signal.Signals = signal.SIGTERM
    patience: float = 10.0  # seconds between asking and killing
    layer: int = 1  # higher layers end first: what needs a service ends before the service
    log: Path | None = None  # None: where our own output goes
    environment: Mapping[str, str] = field(default_factory=dict)
    popen: Mapping[str, Any] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Run it in a session of its own: a Ctrl-C reaches only us, and its group can be ended."""
        output = open(self.log, "ab") if self.log else None  # noqa: SIM115  closed below, when it has its copy
        try:
            self.process = subprocess.Popen(  # noqa: S603  commands of ours, no shell
                self.command,
                stdin=subprocess.DEVNULL,
                stderr=subprocess.STDOUT if output else None,
                env={**os.environ, **self.environment},
                start_new_session=True,
                preexec_fn=die_with_parent(self.ending),  # noqa: PLW1509  no threads of ours
                **{"stdout": output, **self.popen},
            )
        finally:
            if output:
                output.close()

    @property
    def pid(self) -> int:
        """Its process, and the group of that process."""
        return self.process.pid if self.process else 0

    def ended(self) -> str | None:
        """How it ended ("exit code 1", "SIGKILL"); None while it runs."""
        code = self.process.poll() if self.process else None
        if code is None:
            return None
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def tell(self, number: signal.Signals) -> None:
        """Signal the whole group, or nobody if nobody is left."""
        try:
            os.killpg(self.pid, number)
        except OSError:
            return

    def wait(self, seconds: float) -> bool:
        """Whether it ended within so many seconds."""
        try:
            if self.process:
                self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


def die_with_parent(ending: signal.Signals) -> Any:
    """What the new process does first: ask the kernel (of Linux) for this signal when we are gone."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(ending))
        if os.getppid() != parent:  # we were killed between fork and here
            os._exit(1)

    return ask
