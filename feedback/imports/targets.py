"""What a column can become: the words of a mapping."""

from collections.abc import Iterable

from django.utils.translation import gettext

from feedback.shape import DatasetShape

EXTERNAL_ID = "external_id"
SKIP = "skip"
PERSON = "person"  # who gave the answers of the row
STATUS = "status"  # whether they are final
RESPONSES = "responses"  # all answers of all people, as a list
OWN_ID = "own_id"  # the id of a record of this very dataset
SINGLE = (EXTERNAL_ID, OWN_ID, PERSON, STATUS, RESPONSES, "inserted_at", "updated_at", SKIP)
PARTS = ("fields", "metadata", "suggestions", "responses", "vectors")
BESIDE = ("score", "agent", "type")  # what a suggestion has beside its value: suggestions.<question>.score

WHOLE = "*"  # in the place of a column: the whole row …
AS = "shape."  # … is of this shape, whose columns are meant by the rest of the mapping


def is_target(target: str) -> bool:
    """Whether it is one, in whatever dataset."""
    part, dot, name = target.partition(".")
    return target in SINGLE or (part in PARTS and bool(dot and name))


def suggested(target: str, questions: Iterable[str]) -> tuple[str, str]:
    """Question and what of the suggestion, of the target suggestions.<question>[.<what>]."""
    name = target.partition(".")[2]
    question, _, beside = name.rpartition(".")
    return (question, beside) if name not in questions and beside in BESIDE else (name, "value")


def known_target(target: str, shape: DatasetShape) -> bool:
    """Whether this dataset has it."""
    part, _, name = target.partition(".")
    if target in SINGLE:
        return target not in {PERSON, STATUS} or bool(shape.questions)
    if part == "metadata":
        return name in shape.metadata or shape.allow_extra_metadata
    if part == "suggestions":
        return suggested(target, shape.questions)[0] in shape.questions
    places = {"fields": shape.fields, "responses": shape.questions, "vectors": shape.vectors}
    return name in places.get(part, ())


def targets(shape: DatasetShape, column: str = "") -> list[tuple[str, str]]:
    """What a column may become, with the words for it; `column` adds metadata of its own name if allowed."""
    found = [(EXTERNAL_ID, gettext("External id"))]
    for name, field in shape.fields.items():
        words = {"title": field.title, "kind": gettext(field.kind.label).lower()}
        found.append((f"fields.{name}", gettext("%(title)s (field, %(kind)s)") % words))
    found += _about_questions(shape)
    for name, one in shape.metadata.items():
        found.append((f"metadata.{name}", gettext("%(title)s (metadata)") % {"title": one.title}))
    own = column.removeprefix("metadata.")
    if column and shape.allow_extra_metadata and own not in shape.metadata:
        found.append((f"metadata.{own}", gettext("%(title)s (further metadata)") % {"title": own}))
    for name, dimensions in shape.vectors.items():
        words = {"title": name, "dimensions": str(dimensions)}
        found.append((f"vectors.{name}", gettext("%(title)s (vector of %(dimensions)s numbers)") % words))
    return [
        *found,
        ("inserted_at", gettext("When the record came")),
        ("updated_at", gettext("When the record was changed")),
        (OWN_ID, gettext("Id of a record of this dataset")),
        (SKIP, gettext("Leave out")),
    ]


def _about_questions(shape: DatasetShape) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, question in shape.questions.items():
        words = {"title": question.title, "kind": gettext(question.kind.label).lower()}
        found += [
            (f"suggestions.{name}", gettext("%(title)s (suggestion, %(kind)s)") % words),
            (f"suggestions.{name}.score", gettext("%(title)s (score of the suggestion)") % words),
            (f"suggestions.{name}.agent", gettext("%(title)s (who suggested it)") % words),
            (
                f"suggestions.{name}.type",
                gettext("%(title)s (whether a model or a human suggested it)") % words,
            ),
            (f"responses.{name}", gettext("%(title)s (answer of a person)") % words),
        ]
    if found:
        found += [
            (PERSON, gettext("Who gave the answers")),
            (STATUS, gettext("Status of the answers")),
            (RESPONSES, gettext("All answers, as a list")),
        ]
    return found
