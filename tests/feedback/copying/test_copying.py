"""What is there is here after a run of copy_from_argilla, and another run takes over what has changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from accounts.models import ApiKey, Membership, Organization
from feedback.actions.copying_diary import here
from feedback.actions.datasets import create_dataset, update_dataset
from feedback.actions.responses import submit_response
from feedback.models import Dataset, LabelerTally, Record, Response, Suggestion, Vector
from feedback.reports.progress import progress
from tests import make
from tests.cast import ApiClient
from tests.feedback.copying.conftest import Copying
from tests.feedback.copying.standin import Standin, part, record, response, row, some_id, user
from workspaces.models import Workspace

LATER = "2025-04-01T12:00:00.5"


@pytest.fixture(autouse=True)
def _one_look(acme: Organization, there: Standin, copy: Copying) -> None:
    """Everything here needs the three of them."""


def rows() -> dict[str, list[Any]]:
    """All that could have been copied twice."""
    with transaction.atomic():
        return {
            model.__name__: list(model.objects.order_by("pk").values())
            for model in (Membership, Workspace, Dataset, Record, Response, Suggestion, Vector)
        }


def test_everything_comes_with_its_dates(copy: Copying, there: Standin, acme: Organization) -> None:
    there.records[1] = record(1, external_id="second", responses=[], status="pending")
    said = copy()
    assert said.refused is None
    assert "Everything that is there is here." in said
    with transaction.atomic():
        ben = Membership.objects.get(username="ben")
        assert (ben.role, ben.first_name, ben.user.has_usable_password()) == ("annotator", "Ben", False)
        assert set(Workspace.objects.get().members.values_list("username", flat=True)) == {"mara", "ben"}
        dataset = Dataset.objects.get()
        assert (dataset.name, dataset.guidelines, dataset.metadata) == (
            "Replies",
            "Be fair.",
            {"team": "wells"},
        )
        assert dataset.is_published
        assert dataset.fields.get().kind.is_markdown
        assert [one.name for one in dataset.questions.all()] == ["quality", "comment"]
        assert dataset.questions.first().description == "How good?"
        assert dataset.metadata_properties.get().visible_for_annotators is False
        records = list(Record.objects.order_by("position"))
        assert [one.external_id for one in records] == [None, "second", None]
        assert [one.fields["prompt"] for one in records] == ["Prompt 0", "Prompt 1", "Prompt 2"]
        early = datetime(2025, 3, 1, 10, 0, 0, 1, tzinfo=UTC)
        assert records[0].inserted_at == records[0].updated_at == early
        assert Record.objects.dated().get(pk=records[0].pk).changed_at == early  # completed there, not today
        answer = records[0].responses.get()
        assert (answer.membership, answer.status, answer.values) == (ben, "submitted", {"quality": 1})
        assert answer.inserted_at == answer.submitted_at == early
        proposed = records[0].suggestions.get()
        assert (proposed.value, proposed.score, proposed.agent, proposed.type) == (2, 0.5, "judge-1", "model")
        assert records[2].vectors.get().value == [2 / 7, -1.0]
        assert (progress(dataset).total, progress(dataset).completed) == (3, 2)
        assert LabelerTally.objects.get(membership=ben).submitted == 2


def test_a_second_run_writes_nothing(copy: Copying) -> None:
    copy()
    before = rows()
    said = copy()
    assert said.refused is None
    assert "0 new and 0 changed records, 0 responses and 0 suggestions written" in said
    assert rows() == before


def test_a_second_run_takes_over_what_changed_there(copy: Copying, there: Standin) -> None:
    copy()
    there.users[2] |= {"username": "benjamin", "updated_at": LATER}
    there.datasets[0] |= {"name": "Answers", "guidelines": "Be fairer.", "updated_at": LATER}
    there.questions[0] |= {"title": "How good is it?", "updated_at": LATER}
    there.properties.append(part("pages", settings={"type": "integer", "min": 0, "max": 9}))
    there.records[0] |= {"fields": {"prompt": "Corrected"}, "metadata": {"pages": 3}, "updated_at": LATER}
    there.records[1]["responses"] = [
        response(1, "ben", values={"quality": {"value": 3}}, updated_at=LATER),
        response(1, "mara", status="draft", values=None),
    ]
    there.records.append(record(3))
    said = copy()
    assert said.refused is None
    assert "1 new and 1 changed records, 3 responses and 1 suggestions written" in said
    with transaction.atomic():
        assert Membership.objects.filter(username="benjamin").exists()
        dataset = Dataset.objects.get()
        assert (dataset.name, dataset.guidelines, dataset.guidelines_version) == ("Answers", "Be fairer.", 2)
        assert dataset.questions.first().title == "How good is it?"
        records = list(Record.objects.order_by("position"))
        assert (records[0].fields, records[0].metadata) == ({"prompt": "Corrected"}, {"pages": 3})
        assert records[1].responses.get(membership__username="benjamin").values == {"quality": 3}
        assert records[1].responses.get(membership__username="mara").values == {}


def test_what_was_changed_here_stays(copy: Copying) -> None:
    copy()
    with transaction.atomic():
        first = Record.objects.order_by("position").first()
        submit_response(first, {"quality": 3}, by=Membership.objects.get(username="ben"))
        update_dataset(Dataset.objects.get(), guidelines="Ours.")
    said = copy()
    assert "1 were changed here after they were copied and stay" in said
    with transaction.atomic():
        assert Response.objects.get(record=first).values == {"quality": 3}
        assert Dataset.objects.get().guidelines == "Ours."


def test_two_organizations_take_a_copy_each(copy: Copying, acme: Organization) -> None:
    with transaction.atomic():
        rival = make.organization("Rival")
        make.owner(rival, "cleo")
    for name in ("Acme", "Rival"):
        assert copy(organization=name).refused is None
    with transaction.atomic():
        assert Record.objects.filter(organization_id=rival.pk).count() == 3
        assert Record.objects.filter(pk=here(acme.pk, some_id("record 0"))).exists()
    assert "Say which one" in copy()
    assert "There is no organization 'Nobody'" in copy(organization="Nobody")


def test_only_what_is_named(copy: Copying, there: Standin) -> None:
    there.workspaces.append(row("drafts", name="drafts"))
    there.members["drafts"] = []
    there.datasets.append({**there.datasets[0], "id": some_id("other"), "name": "Other", "status": "draft"})
    assert copy(dataset=["Other"]).refused is None
    with transaction.atomic():
        assert list(Dataset.objects.values_list("name", "status")) == [("Other", "draft")]
        assert list(Workspace.objects.values_list("name", flat=True)) == ["research"]
    assert copy(workspace=["drafts"]).refused is None
    assert "There is no dataset 'Absent' on that server. It has: Other, Replies." in copy(dataset=["Absent"])
    assert "There is no workspace 'Absent'" in copy(workspace=["Absent"])


def test_passwords_go_into_a_sheet_that_only_its_owner_reads(copy: Copying, tmp_path: Path) -> None:
    sheet = tmp_path / "passwords.csv"
    assert "4 people cannot sign in yet" in copy()
    said = copy(passwords=sheet)
    assert "4 passwords are in" in said
    assert "cannot sign in yet" not in said
    assert sheet.stat().st_mode & 0o777 == 0o600
    header, *lines = sheet.read_text().splitlines()
    assert header == "username,password,sign in as"
    username, password, name = lines[2].split(",")
    assert (username, name) == ("ben", "acme/ben")
    with transaction.atomic():
        assert Membership.objects.get(username="ben").user.check_password(password)
    assert "is there already. Name a file that is not." in copy(passwords=sheet)
    assert "0 passwords are in" in copy(passwords=tmp_path / "again.csv")


def test_keys_come_along_only_if_asked_for(copy: Copying, acme: Organization) -> None:
    copy()
    with transaction.atomic():
        assert not ApiKey.objects.exists()
    for _ in range(2):
        assert copy(keep_keys=True).refused is None
    with transaction.atomic():
        assert ApiKey.objects.count() == 4
    assert ApiClient(headers={"X-Argilla-Api-Key": "key-of-ben"}).get("/me").json()["username"] == "ben"


def test_who_and_what_was_here_already_is_said(copy: Copying, there: Standin, acme: Organization) -> None:
    there.users[0] = user("ana", "admin")
    there.users.insert(0, user("olga", "owner"))
    there.records[0] = record(0, responses=[response(0, "ana")])
    with transaction.atomic():
        space = make.workspace(acme, "research")
    said = copy()
    assert "ana was here already as owner: what ana answered there belongs to that account" in said
    assert "The workspace research was here already" in said
    with transaction.atomic():
        assert Dataset.objects.get().workspace == space
        assert Membership.objects.get(username="ana").responses.count() == 1
        assert Membership.objects.get(username="ana").role == "owner"


def test_a_dataset_of_the_same_name_is_not_touched(copy: Copying, acme: Organization) -> None:
    with transaction.atomic():
        create_dataset(make.workspace(acme, "research"), name="Replies")
    said = copy()
    assert "research/Replies: the whole dataset" in said.err
    assert "It is another one: rename one of the two" in said.err
    assert said.refused == "Not everything that is there is here."
    with transaction.atomic():
        assert Dataset.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("name", "called"),
    [("My Team", "My-Team"), ("équipe/1", "equipe-1"), ("研究", "workspace-"), ("a" * 250, "a" * 200)],
)
def test_a_workspace_gets_a_name_that_the_client_can_read(
    copy: Copying, there: Standin, name: str, called: str
) -> None:
    there.workspaces[0]["name"] = name
    there.members[name] = ["ben"]
    assert f"The workspace {name!r} is called '{called}" in copy()
    said = copy()
    assert said.refused is None
    assert "is called" not in said
    with transaction.atomic():
        assert Workspace.objects.get().name.startswith(called)


def test_a_kind_that_there_is_not_here_is_named_and_nothing_else_stops(copy: Copying, there: Standin) -> None:
    other = {**there.datasets[0], "id": some_id("other"), "name": "Sounds"}
    there.datasets.insert(0, other)
    there.faults.append(
        lambda server, path, query: (
            (200, {"items": [part("sound", "other", required=True, settings={"type": "audio"})]})
            if path == f"/datasets/{other['id']}/fields"
            else None
        )
    )
    said = copy()
    assert "research/Sounds: the whole dataset. There is no field of kind 'audio'" in said.err
    assert said.refused == "Not everything that is there is here."
    with transaction.atomic():
        assert list(Dataset.objects.values_list("name", flat=True)) == ["Replies"]
        assert Record.objects.count() == 3


def test_what_does_not_fit_is_listed_and_the_rest_comes(
    copy: Copying, there: Standin, tmp_path: Path
) -> None:
    there.records += [
        record(3, external_id="no-field", fields={"prompt": None}),
        record(4, external_id="no-author", responses=[response(4, "gone"), response(4, "ben", values=None)]),
        record(5, external_id="odd", metadata={"source": "a\0", "year": 3}, vectors={"embedding": [1.0]}),
        record(6, external_id="no-question"),
        {"id": "nonsense"},
    ]
    there.records[6]["suggestions"][0]["question_id"] = some_id("absent")
    file = tmp_path / "problems.jsonl"
    said = copy(problems=file)
    assert said.refused == "Not everything that is there is here."
    listed = {one["what"].partition(": ")[2]: one["reason"] for one in map(json.loads, file.open())}
    assert list(listed) == [
        "record no-field",
        f"record no-author, response of {some_id('user gone')}",
        "record no-author, response of ben",
        "record odd, metadata source",
        "record odd, vector embedding",
        f"record no-question, suggestion for {some_id('absent')}",
        "record nonsense",
    ]
    assert "not among the users" in listed[f"record no-author, response of {some_id('user gone')}"]
    with transaction.atomic():
        assert Record.objects.count() == 6
        assert Record.objects.get(external_id="odd").metadata == {"year": 3}
    assert ["records", "8", "6", "differs"] in [line.split() for line in said.out.splitlines()]


def test_a_key_of_somebody_else_is_refused(copy: Copying, there: Standin) -> None:
    there.users[0]["role"] = "admin"
    assert "This is not the API key of an owner" in copy()
    assert "does not know this key" in copy(api_key="wrong")
    assert "Say where from" in copy(url=None)
    assert "is no address of a server" in copy(url="argilla.example")
