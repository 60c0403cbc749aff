"""What records of a dataset can be found by: the agents of suggestions, the values of metadata."""

from __future__ import annotations

from django.db.models import Count, Max, Min

from feedback.models import Dataset, MetadataProperty, MetadataValue, Question, Suggestion

MOST_AGENTS = 500
MOST_TERMS = 1000


def agents(dataset: Dataset) -> dict[Question, list[str]]:
    """For each question who has suggested answers. Jumps from name to name in the index."""
    return {question: _agents(question) for question in dataset.questions.all()}


def _agents(question: Question) -> list[str]:
    rows = Suggestion.objects.filter(question=question).order_by("agent").values_list("agent", flat=True)
    found: list[str] = []
    agent = rows.filter(agent__isnull=False).first()
    while agent is not None and len(found) < MOST_AGENTS:
        found.append(agent)
        agent = rows.filter(agent__gt=agent).first()
    return found


def terms(prop: MetadataProperty) -> tuple[int, list[tuple[str, int]]]:
    """How many values records have of a property of terms, and the most frequent ones with their numbers.

    Counts the property's values: half a second a million.
    """
    values = MetadataValue.objects.filter(property=prop, term__isnull=False)
    counted = values.values("term").annotate(number=Count("pk")).order_by("-number", "term")
    return values.count(), [
        (str(term), number) for term, number in counted.values_list("term", "number")[:MOST_TERMS]
    ]


def bounds(prop: MetadataProperty) -> tuple[float | None, float | None]:
    """The least and the greatest number that records have of a property; each is one look into the index."""
    found = MetadataValue.objects.filter(property=prop, number__isnull=False).aggregate(
        Min("number"), Max("number")
    )
    return found["number__min"], found["number__max"]
