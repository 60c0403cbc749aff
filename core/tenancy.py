"""Whose data this code may see: the organization that it acts for, told to PostgreSQL with every transaction.

Row-level security (core/postgres.py) reads the setting `assay.organization`, which lives as long as a transaction:
a pooled connection keeps nothing of it. Nothing set means closed: a tenant table then refuses with an error rather
than looking empty. Requests, tasks and commands say for whom they act; `across` is for those few who act for no
organization in particular: sign-in, the operator of the installation, and housekeeping.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import Connection
from psycopg.errors import error_from_result
from psycopg.pq import Escaping, ExecStatus, TransactionStatus

ACROSS = "*"
CLOSED = ""

_acting_for: ContextVar[str] = ContextVar("acting_for", default=CLOSED)


def current() -> str:
    """The id of the organization, ACROSS or CLOSED."""
    return _acting_for.get()


@contextmanager
def acting_for(organization_id: UUID | str) -> Iterator[None]:
    """Run the block for one organization. May be nested; the outer one holds again afterwards."""
    with _as(str(organization_id)):
        yield


@contextmanager
def across() -> Iterator[None]:
    """Run the block without the wall between organizations. Every use is a decision: a test counts them."""
    with _as(ACROSS):
        yield


@contextmanager
def across_until_known() -> Iterator[None]:
    """Like `across`, to find out who asks: whom the block enters holds after it, without a word in between."""
    before = _acting_for.get()
    _acting_for.set(ACROSS)
    _tell()
    try:
        yield
    finally:
        if _acting_for.get() == ACROSS:
            _acting_for.set(before)
            _tell()


@contextmanager
def closed() -> Iterator[None]:
    """Run the block for nobody: where a request begins, before it is known who asks."""
    with _as(CLOSED):
        yield


def enter(organization_id: UUID | str) -> None:
    """Act for this organization until the surrounding `closed` block ends."""
    _acting_for.set(str(organization_id))
    _tell()


def enter_across() -> None:
    """Act for the operator, who sees across, until the surrounding `closed` block ends."""
    _acting_for.set(ACROSS)
    _tell()


@contextmanager
def _as(value: str) -> Iterator[None]:
    before = _acting_for.get()
    _acting_for.set(value)
    _tell()
    try:
        yield
    finally:
        # Not ContextVar.reset: `enter` may have set it since. And said again to PostgreSQL, because a released
        # savepoint keeps the inner value of a transaction-local setting.
        _acting_for.set(before)
        _tell()


def _tell() -> None:
    """Tell the running transaction, if there is one; each later one is told as it begins (core/database/base.py)."""
    if not connection.in_atomic_block or connection.connection is None:
        return
    if connection.connection.info.transaction_status == TransactionStatus.INERROR:
        return  # it will be rolled back, and the setting with it
    tell(connection.connection)


def tell(raw: Connection[Any]) -> None:
    """Send the setting over a connection, for the rest of its transaction: together with the beginning of that.

    By libpq itself, since this comes several times with each request: a cursor of psycopg takes as long as PostgreSQL.
    """
    begin = _beginning(raw) if raw.info.transaction_status == TransactionStatus.IDLE else b""
    whom = Escaping(raw.pgconn).escape_literal(current().encode())
    result = raw.pgconn.exec_(begin + b"select set_config('assay.organization', " + bytes(whom) + b", true)")
    if result.status != ExecStatus.TUPLES_OK:
        raise error_from_result(result)


def _beginning(raw: Connection[Any]) -> bytes:
    """How the next transaction of this connection begins: with what it was told to see, and whether it may write."""
    level, read_only = raw.isolation_level, raw.read_only
    begin = "begin" if level is None else f"begin isolation level {level.name.replace('_', ' ')}"
    if read_only is not None:
        begin += " read only" if read_only else " read write"
    return f"{begin}; ".encode()
