"""The forms of refusals in JSON, as shapes: A, B and C of section 2 of the Argilla contract."""

from typing import Any, Literal

from typing_extensions import TypedDict


class Sentence(TypedDict):
    """Form B: a sentence for people."""

    detail: str


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


class UnauthorizedDetail(TypedDict):
    """A word for programs and a sentence for people."""

    code: Literal["argilla.api.errors::UnauthorizedError"]
    params: Sentence


class Unauthorized(TypedDict):
    """Form A: nobody knows who calls."""

    detail: UnauthorizedDetail


class ForbiddenDetail(TypedDict):
    """A word for programs and a sentence for people."""

    code: Literal["argilla.api.errors::ForbiddenOperationError"]
    params: Sentence


class Forbidden(TypedDict):
    """Form A: it is known who calls, and they may not."""

    detail: ForbiddenDetail


class WrongShapeDetail(TypedDict):
    """A word for programs, and every wrong part."""

    code: Literal["argilla.api.errors::ValidationError"]
    params: Wrongs


class WrongShape(TypedDict):
    """Form A: path, query or body has not the right shape."""

    detail: WrongShapeDetail


# Status -> its shape, and what it means.
REFUSALS: dict[int, tuple[Any, str]] = {
    401: (Unauthorized, "No key and no token, or none that holds."),
    403: (Forbidden, "You may not do this."),
    404: (Sentence, "There is no such thing, or none that you may know of."),
    409: (Sentence, "It clashes with something that is there already."),
    413: (Sentence, "This is more than the server takes at once. Send it in several requests."),
    422: (WrongShape | Sentence, "It cannot be accepted: the shape is wrong, or a rule forbids it."),
    429: (Sentence, "Too often. Wait, and try again."),
}
