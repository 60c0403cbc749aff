"""What a test with real transactions wrote is gone when the next one begins, however the tables are emptied."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from tests import make
from tests.cast import assemble
from tests.database import base


def rows() -> dict[str, int]:
    """How many there are in each table that has any."""
    found = {}
    with transaction.atomic(), connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"select count(*) from {connection.ops.quote_name(table)}")
            found[table] = cursor.fetchone()[0]
    return {table: number for table, number in found.items() if number}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("large", [0, base.LARGE], ids=["truncated", "deleted"])
def test_only_what_migrations_made_stays(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "LARGE", large)
    before = rows()
    assert before.keys() == base.OF_MIGRATIONS
    with transaction.atomic():
        cast = assemble()
        make.response(make.record(make.dataset(cast.workspace)), cast.ben)
    assert len(rows()) > 10
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    assert rows() == before
