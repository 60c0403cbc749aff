"""What is written as it once was made is what would be made: the same rows in every table, but for ids and moments."""

import re
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection, transaction

from accounts.audit_models import AuditEntry
from tests import make
from tests.cast import Cast, _assemble, assemble
from tests.recorded import ID

pytestmark = pytest.mark.django_db
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*\+00:00")


def rows() -> dict[str, list[str]]:
    """All rows of all tables as texts, by table."""
    found = {}
    with connection.cursor() as cursor:
        for model in set(apps.get_models()) - {
            AuditEntry
        }:  # it tells of acts, and what is written again is none
            table = model._meta.db_table
            cursor.execute(f'select to_jsonb(t)::text from "{table}" t')
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def written(act: Callable[[], object]) -> list[str]:
    """What comes into the database, with the table of what an id means instead of the id; then it goes again."""
    before = rows()
    with transaction.atomic():
        act()
        after = rows()
        transaction.set_rollback(True)
    fresh = {table: [text for text in texts if text not in before[table]] for table, texts in after.items()}
    whose: dict[str, str] = {}
    for table, texts in fresh.items():
        for text in texts:
            if found := re.search(rf'"id": "({ID.pattern})"', text):
                whose[found[1]] = table
    return sorted(
        table + ID.sub(lambda found: whose.get(found[0], "id"), MOMENT.sub("now", text))
        for table, texts in fresh.items()
        for text in texts
    )


def test_everybody_takes_their_place_as_the_actions_place_them() -> None:
    made = written(_assemble)
    assert len(made) > 15
    assert [re.sub(r"md5\$\w+\$\w+", "", row) for row in written(assemble)] == [
        re.sub(r"md5\$\w+\$\w+", "", row) for row in made
    ]


@pytest.mark.parametrize(
    "given", [{}, {"published": False}, {"min_submitted": 2, "guidelines": "It's fair."}], ids=str
)
def test_a_dataset_is_as_the_actions_make_it(cast: Cast, given: dict[str, object]) -> None:
    name = "It's one"
    first, *others = (written(lambda: make.dataset(cast.workspace, name, **given)) for _ in range(4))
    first = [
        row for row in first if not row.startswith("accounts_auditentry")
    ]  # only acts are told to the log
    assert len(first) == 9
    assert others == [first] * 3


def test_objects_say_what_is_in_the_database(cast: Cast) -> None:
    datasets = [make.dataset(cast.workspace) for _ in range(3)]
    for one in (
        cast.acme,
        cast.ana,
        cast.ana.user,
        cast.ben,
        cast.workspace,
        cast.rival_workspace,
        *datasets,
    ):
        again = type(one)._base_manager.get(pk=one.pk)
        names = [field.attname for field in one._meta.concrete_fields]
        assert {name: getattr(one, name) for name in names} == {name: getattr(again, name) for name in names}
    assert len({one.pk for one in datasets}) == len({one.shape_token for one in datasets}) == 3
    assert cast.ben.organization is cast.acme
    assert [list(one.shape.questions) for one in datasets] == [["ranking", "quality", "comment"]] * 3
