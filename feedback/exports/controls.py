"""The options of an export as a form shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from django.utils.translation import gettext
from pydantic.fields import FieldInfo

from feedback.exports.base import Kind
from feedback.shape import DatasetShape


@dataclass(frozen=True)
class Control:
    """One option. `choices`: (value, words); `least` and `most`: bounds of a number, None without one."""

    name: str
    title: str
    description: str
    type: Literal["choice", "choices", "flag", "number"]
    default: Any
    choices: Sequence[tuple[str, str]] = ()
    least: float | None = None
    most: float | None = None


def controls(kind: Kind[Any], shape: DatasetShape) -> list[Control]:
    """The options of this kind for this dataset, in their order. What is not needed may be left blank.

    Those that can have no meaning here are left out: there is nothing to choose of, or no question of the `means` that
    they say they are about.
    """
    offers = kind.offers(shape)
    questions = [shape.questions[name].kind for name in offers.get("question", ())]
    meant = frozenset[str]().union(*(one.means() for one in questions))
    made = []
    for name, field in kind.schema.model_fields.items():
        about = _extra(field, "means")
        if (offers.get(name) == [] and name not in kind.needs) or (about and meant.isdisjoint(about)):
            continue
        choices = _offered(offers[name], shape) if name in offers else _words(field)
        default = field.get_default(call_default_factory=True)
        made.append(
            Control(
                name=name,
                title=field.title or name,
                description=field.description or "",
                type=_type(field, choices=bool(choices) or name in offers),
                default=choices[0][0] if name in kind.needs and choices else default,
                choices=choices,
                **_bounds(field),
            )
        )
    return made


def _type(field: FieldInfo, *, choices: bool) -> Literal["choice", "choices", "flag", "number"]:
    if choices:
        return "choices" if get_origin(field.annotation) is list else "choice"
    return "flag" if field.annotation is bool else "number"


def _offered(names: Sequence[str], shape: DatasetShape) -> list[tuple[str, str]]:
    """The titles of questions, of fields where not all are questions, or else the texts of labels."""
    for titled in (shape.questions, shape.fields):
        if all(name in titled for name in names):
            return [(name, titled[name].title) for name in names]
    texts = {label: text for one in shape.questions.values() for label, text in one.kind.texts.items()}
    return [(name, texts.get(name, name)) for name in names]


def _words(field: FieldInfo) -> list[tuple[str, str]]:
    if get_origin(field.annotation) is not Literal:
        return []
    words = _extra(field, "words")
    said = words if isinstance(words, dict) else {}
    return [(value, gettext(str(said.get(value, value)))) for value in get_args(field.annotation)]


def _extra(field: FieldInfo, name: str) -> Any:
    """What the option says beside its title and description."""
    extra = field.json_schema_extra
    return extra.get(name) if isinstance(extra, dict) else None


def _bounds(field: FieldInfo) -> dict[str, float | None]:
    found = {type(one).__name__: one for one in field.metadata}
    return {"least": getattr(found.get("Ge"), "ge", None), "most": getattr(found.get("Le"), "le", None)}
