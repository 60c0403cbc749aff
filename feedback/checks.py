"""What every kind must bring with it: a name of its own, an example that works, a whole template."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import connection
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

from core.errors import DomainError
from core.registry import Registry
from feedback.fields import kinds as field_kinds
from feedback.metadata import kinds as metadata_kinds
from feedback.questions import kinds as question_kinds

FAMILIES: tuple[Registry[Any], ...] = (question_kinds, field_kinds, metadata_kinds)
QUESTION_PARTIALS = ("ask", "show")
PGVECTOR = (0, 8)


@register
def every_kind_is_whole(**kwargs: Any) -> list[CheckMessage]:
    """A kind of question, field or metadata property that lacks something is found before anybody uses it."""
    for family in FAMILIES:
        family.load()
    found: list[CheckMessage] = []
    for family in FAMILIES:
        for kind in family:
            found += [*names(kind, family.noun), *examples(kind, family.noun)]
    for kind in question_kinds:
        found += [
            problem for partial in QUESTION_PARTIALS for problem in templates(kind, "question", partial)
        ]
    for kind in field_kinds:
        found += templates(kind, "field", "show")
    return found


@register(Tags.database)
def vectors_can_be_compared(**kwargs: Any) -> list[CheckMessage]:
    """W001: PostgreSQL lacks pgvector, or has an old one. Everything else works."""
    if not kwargs.get("databases"):
        return []
    with connection.cursor() as cursor:
        cursor.execute("select extversion from pg_extension where extname = 'vector'")
        row = cursor.fetchone()
    version = row[0] if row else None
    if version and tuple(map(int, version.split("."))) >= PGVECTOR:
        return []
    has = f"has pgvector {version}, which is too old" if version else "has no pgvector"
    change = "alter extension vector update" if version else "create extension vector"
    return [
        Caution(
            f"Records cannot be searched by similarity: the database {has}.",
            hint=f"Install pgvector 0.8 or newer and run `{change}` there as a superuser (docs/operating.md).",
            id="feedback.W001",
        )
    ]


def templates(kind: type[Any], noun: str, partial: str) -> Iterator[Error]:
    """E001: the template, or this partial of it, is not there or cannot be read."""
    name = f"feedback/{noun}s/{kind.name}.html"
    try:
        get_template(f"{name}#{partial}")
    except TemplateDoesNotExist:
        hint = f"Write {{% partialdef {partial} inline %}} in templates/{name}."
        yield _error(1, kind, noun, f"lacks the partial {partial!r} in {name}", hint)
    except TemplateSyntaxError as error:
        yield _error(1, kind, noun, f"has a template that cannot be read: {error}", f"Mend templates/{name}.")


def examples(kind: type[Any], noun: str) -> Iterator[Error]:
    """E002: there is no worked example, or its settings are refused."""
    example = getattr(kind, "example", None)
    if example is None:
        yield _error(
            2, kind, noun, "has no worked example", "Give it an `example`: tests and previews live by it."
        )
        return
    try:
        kind(example.settings)
    except DomainError as error:
        reasons = "; ".join(f"{part}: {why}" for part, why in getattr(error, "errors", {}).items())
        yield _error(
            2, kind, noun, f"refuses the settings of its own example: {reasons}", "Mend the example."
        )


def names(kind: type[Any], noun: str) -> Iterator[Error]:
    """E003: it is not named as people and the database name it."""
    if not kind.name.isidentifier() or kind.name != kind.name.lower():
        yield _error(3, kind, noun, "has a name that is no lower-case word", "Write it like label_selection.")
    for part in ("label", "order", "schema"):
        if not hasattr(kind, part):
            yield _error(3, kind, noun, f"has no {part}", f"Set `{part}` beside `name`.")
    others = [other for family in FAMILIES if family.noun == noun for other in family if other is not kind]
    if getattr(kind, "label", None) in {getattr(other, "label", None) for other in others}:
        yield _error(
            3, kind, noun, f"shares its label {kind.label!r} with another", "Give it one of its own."
        )


def _error(number: int, kind: type[Any], noun: str, what: str, hint: str) -> Error:
    return Error(
        f"The kind of {noun} {kind.name!r} {what}.", hint=hint, obj=kind, id=f"feedback.E{number:03}"
    )
