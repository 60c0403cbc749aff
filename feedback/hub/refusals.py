"""What can go wrong between here and the Hub, in sentences that say what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from core.errors import DomainError, Invalid

NOT_INSTALLED = (
    "This installation cannot talk to the Hugging Face Hub: huggingface_hub is missing. Whoever runs it installs "
    "requirements.txt and starts the worker again."
)
AWAY = "The Hugging Face Hub cannot be reached from here. Check the network of this installation, then try again."
BUSY = "The Hugging Face Hub answers with too many requests ({status}). Wait some minutes, then try again."
BROKEN = "The Hugging Face Hub answers with an error ({status}). Try again later; what came before is kept."
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
FULL = "The disk of this installation is full. Whoever runs it makes room; then try again."
READING = {
    "unknown": "There is no data set {name!r} on the Hub that can be read{token}. Check its name{advice}.",
    "gated": "The data set {name!r} is open only to people whom its authors have let in. Ask for access on its "
    "page on the Hub, then give a token of the account that has it.",
    "refused": "The Hub does not accept this token for {name!r}. Make one that may read it, and give that.",
}
WRITING = {
    "unknown": "There is no {name!r} on the Hub that this token may write to. Check the name: your own or your "
    "organization's, a slash, and the data set's.",
    "gated": "This token may not write to {name!r} on the Hub.",
    "refused": "The Hub does not accept this token for writing to {name!r}. Make one that may write, and give that.",
}

log = structlog.get_logger(__name__)


class InWords:
    """Within it, what the library raises becomes `Invalid` with a sentence. `sayings`: READING or WRITING.

    What nobody foresaw leaves as a `RuntimeError` without its past: tracebacks show the values of variables, and deep
    in the library one of them is the token. For the same reason this is no generator, whose frame keeps the error.
    """

    def __init__(self, name: str, *, has_token: bool, sayings: dict[str, str]) -> None:
        self.name = name
        self.has_token = has_token
        self.sayings = sayings

    def __enter__(self) -> None:
        """Nothing to do before."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Exception) or isinstance(error, DomainError):
            return
        if sentence := self._sentence(error):
            raise Invalid(sentence) from None
        called = type(error).__name__
        del error, trace
        raise RuntimeError(f"{called} while talking to the Hub about {self.name}") from None

    def _sentence(self, error: Exception) -> str | None:
        if isinstance(error, ImportError):
            return NOT_INSTALLED
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return FULL
        return _of_answer(error, self.name, self.has_token, self.sayings)


@contextmanager
def on_disk() -> Iterator[None]:
    """A full disk is something that people can do something about."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise Invalid(FULL) from None


def _of_answer(error: Exception, name: str, has_token: bool, sayings: dict[str, str]) -> str | None:
    """What the Hub answered, or that it did not answer; None for what is not about the Hub."""
    from huggingface_hub import errors  # noqa: PLC0415  only where the library is installed

    said: Any = {
        "name": name,
        "token": " with this token" if has_token else "",
        "advice": "" if has_token else "; if it is private, give a token that may read it",
    }
    if isinstance(error, errors.GatedRepoError):
        return sayings["gated"].format(**said)
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is None:
        away = (getattr(errors, "HTTPError", ConnectionError), ConnectionError, TimeoutError)
        return AWAY if isinstance(error, away) else None
    log.warning("the Hub refused", status=status, repository=name)
    if isinstance(error, errors.RepositoryNotFoundError) or status == 404:
        return sayings["unknown"].format(**said)
    if status in {401, 403}:
        return sayings["refused"].format(**said)
    return (BUSY if status == 429 else BROKEN).format(status=status)
