"""Words to filter by: a topic, a language, a source."""

from collections.abc import Sequence
from json import dumps
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from pydantic import Field

from core.errors import Invalid
from core.text import Json, brief, check_json
from feedback.metadata import base


class Settings(base.Settings):
    """`values`: those that may be used, of any JSON type; null: any."""

    type: Literal["terms"]
    values: Annotated[list[Json], Field(min_length=1, max_length=250)] | None = None


class Terms(base.Kind[Settings]):
    """One term or a list of terms."""

    name = "terms"
    label = gettext_noop("Terms")
    order = 10
    schema = Settings
    example = base.Example(
        settings={"type": "terms", "values": ["math", "law", True, 3]},
        values=["math", ["law", "math"], True, 3, [3, True], []],
        mistakes=["cooking", ["math", "cooking"], False, 1, {"math": 1}, "a\0"],
    )

    @classmethod
    def settings_for(cls, values: Sequence[Any]) -> dict[str, Any] | None:
        terms = [term for value in values for term in (value if isinstance(value, list) else [value])]
        return {"type": cls.name} if all(isinstance(term, str | bool | int) for term in terms) else None

    def clean(self, value: Any) -> Any:
        check_json(value)
        if self.settings.values is not None:
            for term in value if isinstance(value, list) else [value]:
                self._check(term)
        return value

    @property
    def choices(self) -> list[str]:
        return [term if isinstance(term, str) else dumps(term) for term in self.settings.values or ()]

    def column(self, value: Any) -> Any:
        return value if isinstance(value, list) else [value]

    def _check(self, term: Any) -> None:
        # For Python `True == 1`; for JSON, and for whoever filters, they differ.
        if not any(term == known and is_bool(term) == is_bool(known) for known in self.settings.values or ()):
            known = ", ".join(str(value) for value in (self.settings.values or [])[:10])
            raise Invalid(f"{brief(term)} is not one of the terms of this property: {known} …")


def is_bool(value: Any) -> bool:
    """Whether it is true or false, and not the number that Python takes it for."""
    return isinstance(value, bool)
