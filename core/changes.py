"""Bodies of PATCH requests: a key that is left out stays as it is, which is not the same as null."""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, model_validator


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
