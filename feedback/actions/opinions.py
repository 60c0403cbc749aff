"""Another opinion, where the answers that a record wanted disagree."""

from __future__ import annotations

from itertools import combinations

from django.db import connection

from accounts.models import Membership
from feedback.models import Record, Response
from feedback.models.responses import Status


def disagree(record: Record, name: str) -> bool:
    """Whether two of the record's answers to this question are further apart than its dataset's rules let pass.

    By the distance of the question's kind (feedback/agreement/distances.py); a kind without one has no disagreement.
    """
    question = record.dataset.shape.questions.get(name)
    distance = question.kind.distance if question else None
    if distance is None:
        return False
    given = Response.objects.filter(record=record, status=Status.SUBMITTED, is_extra=False)
    answers = [one[name] for one in given.values_list("values", flat=True) if name in one]
    allowed = record.dataset.rules.opinion_distance
    return any(distance(one, other) > allowed for one, other in combinations(answers, 2))


def ask_another_opinion(record: Record, *, by: Membership) -> None:
    """Want one answer more. In the transaction in which `by` gave the last one: its locks are held."""
    with connection.cursor() as cursor:
        cursor.execute("select ask_another_opinion(%s, %s)", [record.pk, by.pk])
