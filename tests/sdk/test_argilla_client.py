"""A script as people write it, with the client that Argilla publishes, unchanged, against a real server."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import argilla as rg
import pytest

from core.tenancy import across
from tests import make

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

RECORDS = 1000
LABELS = ["good", "bad", "unclear"]
TOPICS = ["math", "law", "art"]


@pytest.fixture
def client(live_server: Any) -> Iterator[rg.Argilla]:
    """The published client, with the key of an owner."""
    with across():
        key = make.key(make.owner(make.organization("Acme"), "ana", first_name="Ana"))
    connected = rg.Argilla(api_url=live_server.url, api_key=key)
    yield connected
    connected.http_client.close()  # else the server's thread keeps its connection to the database


def settings() -> rg.Settings:
    """Fields and questions of most kinds that the client knows."""
    return rg.Settings(
        guidelines="Be fair.",
        fields=[
            rg.TextField(name="prompt", title="Prompt", use_markdown=True),
            rg.ChatField(name="conversation", required=False),
            rg.TextField(name="reply", required=False),
        ],
        questions=[
            rg.RatingQuestion(name="quality", values=[1, 2, 3, 4, 5]),
            rg.LabelQuestion(name="verdict", labels=LABELS, required=False),
            rg.MultiLabelQuestion(name="topics", labels=TOPICS, required=False),
            rg.RankingQuestion(name="order", values=["a", "b", "c"], required=False),
            rg.TextQuestion(name="comment", required=False),
        ],
        metadata=[
            rg.TermsMetadataProperty(name="source", options=["web", "book"]),
            rg.IntegerMetadataProperty(name="length", min=0, max=10_000),
            rg.FloatMetadataProperty(name="ease", min=0.0, max=1.0, visible_for_annotators=False),
        ],
        vectors=[rg.VectorField(name="embedding", dimensions=4)],
        distribution=rg.TaskDistribution(min_submitted=2),
    )


def record(number: int, user_id: UUID) -> rg.Record:
    """With all that a record can have; every tenth is answered."""
    responses = [
        rg.Response("quality", number % 5 + 1, user_id=user_id, status="submitted"),
        rg.Response("comment", f"Answer {number}", user_id=user_id, status="submitted"),
    ]
    return rg.Record(
        id=f"record-{number}",
        fields={
            "prompt": f"Prompt {number}: was für ein Brunnen? 🕳️",
            "conversation": [
                {"role": "user", "content": "Hello"},
                {"role": "assistant", "content": f"Reply {number}"},
            ],
        },
        metadata={"source": "web", "length": number, "ease": number / RECORDS},
        vectors={"embedding": [number / 7, 0.1, -2.5, 1e-9]},
        suggestions=[
            rg.Suggestion("quality", number % 5 + 1, score=0.25, agent="judge-1", type="model"),
            rg.Suggestion("verdict", LABELS[number % 3], score=0.5),
            rg.Suggestion("topics", ["law", "math"], score=[0.1, 0.9]),
            rg.Suggestion("order", ["b", "a", "c"]),
        ],
        responses=responses if number % 10 == 0 else [],
    )


def test_a_whole_script(client: rg.Argilla) -> None:
    workspace = rg.Workspace(name="research", client=client).create()
    assert client.workspaces("research") == workspace
    assert client.me.role == "owner"

    dataset = rg.Dataset(name="wells", workspace=workspace, settings=settings(), client=client).create()
    _settings_read_back(client)

    _log(client, dataset)
    _records_read_back(client, dataset)
    _update(dataset)
    _delete_records(dataset)

    assert dataset.progress()["total"] == RECORDS - 200
    _people(client, workspace)
    dataset.delete()
    assert client.datasets("wells", workspace="research") is None


def _settings_read_back(client: rg.Argilla) -> None:
    dataset = client.datasets("wells", workspace="research")
    read = dataset.settings
    assert read.guidelines == "Be fair."
    assert dataset.distribution.min_submitted == 2
    assert [field.name for field in read.fields] == ["prompt", "conversation", "reply"]
    assert [field.required for field in read.fields] == [True, False, False]
    assert read.fields["prompt"].use_markdown is True
    assert [question.name for question in read.questions] == [
        "quality",
        "verdict",
        "topics",
        "order",
        "comment",
    ]
    assert read.questions["quality"].values == [1, 2, 3, 4, 5]
    assert read.questions["verdict"].labels == LABELS
    assert read.metadata["length"].max == 10_000
    assert read.metadata["ease"].visible_for_annotators is False
    assert read.vectors["embedding"].dimensions == 4


def _log(client: rg.Argilla, dataset: rg.Dataset) -> None:
    assert client.me.id is not None
    dataset.records.log([record(number, client.me.id) for number in range(RECORDS)])


def _records_read_back(client: rg.Argilla, dataset: rg.Dataset) -> None:
    found = list(dataset.records(with_responses=True, with_suggestions=True, with_vectors=True))
    assert [one.id for one in found] == [f"record-{number}" for number in range(RECORDS)]
    for number, one in enumerate(found):
        sent = record(number, client.me.id)
        assert one.fields.to_dict() == sent.fields.to_dict()
        assert one.metadata.to_dict() == sent.metadata.to_dict()
        assert one.vectors["embedding"] == sent.vectors["embedding"]
        assert one.status == "pending"
        assert one.suggestions["quality"].value == number % 5 + 1
        assert one.suggestions["quality"].agent == "judge-1"
        assert one.suggestions["quality"].score == 0.25
        assert one.suggestions["verdict"].value == LABELS[number % 3]
        assert one.suggestions["topics"].value == ["law", "math"]
        assert one.suggestions["topics"].score == [0.1, 0.9]
        assert one.suggestions["order"].value == ["b", "a", "c"]
        answers = {answer.question_name: answer for answer in one.responses}
        assert answers.keys() == ({"quality", "comment"} if number % 10 == 0 else set())
        if answers:
            assert answers["quality"].value == number % 5 + 1
            assert answers["comment"].value == f"Answer {number}"
            assert answers["comment"].user_id == client.me.id
            assert answers["comment"].status == "submitted"


def _update(dataset: rg.Dataset) -> None:
    first = next(iter(dataset.records(with_suggestions=True, with_vectors=True)))
    first.get()
    first.metadata["length"] = 7
    first.fields["prompt"] = "Another prompt"
    first.update()
    again = next(iter(dataset.records(with_suggestions=True, with_vectors=True)))
    assert (again.id, again.metadata["length"], again.fields["prompt"]) == ("record-0", 7, "Another prompt")
    assert again.suggestions["verdict"].value == "good"

    dataset.records.log([{"id": "record-1", "prompt": "Logged again", "comment": "A suggestion"}])
    logged = list(dataset.records(limit=2, with_suggestions=True))[1]
    assert logged.fields["prompt"] == "Logged again"
    assert logged.suggestions["comment"].value == "A suggestion"

    dataset.settings.guidelines = "Be fairer."
    dataset.settings.questions["quality"].title = "How good?"
    dataset.settings.update()
    dataset.get()
    assert dataset.guidelines == "Be fairer."
    assert dataset.settings.questions["quality"].title == "How good?"


def _delete_records(dataset: rg.Dataset) -> None:
    dataset.records.delete(list(dataset.records(limit=200)))
    left = [one.id for one in dataset.records]
    assert left == [f"record-{number}" for number in range(200, RECORDS)]


def _people(client: rg.Argilla, workspace: rg.Workspace) -> None:
    user = rg.User(username="ben", password="correct horse", role="annotator", client=client).create()
    workspace.add_user("ben")
    assert [one.username for one in workspace.users] == ["ben"]
    user.first_name = "Benjamin"
    user.update()
    assert client.users("ben").first_name == "Benjamin"
    workspace.remove_user("ben")
    user.delete()
    assert client.users("ben") is None
