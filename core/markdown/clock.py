"""How long a text may take."""

from time import thread_time

EVERY = 64  # calls between two looks at the clock, which costs more than the call


class TooLong(Exception):
    """The text takes longer to read than it is worth."""


class Clock:
    """Counts this thread's own work, so that a busy machine makes no text unreadable."""

    def __init__(self, seconds: float) -> None:
        self.end = thread_time() + seconds
        self.calls = 0

    def tick(self) -> None:
        """Raise `TooLong` once the time is over. Cheap: looks at the clock only now and then."""
        self.calls += 1
        if self.calls % EVERY == 0:
            self.look()

    def look(self) -> None:
        """Raise `TooLong` if the time is over."""
        if thread_time() > self.end:
            raise TooLong
