"""Django's PostgreSQL backend, which tells each transaction for which organization it acts, as it begins.

A middleware cannot do that: ATOMIC_REQUESTS opens the transaction around the view, after every middleware.
"""

from django.db.backends.postgresql import base

from core import tenancy


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions know their organization."""

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if not autocommit and tenancy.current() != tenancy.CLOSED:
            tenancy.tell(self.connection)
