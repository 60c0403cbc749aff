"""For files whose tests begin with the same: it is made once for all of them, in one transaction (`db = together.db`).

Tests that change something undo it, by a transaction of their own or by asking for `undone`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from core.tenancy import across


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of the transaction for each test: one for all of them."""
    with django_db_blocker.unblock(), across(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def undone(db: None) -> Iterator[None]:
    """What the test writes is undone behind it. What was made for all, it is given as a copy (`deepcopy`)."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
