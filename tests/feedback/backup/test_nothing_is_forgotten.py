"""What a backup has follows from the database; what does not follow is said, and said truly."""

import pytest
from django.db import connection

from feedback.actions.backup_tables import LEFT_OUT, NAMES_NOTHING, OF_PEOPLE, RENEWED, file_columns, tables
from feedback.actions.restored_rows import IN_JOBS
from feedback.models import Job

pytestmark = pytest.mark.django_db


def tenant_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.columns"
            " where column_name = 'organization_id' and table_schema = 'public'"
        )
        return {name for (name,) in cursor.fetchall()}


def test_every_table_of_tenants_is_in_it_or_left_out_with_a_reason() -> None:
    """That each of them has rows in the round trip is asked in test_round_trip.py."""
    found = {table.name for table in tables()}
    assert found | LEFT_OUT.keys() == tenant_tables()
    assert not found & LEFT_OUT.keys(), "A table is left out and is not."


def test_each_table_comes_after_those_that_it_refers_to() -> None:
    order = [table.name for table in tables()]
    with connection.cursor() as cursor:
        cursor.execute(
            "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where contype = 'f'"
        )
        pairs = [(child, parent) for child, parent in cursor.fetchall() if child in order and parent in order]
    assert pairs
    wrong = [(child, parent) for child, parent in pairs if order.index(parent) > order.index(child)]
    assert not wrong


def test_every_uuid_is_called_what_it_is() -> None:
    """An id ends in `_id` or `_ids`. Any other one is said to name nothing, or it would be moved with the ids."""
    known = NAMES_NOTHING | OF_PEOPLE
    odd = [
        f"{table.name}.{column.name}"
        for table in tables()
        for column in table.columns
        if column.type in ("uuid", "uuid[]")
        and (table.name, column.name) not in known
        and not (column.name == "id" or column.name.endswith(("_id", "_ids")))
    ]
    assert not odd, (
        f"Name them in NAMES_NOTHING (feedback/actions/backup_tables.py), or call them …_id: {odd}"
    )
    columns = {(table.name, column.name) for table in tables() for column in table.columns}
    assert columns >= NAMES_NOTHING | OF_PEOPLE | RENEWED


def test_only_members_refer_to_people() -> None:
    """People are of the installation: whoever else refers to one must say who that is after a restore."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select conrelid::regclass::text from pg_constraint"
            " where contype = 'f' and confrelid = 'accounts_user'::regclass"
        )
        found = {name for (name,) in cursor.fetchall()}
    assert found & {table.name for table in tables()} == {"accounts_membership"}


# JSON of tenants that may hold ids of rows, each with who moves them; everything else is what people wrote.
IDS_IN_JSON = {
    "feedback_deletedrecord": {"contents"},  # restored_values.py
    "accounts_identityprovider": {"rules"},
    "feedback_job": {"options", "checkpoint", "counts", "files"},  # restored_rows.py
    "feedback_response": {"presentation"},  # likewise
    "feedback_snapshot": {"plan", "files"},
    "workspaces_invitation": {"places"},
    "workspaces_workspace": {"people_before"},
}
CONTENT = {
    "feedback_bulkanswer": {"before"},
    "feedback_dataset": {"metadata"},
    "feedback_deletedrecords": {"columns"},
    "feedback_field": {"settings"},
    "feedback_keptmapping": {"mapping"},
    "feedback_metadataproperty": {"settings"},
    "feedback_question": {"settings"},
    "feedback_record": {"fields", "metadata"},
    "feedback_response": {"values"},
    "feedback_suggestion": {"value", "score"},
}


def test_every_json_column_was_thought_of() -> None:
    found = {
        (table.name, column.name) for table in tables() for column in table.columns if column.type == "jsonb"
    }
    known = {(table, name) for of in (IDS_IN_JSON, CONTENT) for table, names in of.items() for name in names}
    assert found == known, "May it hold ids? Then restored_rows.py moves them; say here which it is."
    assert set(IN_JOBS) == IDS_IN_JSON["feedback_job"]


def test_every_file_is_in_it() -> None:
    """Files that columns name are found by their kind; what a job has besides, `Job.stored` says."""
    assert file_columns()["feedback_job"] == {"source": "imports/", "result": "exports/"}
    assert file_columns()["feedback_snapshot"] == {"data": "snapshots/"}
    assert all(place.endswith("/") for columns in file_columns().values() for place in columns.values())
    assert file_columns().keys() - LEFT_OUT.keys() <= {table.name for table in tables()}
    made = [{"path": "exports/b"}, {"path": "exports/c"}]
    job = Job(source="imports/a", result="exports/b", files=made)
    assert job.stored == ["imports/a", "exports/b", "exports/c"]
