"""Applications register what they asked of a model: once each, however often they say it."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest

from feedback.actions import interactions
from feedback.actions.datasets import publish_dataset
from feedback.actions.drafts import begin_dataset
from feedback.models import Dataset, Record
from feedback.presets import preset
from tests import make
from tests.cast import Cast
from tests.feedback.interactions.asking import pair


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return publish_dataset(begin_dataset(cast.workspace, name="Talks", preset=preset("interactions")))


def post(cast: Cast, dataset: Dataset, data: Any, who: str = "max", **given: Any) -> Any:
    return cast.api(getattr(cast, who)).post(f"/datasets/{dataset.pk}/interactions", data, **given)


def send_lines(cast: Cast, dataset: Dataset, *lines: Any) -> list[dict[str, Any]]:
    text = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines)
    response = post(cast, dataset, text, content_type="application/x-ndjson")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]


def test_one_interaction_becomes_a_record(cast: Cast, dataset: Dataset) -> None:
    response = post(cast, dataset, pair("A hole.", "A spring.", latency_ms=812.5, metadata={"user": "u-7"}))
    assert response.status_code == 200
    [item] = response.json()["items"]
    record = Record.objects.get()
    assert item == {"id": str(record.pk), "external_id": "chatcmpl-1", "result": "created"}
    assert [one["text"] for one in record.fields["answers"]] == ["A hole.", "A spring."]
    assert record.metadata["latency_ms"] == 812.5
    assert record.metadata["user"] == "u-7"


def test_said_twice_it_is_there_once(cast: Cast, dataset: Dataset) -> None:
    post(cast, dataset, pair("A hole."))
    assert post(cast, dataset, pair("A hole.")).json()["items"][0]["result"] == "unchanged"
    assert post(cast, dataset, pair("A spring.")).json()["items"][0]["result"] == "updated"
    assert Record.objects.get().fields["answers"][0]["text"] == "A spring."


def test_a_list_comes_in_whole_or_not_at_all(cast: Cast, dataset: Dataset) -> None:
    bad = pair(id="b") | {"response": {"id": "b", "choices": []}}
    response = post(cast, dataset, [pair(id="a"), bad])
    assert response.status_code == 422
    assert "Interaction at position 1 is not valid: The response has no choices" in response.content.decode()
    assert not Record.objects.exists()
    items = post(cast, dataset, [pair(id="a"), pair(id="b"), pair(id="a")]).json()["items"]
    assert [one["external_id"] for one in items] == ["a", "b", "a"]
    assert Record.objects.count() == 2


def test_each_line_is_answered_by_a_line_and_a_bad_one_stops_none(cast: Cast, dataset: Dataset) -> None:
    said = send_lines(
        cast,
        dataset,
        pair(id="a"),
        "{no json",
        "",
        {"request": {}},
        pair(id="b", latency_ms=-1),
        pair(id="a"),
    )
    assert [(one["line"], one["result"]) for one in said] == [
        (1, "created"),
        (2, "refused"),
        (4, "refused"),
        (5, "refused"),
        (6, "created"),
    ]
    assert said[0]["id"] == said[4]["id"] == str(Record.objects.get().pk)
    assert (said[1]["column"], said[2]["column"], said[3]["column"]) == (
        "character 2",
        "response",
        "latency_ms",
    )
    assert all(one["reason"] for one in said if one["result"] == "refused")


def test_thousands_of_lines_come_in_chunks_and_memory_stays_the_same(
    cast: Cast, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks: list[int] = []
    write = interactions._write

    def counted(dataset: Dataset, found: Any) -> Any:
        chunks.append(len(found))
        return write(dataset, found)

    monkeypatch.setattr(interactions, "_write", counted)
    text = "x" * 2000

    def most(number: int) -> int:
        file = io.BytesIO(
            b"".join(json.dumps(pair(text, id=f"{number}-{n}")).encode() + b"\n" for n in range(number))
        )
        tracemalloc.start()
        for _ in interactions.register_lines(dataset, interactions.places_of(dataset), file):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(10)
    few, many = most(1000), most(4000)
    assert Record.objects.count() == 5010
    assert max(chunks) == interactions.CHUNK
    assert many < few * 1.3


def test_lines_may_come_without_anybody_knowing_how_many(cast: Cast, dataset: Dataset) -> None:
    """As a client sends what it makes on the way: no length, and a server that knows where the body ends."""
    response = cast.api(cast.max).generic(
        "POST",
        f"/datasets/{dataset.pk}/interactions",
        json.dumps(pair()),
        "application/x-ndjson",
        CONTENT_LENGTH="",
        HTTP_TRANSFER_ENCODING="chunked",
        **{"wsgi.input_terminated": True, "wsgi.input": io.BytesIO(json.dumps(pair()).encode())},
    )
    assert json.loads(b"".join(response.streaming_content))["result"] == "created"


def test_a_dataset_that_does_not_suit_says_what_would(cast: Cast) -> None:
    plain = make.dataset(cast.workspace)
    response = post(cast, plain, pair())
    assert response.status_code == 422
    assert "begins with Interactions" in response.content.decode()
    assert post(cast, plain, "{}", content_type="application/x-ndjson").status_code == 422
    draft = begin_dataset(cast.workspace, name="Draft", preset=preset("interactions"))
    assert "Publish it before" in post(cast, draft, pair()).content.decode()


@pytest.mark.parametrize("data", [{}, {"request": {}}, [], [3], 3, [pair()] * 1001])
def test_other_shapes_are_refused(cast: Cast, dataset: Dataset, data: Any) -> None:
    assert post(cast, dataset, json.dumps(data)).status_code == 422
    assert not Record.objects.exists()


def test_labelers_may_not_register(cast: Cast, dataset: Dataset) -> None:
    assert post(cast, dataset, pair(), who="ben").status_code == 403
    assert post(cast, dataset, "{}", who="ben", content_type="application/x-ndjson").status_code == 403
    assert post(cast, dataset, pair(), who="cleo").status_code == 404


def test_labelers_do_not_see_which_model_it_was(cast: Cast, dataset: Dataset) -> None:
    [item] = post(cast, dataset, pair("A hole.", latency_ms=3)).json()["items"]
    shown = cast.api(cast.ben).get(f"/records/{item['id']}").content.decode()
    assert "A hole." in shown
    assert "gpt" not in shown
