"""The parts of a dataset that a query names, as the person who asks may know them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from accounts.access import Verb, may
from accounts.models import Membership
from core.errors import Invalid
from feedback.models import Dataset, MetadataProperty, VectorSettings
from feedback.shape import QuestionShape


@dataclass(frozen=True)
class Scope:
    """A dataset as somebody searches it. `mine`: only their own responses count, in an order of their own.

    `as_they_came`: in the order in which records came all the same.
    """

    dataset: Dataset
    by: Membership
    mine: bool = False
    as_they_came: bool = False

    @property
    def person(self) -> Membership | None:
        """Whose responses count; None: everybody's."""
        return self.by if self.mine else None

    @property
    def shuffles(self) -> bool:
        """Whether records come in an order of this person's own."""
        return self.mine and not self.as_they_came

    def question(self, name: str) -> QuestionShape:
        """The question of this name, or `Invalid`."""
        found = self.dataset.shape.questions.get(name)
        if found is None:
            raise Invalid(f"The dataset has no question named {name!r}.")
        return found

    def field(self, name: str | None) -> int | None:
        """The number of the field among those with text; None for all of them; `Invalid` if there is none."""
        if name is None:
            return None
        if name not in self.dataset.shape.fields:
            raise Invalid(f"The dataset has no field named {name!r}.")
        return self.texts.index(name) if name in self.texts else len(self.texts)

    @cached_property
    def is_blind(self) -> bool:
        """Whether whoever asks must know neither which model said what, nor what others answered."""
        return not may(Verb.REVIEW, self.by, self.dataset.workspace_id)

    @cached_property
    def answers(self) -> bool:
        """Whether whoever asks may have answers of their own."""
        return may(Verb.ANNOTATE, self.by, self.dataset.workspace_id)

    @cached_property
    def texts(self) -> list[str]:
        """The names of the fields with text, in the order in which their words are kept."""
        return [name for name, field in self.dataset.shape.fields.items() if field.kind.has_text()]

    @cached_property
    def properties(self) -> dict[str, MetadataProperty]:
        """The metadata properties by name, without those hidden from whoever asks."""
        found = self.dataset.metadata_properties.all()
        return {one.name: one for one in found if one.visible_for_annotators or not self.is_blind}

    def metadata(self, name: str) -> MetadataProperty:
        """The property of this name, or `Invalid`: also if it is hidden from whoever asks."""
        if name not in self.properties:
            raise Invalid(f"The dataset has no metadata property named {name!r}.")
        return self.properties[name]

    def vector(self, name: str) -> VectorSettings:
        """The vector settings of this name, or `Invalid`."""
        found = self.dataset.vectors_settings.filter(name=name).first()
        if found is None:
            raise Invalid(f"The dataset has no vector settings named {name!r}.")
        return found
