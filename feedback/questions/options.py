"""The options of a question: what a label or a place in a ranking can be given to."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from core.schema import Shape
from core.text import Storable

Value = Annotated[str, StringConstraints(min_length=1, max_length=200), Storable]


class Option(Shape):
    """One option: `value` is what is stored and sent, `text` what people read."""

    value: Value
    text: Annotated[str, StringConstraints(min_length=1, max_length=500), Storable]
    description: Annotated[str, StringConstraints(min_length=1, max_length=1000), Storable] | None = None


def _values_differ(options: list[Option]) -> list[Option]:
    seen: set[str] = set()
    for option in options:
        if option.value in seen:
            raise ValueError(f"Two options have the value {option.value!r}. Give each a value of its own.")
        seen.add(option.value)
    return options


Options = Annotated[list[Option], AfterValidator(_values_differ)]
FewOptions = Annotated[Options, Field(min_length=2, max_length=50)]  # to be ranked
ManyOptions = Annotated[Options, Field(min_length=2, max_length=500)]  # to be chosen from


def listed(values: Sequence[str]) -> str:
    """The first values, for a sentence."""
    return ", ".join(values[:10]) + (" …" if len(values) > 10 else "")
