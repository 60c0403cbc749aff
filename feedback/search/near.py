"""Records that have most of the words of a text: those that may say nearly the same.

Nothing here grows with the dataset, but for the index's own lists of the few words that are looked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import combinations
from uuid import UUID

from django.db import connection

from feedback.models import Record
from feedback.search.fresh import PAGE, fresh
from feedback.search.scope import Scope
from feedback.search.text import Both, Words
from feedback.search.words import words as words_of

SAMPLE = 50  # of the newest records: what words are frequent
TELLING = 6  # words that are looked for: the rarest
MOST_READ = 5000  # characters of each text of the sample
MOST = 50  # records that are worth a closer look


def near(words: Collection[str], scope: Scope) -> list[UUID]:
    """The records that have the most of the telling ones among these words, those with all of them first.

    Of records that are not indexed yet, the newest are looked into.
    """
    asked = list(_most_of(_telling(words, scope)))
    # First, as in matching.py: what is indexed meanwhile is found by the index.
    waiting = sorted(fresh(scope, asked[-1], None, most=PAGE), reverse=True) if asked else []
    found: dict[UUID, None] = {}
    for some in asked:
        found |= dict.fromkeys(_indexed(some, scope))
        if len(found) >= MOST:
            break
    return [*list(found)[:MOST], *waiting[:MOST]]


def _telling(words: Collection[str], scope: Scope) -> list[str]:
    """The rarest of the words, as far as a few records show; the longest of those that are as rare."""
    newest = (
        Record.objects.filter(dataset=scope.dataset).order_by("-position").values_list("fields", flat=True)
    )
    said = [
        " ".join(text[:MOST_READ] for text in scope.dataset.shape.texts(fields)) for fields in newest[:SAMPLE]
    ]
    frequent = Counter(word for text in said for word in {*words_of(text)})
    return sorted(words, key=lambda word: (frequent[word], -len(word), word))[:TELLING]


def _most_of(words: list[str]) -> Iterator[Both]:
    """All of them; all but one; and so on, down to two thirds."""
    for number in range(len(words), len(words) * 2 // 3 - 1, -1):
        if number:
            parts = (Both(tuple(Words((one,)) for one in some), True) for some in combinations(words, number))
            yield Both(tuple(parts), False)


def _indexed(sought: Both, scope: Scope) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("select search_records(%s, %s, %s)", [scope.dataset.pk, sought.tsquery(None), MOST])
        return [pk for (pk,) in cursor.fetchall()]
