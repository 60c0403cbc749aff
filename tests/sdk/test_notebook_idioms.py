"""What people write in notebooks with the published client: out to files and back, foreign rows, lists of people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import argilla as rg
import datasets as hf
import pytest
from PIL import Image

from core.tenancy import across
from feedback import fields
from tests import make
from tests.sdk.test_argilla_client import record, settings

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore")]
NUMBER = 30


@pytest.fixture
def client(live_server: Any) -> Iterator[rg.Argilla]:
    """The published client, with the key of an owner."""
    with across():
        key = make.key(make.owner(make.organization("Acme"), "ana", first_name="Ana"))
    connected = rg.Argilla(api_url=live_server.url, api_key=key)
    yield connected
    connected.http_client.close()


@pytest.fixture
def workspace(client: rg.Argilla) -> rg.Workspace:
    return rg.Workspace(name="research", client=client).create()


@pytest.fixture
def wells(client: rg.Argilla, workspace: rg.Workspace) -> rg.Dataset:
    """Records with all that a record can have."""
    dataset = rg.Dataset(name="wells", workspace=workspace, settings=settings(), client=client).create()
    dataset.records.log([record(number, client.me.id) for number in range(NUMBER)])
    return dataset


@pytest.fixture
def small(client: rg.Argilla, workspace: rg.Workspace) -> rg.Dataset:
    """A prompt, a verdict and a comment."""
    shape = rg.Settings(
        fields=[rg.TextField(name="prompt")],
        questions=[
            rg.LabelQuestion(name="verdict", labels=["good", "bad"]),
            rg.TextQuestion(name="comment", required=False),
        ],
        metadata=[rg.TermsMetadataProperty(name="source")],
        vectors=[rg.VectorField(name="embedding", dimensions=2)],
    )
    return rg.Dataset(name="small", workspace=workspace, settings=shape, client=client).create()


def everything(dataset: rg.Dataset) -> list[dict[str, Any]]:
    """All records without what a server makes."""
    found = dataset.records(with_responses=True, with_suggestions=True, with_vectors=True).to_list(
        flatten=False
    )
    return [without(one, {"_server_id", "inserted_at", "updated_at"}) for one in found]


def without(one: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    """The same but for these keys."""
    return {key: value for key, value in one.items() if key not in keys}


# Out and back


def test_to_disk_and_from_disk(client: rg.Argilla, wells: rg.Dataset, tmp_path: Path) -> None:
    wells.to_disk(path=str(tmp_path))
    again = rg.Dataset.from_disk(str(tmp_path), name="again", workspace="research", client=client)
    assert again.settings.serialize()["questions"][0]["name"] == "quality"
    assert again.guidelines == wells.guidelines
    assert len(everything(again)) == NUMBER
    unwritten = {"vectors"}  # the client asks for them only when it is told to, and to_disk does not tell it
    assert [without(one, unwritten) for one in everything(again)] == [
        without(one, unwritten) for one in everything(wells)
    ]


def test_to_json_and_from_json(wells: rg.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    wells.records(with_responses=True, with_suggestions=True, with_vectors=True).to_json(path)
    before = everything(wells)
    wells.records.from_json(path)
    assert everything(wells) == before


def test_to_list_and_to_dict(wells: rg.Dataset) -> None:
    flat = wells.records(with_suggestions=True, with_responses=True).to_list(flatten=True)
    assert flat[10]["quality.suggestion"] == 1
    assert flat[10]["quality.suggestion.agent"] == "judge-1"
    assert flat[10]["comment.responses"] == ["Answer 10"]
    assert flat[10]["quality.responses.status"] == ["submitted"]
    by_name = wells.records.to_dict(orient="names")
    assert by_name["id"] == [f"record-{number}" for number in range(NUMBER)]
    assert list(wells.records.to_dict(orient="index")) == by_name["id"]


def test_to_datasets_and_back(client: rg.Argilla, workspace: rg.Workspace, wells: rg.Dataset) -> None:
    rows = wells.records(with_responses=True, with_suggestions=True, with_vectors=True).to_datasets()
    assert rows.num_rows == NUMBER
    assert rows[3]["prompt"] == "Prompt 3: was für ein Brunnen? 🕳️"
    assert rows[3]["embedding"] == pytest.approx([3 / 7, 0.1, -2.5, 1e-9])
    again = rg.Dataset(name="again", workspace=workspace, settings=settings(), client=client).create()
    again.records.log(rows, mapping={"quality.suggestion": "quality", "verdict.suggestion": "verdict"})
    proposed = [one.suggestions for one in again.records(with_suggestions=True)]
    assert [one["quality"].value for one in proposed] == [number % 5 + 1 for number in range(NUMBER)]
    assert [one["verdict"].value for one in proposed[:3]] == ["good", "bad", "unclear"]
    ours, theirs = everything(again), everything(wells)
    for key in ("id", "fields", "metadata", "vectors"):
        assert [one[key] for one in ours] == [one[key] for one in theirs], key


# Foreign rows


def test_rows_with_a_mapping(client: rg.Argilla, small: rg.Dataset) -> None:
    rows = [
        {
            "uid": f"r{n}",
            "input": f"Prompt {n}",
            "label": "good",
            "p": 0.5,
            "who": "judge",
            "said": "Fine",
            "v": [n, 1],
        }
        for n in range(5)
    ]
    small.records.log(
        rows,
        mapping={
            "uid": "id",
            "input": "prompt",
            "label": "verdict.suggestion",
            "p": "verdict.suggestion.score",
            "who": "verdict.suggestion.agent",
            "said": "comment.response",
            "v": "embedding",
        },
        user_id=client.me.id,
    )
    found = list(small.records(with_responses=True, with_suggestions=True, with_vectors=True))
    assert [one.id for one in found] == ["r0", "r1", "r2", "r3", "r4"]
    verdict = found[4].suggestions["verdict"]
    assert (verdict.value, verdict.score, verdict.agent) == ("good", 0.5, "judge")
    assert found[4].responses["comment"][0].value == "Fine"
    assert found[4].vectors["embedding"] == [4, 1]


def test_one_column_for_a_field_and_a_suggestion(small: rg.Dataset) -> None:
    small.records.log([{"text": "Hello"}], mapping={"text": ("prompt", "comment")})
    (found,) = small.records(with_suggestions=True)
    assert (found.fields["prompt"], found.suggestions["comment"].value) == ("Hello", "Hello")


def test_small_batches(small: rg.Dataset) -> None:
    small.records.log([{"prompt": f"Prompt {n}", "verdict": "bad"} for n in range(25)], batch_size=10)
    assert [one.fields["prompt"] for one in small.records] == [f"Prompt {n}" for n in range(25)]
    assert small.progress()["total"] == 25


def test_rows_of_a_hugging_face_dataset(small: rg.Dataset) -> None:
    rows = hf.Dataset.from_dict(
        {"text": ["One", "Two"], "label": [0, 1], "source": ["web", None]},
        features=hf.Features(
            {
                "text": hf.Value("string"),
                "label": hf.ClassLabel(names=["good", "bad"]),
                "source": hf.Value("string"),
            }
        ),
    )
    small.records.log(rows, mapping={"text": "prompt", "label": "verdict"})
    found = list(small.records(with_suggestions=True))
    assert [one.fields["prompt"] for one in found] == ["One", "Two"]
    assert [one.suggestions["verdict"].value for one in found] == ["good", "bad"]
    assert found[0].metadata["source"] == "web"


def test_a_bad_row_is_a_sentence(small: rg.Dataset) -> None:
    with pytest.raises(Exception, match="not one of the labels"):
        small.records.log([{"prompt": "Hello", "verdict": "splendid"}])
    assert list(small.records) == []


@pytest.mark.skipif("image" not in fields.kinds, reason="there are no image fields yet")
def test_pil_images(client: rg.Argilla, workspace: rg.Workspace) -> None:
    shape = rg.Settings(fields=[rg.ImageField(name="image")], questions=[rg.TextQuestion(name="caption")])
    dataset = rg.Dataset(name="pictures", workspace=workspace, settings=shape, client=client).create()
    dataset.records.log([rg.Record(fields={"image": Image.new("RGB", (4, 3), "red")})])
    (found,) = dataset.records
    assert found.fields["image"].size == (4, 3)


# Records at hand


def test_changing_records_in_a_loop(small: rg.Dataset) -> None:
    small.records.log([{"prompt": f"Prompt {n}", "id": str(n)} for n in range(4)])
    changed = []
    for one in small.records:
        one.metadata["source"] = "book"
        one.suggestions.add(rg.Suggestion("verdict", "good", agent="me"))
        changed.append(one)
    small.records.log(changed)
    assert {one.metadata["source"] for one in small.records} == {"book"}
    assert {one.suggestions["verdict"].value for one in small.records(with_suggestions=True)} == {"good"}
    next(iter(small.records)).delete()
    small.records.delete(list(small.records(limit=2)))
    assert [one.id for one in small.records] == ["3"]


def test_answers_of_several_people(client: rg.Argilla, workspace: rg.Workspace, small: rg.Dataset) -> None:
    ben = rg.User(username="ben", password="correct horse", role="annotator", client=client).create()
    responses = [
        rg.Response("verdict", "good", user_id=client.me.id, status="submitted"),
        rg.Response("verdict", "bad", user_id=ben.id, status="draft"),
    ]
    small.records.log([rg.Record(fields={"prompt": "Hello"}, responses=responses)])
    (found,) = small.records(with_responses=True)
    assert {one.user_id: (one.value, one.status.value) for one in found.responses["verdict"]} == {
        client.me.id: ("good", "submitted"),
        ben.id: ("bad", "draft"),
    }
    assert found.status == "completed"
    users = small.progress(with_users_distribution=True)["users"]
    assert users["ana"]["completed"]["submitted"] == 1
    assert users["ben"]["completed"]["draft"] == 1


# Settings


def test_settings_that_grow(client: rg.Argilla, small: rg.Dataset) -> None:
    small.settings.metadata.add(rg.IntegerMetadataProperty(name="length", min=0))
    small.settings.vectors.add(rg.VectorField(name="other", dimensions=3))
    small.settings.guidelines = "Be fair."
    small.settings.distribution = rg.TaskDistribution(min_submitted=3)
    small.settings.update()
    again = client.datasets("small", workspace="research")
    assert again.settings.metadata["length"].min == 0
    assert again.settings.vectors["other"].dimensions == 3
    assert again.distribution.min_submitted == 3
    again.settings.vectors["other"].delete()
    assert [one.name for one in client.datasets("small", workspace="research").settings.vectors] == [
        "embedding"
    ]


def test_settings_to_and_from_a_file(small: rg.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    small.settings.to_json(path)
    read = rg.Settings.from_json(path)
    assert [one.name for one in read.questions] == ["verdict", "comment"]


def test_templates_of_the_client(client: rg.Argilla, workspace: rg.Workspace) -> None:
    templates = [
        rg.Settings.for_classification(labels=["a", "b"]),
        rg.Settings.for_ranking(),
        rg.Settings.for_rating(),
    ]
    for number, template in enumerate(templates):
        name = f"template-{number}"
        rg.Dataset(name=name, workspace=workspace, settings=template, client=client).create()
    assert len(workspace.datasets) == 3


# People and places


def test_lists_of_users(client: rg.Argilla) -> None:
    client.users.add(rg.User(username="ben", password="correct horse", role="annotator"))
    assert len(client.users) == 2
    assert [one.username for one in client.users] == ["ana", "ben"]
    assert [one.username for one in client.users.list()] == ["ana", "ben"]
    ben = client.users("ben")
    assert client.users(id=ben.id).username == client.users[1].username == "ben"
    assert client.users("nobody") is None
    assert client.users(id="00000000-0000-4000-8000-000000000000") is None
    assert ben in list(client.users)
    assert "ben" in client.users._repr_html_()
    ben.role = "admin"
    ben.update()
    assert client.users("ben").role == "admin"
    ben.delete()
    assert [one.username for one in client.users] == ["ana"]


def test_lists_of_workspaces(client: rg.Argilla, workspace: rg.Workspace, small: rg.Dataset) -> None:
    other = client.workspaces.add(rg.Workspace(name="other"))
    assert [one.name for one in client.workspaces] == ["research", "other"]
    assert client.workspaces.default == workspace
    assert client.workspaces(id=other.id) == other
    assert client.workspaces("absent") is None
    assert "research" in client.workspaces._repr_html_()
    assert [one.name for one in workspace.datasets] == ["small"]
    assert list(other.datasets) == []
    ben = rg.User(username="ben", password="correct horse", client=client).create()
    ben.add_to_workspace(other)
    assert [one.username for one in other.users] == ["ben"]
    other.remove_user(ben)
    assert list(other.users) == []
    with pytest.raises(rg._exceptions.ConflictError):
        workspace.delete()
    other.delete()
    assert [one.name for one in client.workspaces] == ["research"]


def test_lists_of_datasets(client: rg.Argilla, small: rg.Dataset) -> None:
    assert len(client.datasets) == 1
    assert client.datasets[0].name == "small"
    assert client.datasets(id=small.id).get().settings.fields[0].name == "prompt"
    assert client.datasets("small").id == small.id
    assert client.datasets("absent") is None
    assert "small" in client.datasets._repr_html_()
    small.delete()
    assert list(client.datasets) == []


def test_a_labeler_sees_what_is_theirs(
    client: rg.Argilla, workspace: rg.Workspace, small: rg.Dataset
) -> None:
    with across():
        ben = make.member(make.Organization.objects.get(), "ben")
        key = make.key(ben)
    workspace.add_user("ben")
    theirs = rg.Argilla(api_url=client.api_url, api_key=key)
    try:
        assert [one.name for one in theirs.workspaces] == ["research"]
        assert theirs.datasets("small", workspace="research").name == "small"
        with pytest.raises(rg._exceptions.ForbiddenError):
            list(theirs.users)
        with pytest.raises(rg._exceptions.ForbiddenError):
            list(theirs.datasets("small").records)
    finally:
        theirs.http_client.close()


# A pipeline


def test_a_pipeline_that_writes_into_argilla(client: rg.Argilla, workspace: rg.Workspace) -> None:
    """Look for the dataset, make it if it is not there, and log what each step of the pipeline brings."""
    for step in range(2):
        dataset = client.datasets(name="pairs", workspace=client.workspaces(name="research"))
        if dataset is None:
            texts = ["instruction", "generations-0", "generations-1"]
            ratings = [rg.RatingQuestion(name=f"generations-{n}-rating", values=[1, 2, 3]) for n in range(2)]
            reasons = [
                rg.TextQuestion(name=f"generations-{n}-rationale", required=False, use_markdown=True)
                for n in range(2)
            ]
            shape = rg.Settings(
                fields=[rg.TextField(name=name, title=name) for name in texts],
                questions=[question for pair in zip(ratings, reasons, strict=True) for question in pair],
                allow_extra_metadata=True,
            )
            dataset = rg.Dataset(name="pairs", workspace="research", settings=shape, client=client)
            dataset = dataset.create()
        dataset.records.log(
            [
                rg.Record(
                    fields={"instruction": f"Do {step}", "generations-0": "a", "generations-1": "b"},
                    suggestions=[
                        rg.Suggestion(value=3, question_name="generations-0-rating"),
                        rg.Suggestion(value="Well said", question_name="generations-0-rationale"),
                    ],
                    metadata={"model": "big", "tokens": [1, 2]},
                )
            ]
        )
    found = list(client.datasets("pairs").records(with_suggestions=True))
    assert [one.fields["instruction"] for one in found] == ["Do 0", "Do 1"]
    assert found[1].suggestions["generations-0-rationale"].value == "Well said"
    assert found[1].metadata.to_dict() == {"model": "big", "tokens": [1, 2]}
