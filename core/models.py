"""What every row of ours has."""

from uuid import UUID

from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A time-ordered UUID (RFC 9562, version 7): rows of one time lie together, and ids sort by age."""
    return uuid7()


class Base(models.Model):
    """A row with an id and its dates.

    Both dates come from the database, so that they are equal on a new row (contract section 7.2). `updated_at` moves
    when an action says so, for the contract knows which changes count.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    inserted_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
