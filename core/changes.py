"""Bodies of PATCH requests: a key that is left out stays as it is, which is not the same as null."""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class Changes(BaseModel):
    """What may change, each key optional. `never_null` names those for which null is refused."""

    never_null: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="after")
    def refuse_null(self) -> Self:
        """One error for the whole body that names the keys, as the contract has it (section 4)."""
        null = sorted(name for name in self.never_null & self.model_fields_set if getattr(self, name) is None)
        if null:
            raise ValueError(f"These keys must not be null: {', '.join(null)}")
        return self

    def given(self) -> dict[str, Any]:
        """The keys that were sent, with their values."""
        return {name: getattr(self, name) for name in self.model_fields_set}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """No defaults, for what is left out stays; and null only where it is taken."""
        place = handler(schema)
        for name, part in handler.resolve_ref_schema(place)["properties"].items():
            part.pop("default", None)
            if name in cls.never_null:
                part.update(next(one for one in part.pop("anyOf") if one != {"type": "null"}))
        return place
