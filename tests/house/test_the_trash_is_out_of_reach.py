"""A dataset in the trash is as if it were not there: by every route of the permission table, for everybody."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction

from feedback.actions.datasets import delete_dataset
from feedback.models import Dataset
from tests import together
from tests.cast import Cast, assemble
from tests.house.test_every_route_has_a_row import _call, _kind
from tests.permissions import ABSENT, OK, ROWS, Row, Things

SLOTS = re.compile(r"{(\w+)}")
BELOW = ("dataset_id", "record_id", "job_id")  # what belongs to a dataset says so by one of these


def of_datasets() -> list[Row]:
    return [
        row for row in ROWS if "/trash" not in row.path and set(SLOTS.findall(row.path)) - {"organization"}
    ]


db = together.db


@pytest.fixture(scope="module")
def everybody(db: None) -> Cast:
    cast = assemble()
    cast.come_in(cast.ana, cast.max, cast.ben)
    return cast


def test_whatever_belongs_to_it_is_absent(everybody: Cast) -> None:
    """In one go, for what most rows name is made for each of them anew."""
    found, wrong = 0, []
    for row in of_datasets():
        for name, answer in answers(row, everybody):
            found += 1
            if answer != ABSENT:
                wrong.append(f"{row.method} {row.path} by {name}: {answer}")
    assert not wrong, "\n".join(wrong)
    assert found > 350


def answers(row: Row, cast: Cast) -> Iterator[tuple[str, str]]:
    """What those who may are answered once the dataset is in the trash; nothing if the row is about none."""
    may = [name for name in ("ana", "max", "ben") if row.expected()[name] == {OK}]
    with transaction.atomic():
        things = Things(cast)
        path, send = things.fill(row.path), things.fill(row.send)
        named = [things[name] for name in SLOTS.findall(row.path)]
        if any(isinstance(one, Dataset) or any(getattr(one, key, None) for key in BELOW) for one in named):
            for dataset in Dataset.objects.filter(workspace=cast.workspace):
                delete_dataset(dataset)
            for name in may:
                client = cast.api(getattr(cast, name)) if row.is_api else cast.pages(getattr(cast, name))
                with transaction.atomic():
                    yield name, _kind(_call(client, row, path, send), is_api=row.is_api)
                    transaction.set_rollback(True)
        transaction.set_rollback(True)
