"""Finding records: what is asked for, and how PostgreSQL finds it (docs/decisions/0007-search.md)."""
