"""What all tests share: the cast, and that test bodies see everything while requests see what they may."""

from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.core.cache import cache
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connection
from django.db.models.signals import post_migrate

from core.tenancy import across
from tests.cast import Cast, assemble

# The live server sends each line of a reply by itself, and the kernel would keep back all but the first of them until
# the other side says that it has it, which may take 40 ms.
WSGIRequestHandler.disable_nagle_algorithm = True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """The database, migrated. What Django makes then is there to stay (tests/database), so it need not look again."""
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture(scope="module", autouse=True)
def _plans_are_new() -> None:
    """A connection for each file: PostgreSQL keeps plans for foreign keys, made when tables were empty, as long as one
    lives, and by then reads whole tables of what tests left and nobody swept."""
    connection.close()


@pytest.fixture(autouse=True)
def _tests_look_across() -> Iterator[None]:
    """A test body prepares and checks in every organization; a request begins closed (ClosedMiddleware)."""
    with across():
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """Ana, Max, Ben, Dov and Cleo (tests/cast.py)."""
    return assemble()


@pytest.fixture
def empty_cache() -> Iterator[None]:
    """For tests of what the cache remembers, such as limits of rates."""
    cache.clear()
    yield
    cache.clear()
