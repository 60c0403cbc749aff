"""What a plan for the columns of a file makes: the parts of a dataset, and where each column goes in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from core.errors import Invalid
from feedback.imports.mapping import Mapping as ColumnMapping
from feedback.imports.proposals import KEPT, LOOKED_AT, VECTOR, Planned, Rows, kind_of, values_of
from feedback.imports.shapes import Kind as Shape
from feedback.imports.targets import AS, BESIDE, EXTERNAL_ID, RESPONSES, SKIP, WHOLE
from feedback.lines import short
from feedback.presets import Part, Property


@dataclass
class Plan:
    """A dataset to be. `vectors`: name -> dimensions."""

    fields: list[Part] = field(default_factory=list)
    questions: list[Part] = field(default_factory=list)
    metadata: list[Property] = field(default_factory=list)
    vectors: dict[str, int] = field(default_factory=dict)
    mapping: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> ColumnMapping:
        """Where the columns go."""
        return ColumnMapping(self.mapping)


def plan_of(planned: Sequence[Planned], rows: Rows, shape: Shape | None) -> Plan:
    """The dataset that this makes of the file; `Invalid.errors` names columns (or titles) that cannot be so."""
    return _Maker(planned, rows, shape).made()


class _Maker:
    def __init__(self, planned: Sequence[Planned], rows: Rows, shape: Shape | None) -> None:
        self.planned, self.rows = planned, rows
        self.values = values_of(rows, shape)
        self.plan = Plan(mapping={WHOLE: AS + shape.name} if shape else {})
        self.errors: dict[str, str] = {}
        self.names: set[str] = set()
        if shape:  # what it says beside fields and answers, and nobody decides
            self.plan.mapping |= {name: name for name in ("inserted_at", "updated_at") if name in shape.says}
            self.plan.mapping |= {"own_id": SKIP} if "own_id" in shape.says else {}

    def made(self) -> Plan:
        """Fields first: questions are about them."""
        for family in ("field", "question", "metadata", VECTOR.rstrip(":"), ""):
            for one in self.planned:
                if one.role.partition(":")[0] == family or (family == "" and ":" not in one.role):
                    self._add(one, family)
        self._complete()
        if self.errors:
            raise Invalid(next(iter(self.errors.values())), self.errors)
        return self.plan

    def _add(self, one: Planned, family: str) -> None:
        try:
            target = getattr(self, f"_{family or 'single'}")(one)
        except Invalid as error:
            self.errors.setdefault(one.column or one.title, str(error))
            return
        if one.column and one.column not in self.plan.mapping:
            self.plan.mapping[one.column] = target

    def _name(self, one: Planned) -> str:
        name = short(one.title)[:100]
        if not name:
            raise Invalid(gettext("Give it a title."))
        if name in self.names:
            raise Invalid(
                gettext("Two of them are called %(name)s. Give this one another title.") % {"name": name}
            )
        self.names.add(name)
        return name

    def _field(self, one: Planned) -> str:
        kind, name = self._kind(one), self._name(one)
        settings = {"type": kind.name} | ({"use_markdown": True} if _may_be_markdown(kind) else {})
        values = self.values.get(one.column, [])
        is_everywhere = len(values) >= min(len(self.rows), LOOKED_AT) > 0
        self.plan.fields.append(Part(name, one.title, settings, required=is_everywhere))
        return f"fields.{name}"

    def _question(self, one: Planned) -> str:
        kind, name = self._kind(one), self._name(one)
        labels = [line.strip() for line in one.labels.splitlines() if line.strip()]
        found = self.values.get(one.column, []) if one.column else []
        settings = kind.settings_for(found) or (kind.settings_for(labels) if labels else None)
        if settings is None:
            raise Invalid(gettext("What stands in this column are no answers to such a question."))
        if labels and "options" in settings:
            settings["options"] = [{"value": label, "text": label} for label in dict.fromkeys(labels)]
        settings |= self._about(kind)
        self.plan.questions.append(Part(name, one.title, settings, required="text" not in kind.means()))
        return f"suggestions.{name}"

    def _about(self, kind: Any) -> dict[str, str]:
        """The field that a question of this kind needs to be about."""
        if "text" in kind.means():
            return {}
        for key in ("field", "for_each"):
            if key in kind.schema.model_fields:
                for part in self.plan.fields:
                    held = kind_of(f"field:{part.settings['type']}")
                    if kind.may_be_about(held):
                        return {key: part.name}
                raise Invalid(gettext("There is no field that such a question can be about."))
        return {}

    def _metadata(self, one: Planned) -> str:
        name = self._name(one)
        if one.role != KEPT:
            self.plan.metadata.append(Property(name, one.title, {"type": self._kind(one).name}))
        return f"metadata.{name}"

    def _vector(self, one: Planned) -> str:
        name = self._name(one)
        self.plan.vectors[name] = len(self.values[one.column][0])
        return f"vectors.{name}"

    def _single(self, one: Planned) -> str:
        if one.role not in {EXTERNAL_ID, RESPONSES, SKIP}:
            raise Invalid(gettext("Choose what this column becomes."))
        if one.role == EXTERNAL_ID and EXTERNAL_ID in self.plan.mapping.values():
            raise Invalid(gettext("Only one column can be the external id."))
        return one.role

    def _kind(self, one: Planned) -> Any:
        kind = kind_of(one.role)
        if kind is None:
            raise Invalid(gettext("Choose what this column becomes."))
        return kind

    def _complete(self) -> None:
        """What belongs to a suggestion goes with it; something is read, and something is asked."""
        for column, target in list(self.plan.mapping.items()):
            for beside in BESIDE:
                if target.startswith("suggestions.") and f"{column}.{beside}" in self.values:
                    self.plan.mapping[f"{column}.{beside}"] = f"{target}.{beside}"
        if not self.plan.fields:
            self.errors.setdefault(
                "", gettext("People need something to look at: make at least one column a field.")
            )
        if not self.plan.questions:
            self.errors.setdefault(
                "", gettext("There is nothing to answer: make a column a question, or add one.")
            )
        elif not any(part.required for part in self.plan.questions):
            first = self.plan.questions[0]
            self.plan.questions[0] = Part(first.name, first.title, first.settings, required=True)


def _may_be_markdown(kind: Any) -> bool:
    return "use_markdown" in kind.schema.model_fields
