"""A server that stumbles, and runs that are interrupted: nothing is lost, nothing comes twice, nothing hangs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Organization
from feedback.models import LabelerTally, Record, Response, Vector
from feedback.sources import argilla
from tests.feedback.copying.conftest import Copying, run
from tests.feedback.copying.standin import KEY, Fault, Standin

NUMBER = 40


@pytest.fixture
def there() -> Standin:
    return Standin(records=NUMBER)


def failing(times: int, status: int = 500, path: str = "") -> Fault:
    """The first requests whose path ends so fail."""
    left = [times]

    def fault(server: Standin, asked: str, query: Any) -> tuple[int, Any] | None:
        if not asked.endswith(path) or not left[0]:
            return None
        left[0] -= 1
        return status, {"detail": "Sorry"}

    return fault


def poisoned(number: int, relations: Sequence[str] = ()) -> Fault:
    """Pages with this record fail; with `relations`: only if one of them is asked for."""

    def fault(server: Standin, path: str, query: dict[str, list[str]]) -> tuple[int, Any] | None:
        if not path.endswith("/records"):
            return None
        offset, limit = int(query["offset"][0]), int(query["limit"][0])
        asked = not relations or set(relations) & set(query.get("include", []))
        return (500, {}) if offset <= number < offset + limit and asked else None

    return fault


def positions() -> list[str]:
    """The prompts in their order here."""
    with transaction.atomic():
        return [
            fields["prompt"]
            for fields in Record.objects.order_by("position").values_list("fields", flat=True)
        ]


ALL = [f"Prompt {number}" for number in range(NUMBER)]


def test_it_tries_again_after_a_while(copy: Copying, there: Standin, waits: list[float]) -> None:
    there.faults.append(failing(3))
    assert copy().refused is None
    assert positions() == ALL
    assert waits == [0.5, 1.0, 2.0]


def test_it_waits_longer_when_it_is_asked_to(copy: Copying, there: Standin, waits: list[float]) -> None:
    there.retry_after = "7"
    there.faults.append(failing(2, status=429))
    assert copy().refused is None
    assert waits == [7.0, 7.0]


def test_a_server_that_stays_away_is_a_sentence(copy: Copying, there: Standin, waits: list[float]) -> None:
    there.faults.append(failing(100, status=503))
    said = copy()
    assert "cannot be reached: it answers 503. Try again later. What was copied stays" in said
    assert waits == list(argilla.PATIENCE)


def test_nobody_there_is_a_sentence(acme: Organization, waits: list[float]) -> None:
    assert "cannot be reached" in run(url="http://127.0.0.1:9", api_key=KEY)


@pytest.mark.parametrize("relations", [["vectors"], ["responses", "vectors"]])
def test_a_record_at_which_the_server_fails_comes_without_what_it_fails_at(
    copy: Copying, there: Standin, relations: list[str]
) -> None:
    there.faults.append(poisoned(17, relations))
    said = copy()
    assert said.refused == "Not everything that is there is here."
    for relation in relations:
        assert f"{relation} of record {there.records[17]['id']}" in said.err
    assert positions() == ALL
    with transaction.atomic():
        assert Vector.objects.count() == NUMBER - 1


def test_a_record_that_cannot_be_read_at_all_is_named(copy: Copying, there: Standin) -> None:
    there.faults.append(poisoned(17))
    said = copy()
    assert "Not copied: research/Replies: record number 18." in said.err
    assert positions() == [prompt for prompt in ALL if prompt != "Prompt 17"]
    assert ["records", "40", "39", "differs"] in [line.split() for line in said.out.splitlines()]


def test_a_server_that_fails_at_every_record_is_given_up(copy: Copying, there: Standin) -> None:
    there.faults.append(failing(10_000, path="/records"))
    assert "fails at" in (copy().refused or "")
    assert there.asked.total() < 300


def test_null_is_nothing(copy: Copying, there: Standin) -> None:
    nothing = {"responses": None, "suggestions": None, "vectors": None, "metadata": None}
    there.records[0] |= {"status": "pending", **nothing}
    there.records[1]["status"] = "pending"
    there.records[1]["responses"][0] |= {"status": "discarded", "values": None}
    assert copy().refused is None
    with transaction.atomic():
        assert Response.objects.get(status="discarded").values == {}


def test_pages_that_overlap_bring_nothing_twice(copy: Copying, there: Standin) -> None:
    """Rows instead of records are counted, so that a page has half of what was asked for."""

    def fault(server: Standin, path: str, query: dict[str, list[str]]) -> tuple[int, Any] | None:
        if not path.endswith("/records"):
            return None
        offset, limit = int(query["offset"][0]), int(query["limit"][0])
        rows = [one for one in server.records for _ in range(2)][offset : offset + limit]
        items = list({one["id"]: one for one in rows}.values())
        return 200, {"items": items, "total": len(server.records)}

    there.faults.append(fault)
    assert copy().refused is None
    assert positions() == ALL


def test_what_a_list_without_a_fixed_order_leaves_out_is_looked_for_again(
    copy: Copying, there: Standin
) -> None:
    def fault(server: Standin, path: str, query: dict[str, list[str]]) -> tuple[int, Any] | None:
        if path.endswith("/records") and server.asked[path] <= 2:
            page = server.page(query)
            page["items"][-1] = page["items"][0]
            return 200, page
        return None

    there.faults.append(fault)
    assert copy().refused is None
    assert sorted(positions()) == sorted(ALL)


def test_the_same_page_for_ever_ends(copy: Copying, there: Standin) -> None:
    there.faults.append(
        lambda server, path, query: (
            (200, server.page({**query, "offset": ["0"]})) if path.endswith("/records") else None
        )
    )
    assert "sends the same records again and again" in copy()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((200, b"<html>Argilla</html>"), "does not answer like an Argilla server at /me: no JSON object."),
        ((200, {"username": "olga"}), "An answer of /me cannot be read"),
        ((307, {}), "sends on to"),
        ((403, {}), "does not let this key read /me"),
        ((404, {"detail": "Not Found"}), "answers 404 at /me"),
    ],
)
def test_another_answer_than_expected_is_a_sentence(
    copy: Copying, there: Standin, answer: tuple[int, Any], sentence: str
) -> None:
    there.faults.append(lambda *_: answer)
    assert sentence in copy()


def test_after_an_interruption_it_goes_on_where_it_stopped(copy: Copying, there: Standin) -> None:
    there.faults.append(
        lambda server, path, query: (503, {}) if int(query.get("offset", ["0"])[0]) >= 20 else None
    )
    assert "What was copied stays: run the same command again" in copy()
    assert positions() == ALL[:20]
    with transaction.atomic():
        assert LabelerTally.objects.get(membership__username="ben").submitted == 20

    offsets: list[int] = []

    def listen(server: Standin, path: str, query: dict[str, list[str]]) -> None:
        if "offset" in query:
            offsets.append(int(query["offset"][0]))

    there.faults[:] = [listen]
    said = copy()
    assert said.refused is None
    assert offsets == [20, 40, 0]
    assert "20 new and 0 changed records, 20 responses" in said
    assert positions() == ALL
    with transaction.atomic():
        assert LabelerTally.objects.get(membership__username="ben").submitted == NUMBER


def test_ctrl_c_is_a_sentence_and_leaves_whole_pages(
    copy: Copying, there: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(argilla, "sleep", interrupted)
    there.faults.append(lambda server, path, query: (503, {}) if query.get("offset") == ["20"] else None)
    assert copy().refused == (
        "Stopped. What was copied stays: run the same command again, and it goes on from there."
    )
    assert positions() == ALL[:20]
    there.faults.clear()
    assert copy().refused is None
    assert positions() == ALL
