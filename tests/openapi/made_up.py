"""Requests that schemathesis makes up out of the document of the API, for one operation at a time.

They are made when a test runs. `schema.parametrize` makes them while tests are collected, which takes each process
seconds, and calls the tests of all operations the same: of tests that are called the same, xdist runs one.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import load_all_checks
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.schemas import APIOperation, BaseSchema

load_all_checks()


def operations(schema: BaseSchema) -> dict[str, APIOperation]:
    """Those that the document describes, by method and path."""
    return {operation.label: operation for operation in (one.ok() for one in schema.get_all_operations())}


def send_all(operation: APIOperation, send: Callable[[Case], None], *, random: int, **more: Any) -> None:
    """Call `send` with every request: the edges of limits, if the schema wants them, and so many random ones."""

    @settings(
        max_examples=random,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **{"phases": [Phase.explicit, Phase.generate], **more},
    )
    def of_one(case: Case) -> None:
        send(case)

    build_operation_test(
        config=operation.schema.config,
        operation=operation,
        test_func=of_one,
        given_kwargs={},
        feedback=FeedbackSources(),
    )()
