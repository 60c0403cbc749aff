"""Ids of rows that are restored beside those that they were copied from: others, in the same order, by one rule.

The last 32 bits, which are random, are changed by one number for all rows: two ids that differed differ still, none is
the id that it came from, and ids that go by time still do. So every reference fits, and nothing need be remembered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

PATTERN = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
LAST = 0xFFFFFFFF


@dataclass(frozen=True)
class Move:
    """The rule. `by` 0: everything keeps its id."""

    by: int = 0

    @classmethod
    def to(cls, slug: str) -> Move:
        """Another one for each name: an organization may be restored beside itself more than once."""
        return cls(int.from_bytes(blake2b(slug.encode(), digest_size=4).digest()) or 1)

    def id(self, pk: UUID) -> UUID:
        """Of one row."""
        return UUID(int=pk.int ^ self.by)

    def text(self, text: str) -> str:
        """With every id in it."""
        return PATTERN.sub(lambda found: str(self.id(UUID(found[0]))), text) if self.by else text

    def sql(self, expression: str) -> str:
        """Of the UUID that this expression of SQL gives."""
        if not self.by:
            return expression
        return (
            f"(left(({expression})::text, 28) || lpad(to_hex("
            f"('x' || right(({expression})::text, 8))::bit(32)::bigint # {self.by:d}), 8, '0'))::uuid"
        )

    def sql_of_many(self, expression: str) -> str:
        """Of an array of them, or of null."""
        if not self.by:
            return expression
        moved = (
            f"array(select {self.sql('u')} from unnest({expression}) with ordinality as t(u, n) order by n)"  # noqa: S608
        )
        return f"case when {expression} is not null then {moved} end"
