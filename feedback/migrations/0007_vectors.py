"""Vectors that PostgreSQL can compare, where it has pgvector (docs/decisions/0008-vectors.md)."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

# Give each vector its direction, at length 1 and in single precision, beside the numbers that were sent. Returns
# whether that could be done; without pgvector 0.8 nothing happens, and a worker asks again every minute. Numbers that
# single precision cannot hold, and more than pgvector's 16,000 dimensions, have no direction: refused since, they
# may be there from before. `main`: a direction stays in its row as long as that fits a page, where it is compared
# 2.6 times as fast as out of line; what was sent goes out of line, uncompressed, for it hardly shrinks.
PREPARE = """
create function prepare_vectors() returns boolean language plpgsql as $$
begin
    if exists (select 1 from pg_attribute where attrelid = 'feedback_vector'::regclass and attname = 'unit') then
        return true;
    end if;
    if not exists (select 1 from pg_extension
                   where extname = 'vector' and string_to_array(extversion, '.')::int[] >= array[0, 8]) then
        return false;
    end if;
    alter table feedback_vector
        alter column value set storage external,
        add column if not exists unit vector generated always as (
            case when cardinality(value) <= 16000 and 3.4e38 >= all (value) and -3.4e38 <= all (value)
                 then l2_normalize(value::vector) end
        ) stored;
    alter table feedback_vector alter column unit set storage main;
    return true;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0006_search")]

    operations = [
        RunSQL(PREPARE, "drop function prepare_vectors()"),
        RunSQL("select prepare_vectors()", "alter table feedback_vector drop column if exists unit"),
    ]
