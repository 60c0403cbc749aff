"""The forms of refusals in JSON, as shapes: A, B and C of section 2 of the Argilla contract."""

from typing import Any, Generic, Literal, TypeVar

from typing_extensions import TypedDict

C = TypeVar("C")
P = TypeVar("P")


class Sentence(TypedDict):
    """Form B: a sentence for people."""

    detail: str


class Coded(TypedDict, Generic[C, P]):
    """What form A says: a word for programs, and what there is to say."""

    code: C
    params: P


class FormA(TypedDict, Generic[C, P]):
    """Form A."""

    detail: Coded[C, P]


class Wrong(TypedDict):
    """One wrong part. `loc` begins with path, query or body; then come names of keys and places in lists."""

    type: str
    loc: list[str | int]
    msg: str


class Wrongs(TypedDict):
    """Every wrong part."""

    errors: list[Wrong]


class MissingVector(TypedDict):
    """Form C: similar records were asked for, of one that has no such vector."""

    code: Literal["missing_vector"]
    message: str


Unauthorized = FormA[Literal["argilla.api.errors::UnauthorizedError"], Sentence]
Forbidden = FormA[Literal["argilla.api.errors::ForbiddenOperationError"], Sentence]
WrongShape = FormA[Literal["argilla.api.errors::ValidationError"], Wrongs]

# Status -> its shape, and what it means.
REFUSALS: dict[int, tuple[Any, str]] = {
    401: (Unauthorized, "No key and no token, or none that holds."),
    403: (Forbidden, "You may not do this."),
    404: (Sentence, "There is no such thing, or none that you may know of."),
    409: (Sentence, "It clashes with something that is there already."),
    422: (WrongShape | Sentence, "It cannot be accepted: the shape is wrong, or a rule forbids it."),
    429: (Sentence, "Too often. Wait, and try again."),
}
