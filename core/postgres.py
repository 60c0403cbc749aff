"""Pieces of migrations: the wall between organizations, and foreign keys that cannot cross it."""

from django.db.migrations.operations.special import RunSQL

# A table under row-level security calls this once a statement. `null` means across; nothing set is an error, so that
# a forgotten organization is found at once instead of looking like an empty table.
CURRENT_ORGANIZATION = RunSQL(
    """
    create function current_organization() returns uuid language plpgsql stable parallel safe as $$
    declare
        setting constant text := current_setting('assay.organization', true);
    begin
        if setting = '*' then
            return null;
        end if;
        if coalesce(setting, '') = '' then
            raise exception 'This transaction acts for no organization (core/tenancy.py).'
                using errcode = 'insufficient_privilege';
        end if;
        return setting::uuid;
    end $$
    """,
    "drop function current_organization()",
)


def protect(*tables: str) -> list[RunSQL]:
    """Row-level security, forced (the application owns its tables), with the one policy that we have."""
    return [
        RunSQL(
            f"""
            alter table {table} enable row level security;
            alter table {table} force row level security;
            create policy tenant on {table}
                using ((select current_organization()) is null or organization_id = (select current_organization()));
            """,
            f"""
            drop policy tenant on {table};
            alter table {table} no force row level security;
            alter table {table} disable row level security;
            """,
        )
        for table in tables
    ]


def belongs_to(table: str, column: str, parent: str, *, on_delete: str = "cascade") -> RunSQL:
    """A foreign key that includes the organization, since PostgreSQL checks foreign keys past row-level security.

    `on_delete`: cascade, restrict, or `set null (<column>)`. The parent needs a unique (organization_id, id).
    """
    name = f"{table}_{column}_same_organization"
    return RunSQL(
        f"""
        alter table {table} add constraint {name} foreign key (organization_id, {column})
            references {parent} (organization_id, id)
            on delete {on_delete}
        """,
        f"alter table {table} drop constraint {name}",
    )
