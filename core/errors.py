"""The whole vocabulary of refusal. Actions raise these; only the edges know what a status code is."""

from collections.abc import Mapping


class DomainError(Exception):
    """Something that was asked for and will not be done, with the sentence that tells the user why."""


class NotFound(DomainError):
    """There is no such thing, or none that this person may know of."""


class Forbidden(DomainError):
    """This person can see it and may not do that to it."""


class Conflict(DomainError):
    """It clashes with something that already exists."""


class Invalid(DomainError):
    """It cannot be accepted as written. `errors` maps the name of each wrong part to its own sentence."""

    def __init__(self, message: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.errors = dict(errors or {})


class TooOften(DomainError):
    """It was asked for more often than is good for everybody else. `seconds`: when to try again."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds
