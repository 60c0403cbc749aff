"""What every kind of interaction is: a request to a model with its response, read into a conversation and answers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from core.errors import Invalid
from core.registry import Registry
from feedback.imports.contents import Contents

Object = Mapping[str, Any]
LONGEST_ID = 500  # characters


@dataclass(frozen=True)
class Interaction:
    """What was said, and the answers that a model gave to it.

    `id`: the response's own; `messages`: {"role", "content", …}; `answers`: each the messages of one answer, with
    what else is known of it in `extras`; `about`: metadata.
    """

    id: str
    messages: Sequence[dict[str, Any]]
    answers: Sequence[Sequence[dict[str, Any]]]
    extras: Sequence[Mapping[str, Any]]
    about: Mapping[str, Any]


class Kind(ABC):
    """Everything that depends on the API that the application spoke."""

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]

    def __init_subclass__(cls) -> None:
        if "name" in vars(cls):
            kinds.add(cls)

    @abstractmethod
    def recognizes(self, request: Object, response: Object) -> bool:
        """Whether these are of this API."""

    @abstractmethod
    def read(self, request: Object, response: Object, contents: Contents) -> Interaction:
        """The interaction; or `Invalid`, whose `errors` name what is wrong by its path."""


kinds: Registry[Kind] = Registry("feedback.interactions", "interaction")


def recognize(request: Object, response: Object) -> Kind:
    """The kind that these are of; `Invalid` if there is none, with what to send instead."""
    if str(response.get("object", "")).endswith(".chunk"):
        raise wrong(
            "response", "This is one piece of a streamed response. Send the whole response, put together."
        )
    for kind in kinds:
        reader = kind()
        if reader.recognizes(request, response):
            return reader
    known = ", ".join(kind.label for kind in kinds)
    raise wrong("response", f"This response is of no API that is known here. Send one of: {known}.")


def wrong(place: str, sentence: str) -> Invalid:
    """An error at this path."""
    return Invalid(sentence, {place: sentence})


def own_id(response: Object) -> str:
    """The id by which the same response is known again; or `Invalid`."""
    found = response.get("id")
    if not isinstance(found, str) or not found:
        raise wrong("response.id", "The response has no id. Its id tells whether it was registered before.")
    if len(found) > LONGEST_ID:
        raise wrong("response.id", f"The id of a response has at most {LONGEST_ID} characters.")
    return found


def listed(value: Any, place: str) -> list[Any]:
    """The list of objects at this path; or `Invalid`."""
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise wrong(place, "This must be a list of objects.")
    return value


def part(of: Object, name: str) -> Object:
    """The object of that name; empty if there is none."""
    found = of.get(name)
    return found if isinstance(found, Mapping) else {}


def known(**found: Any) -> dict[str, Any]:
    """Those that are there."""
    return {name: value for name, value in found.items() if value not in (None, [], {})}
