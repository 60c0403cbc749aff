"""Backup and restore in the terminal: one line of progress."""

from __future__ import annotations

import sys
import time

from django.core.management.base import BaseCommand

EACH = 0.2  # seconds
WIDTH = 24  # of the bar


class Bar:
    """One line that is written over; nothing where no terminal looks on."""

    def __init__(self, command: BaseCommand) -> None:
        self._command, self._width, self._shown = command, 0, 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """How far it is."""
        if not self._command.stdout.isatty() or time.monotonic() - self._shown < EACH:
            return
        filled = WIDTH * done // max(total, 1)
        text = f"[{'#' * filled}{'-' * (WIDTH - filled)}] {100 * done // max(total, 1):>3} %  {what}"
        sys.stdout.write(f"\r{text:<{self._width}}")
        sys.stdout.flush()
        self._width, self._shown = max(self._width, len(text)), time.monotonic()

    def clear(self) -> None:
        """Take it away."""
        if self._width:
            sys.stdout.write(f"\r{'':<{self._width}}\r")
            self._width = 0
