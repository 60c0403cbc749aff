"""Whatever a test needs, by plain functions with sensible defaults: a test states only what matters to it."""

import json
from collections.abc import Iterable
from itertools import count
from typing import Any

from accounts.access import Role
from accounts.actions import add_member, create_organization, issue_api_key
from accounts.models import Membership, Organization, User
from feedback.actions.datasets import create_dataset, publish_dataset
from feedback.actions.entries import Entry
from feedback.actions.records import create_records
from feedback.actions.responses import submit_response
from feedback.actions.schema import add_field, add_question
from feedback.models import Dataset, Record, Response, Webhook
from tests.recorded import Recording, Rows, rows_of
from workspaces.actions import add_to_workspace, create_workspace
from workspaces.models import Workspace, WorkspaceMembership

PASSWORD = "correct horse"
_numbers = count(1)


def organization(name: str | None = None) -> Organization:
    """An organization without anybody in it."""
    return create_organization(name or f"Organization {next(_numbers)}")


def member(organization: Organization, username: str | None = None, **given: Any) -> Membership:
    """A labeler whose password is PASSWORD; `role`, `email`, names as for `add_member`."""
    given.setdefault("password", PASSWORD)
    return add_member(organization, username=username or f"person-{next(_numbers)}", **given)


def owner(organization: Organization, username: str | None = None, **given: Any) -> Membership:
    """An owner."""
    return member(organization, username, role=Role.OWNER, **given)


def operator(username: str = "root") -> User:
    """The superuser of the installation, whose password is PASSWORD."""
    return User.objects.create_superuser(username, PASSWORD)


def key(member: Membership, **given: Any) -> str:
    """An API key that works."""
    return issue_api_key(member, **({"name": "Tests"} | given)).key


def workspace(organization: Organization, name: str | None = None, *members: Membership) -> Workspace:
    """A workspace with these members."""
    made = create_workspace(organization, name or f"workspace-{next(_numbers)}")
    for one in members:
        place(made, one)
    return made


def place(workspace: Workspace, member: Membership, role: str | None = None) -> WorkspaceMembership:
    """The member in the workspace; as a manager or a labeler unless it says as what."""
    return add_to_workspace(workspace, member, role=role)


def dataset(
    workspace: Workspace, name: str | None = None, *, published: bool = True, **given: Any
) -> Dataset:
    """A published dataset: a prompt, answers to rank, a rating and a comment; or what `fields`, `questions` say.

    `fields` and `questions`: name -> settings; the first question is required.
    """
    fields = given.pop("fields", {"prompt": {"type": "text"}, "answers": {"type": "candidates"}})
    questions = given.pop(
        "questions",
        {
            "ranking": {"type": "ranking", "field": "answers"},
            "quality": {"type": "rating", "options": [{"value": n} for n in range(1, 6)]},
            "comment": {"type": "text"},
        },
    )
    shape = {"fields": fields, "questions": questions, "published": published, **given}
    return _dataset_again(workspace, name or f"Dataset {next(_numbers)}", shape)


# How datasets of a shape were written, by the shape as JSON; None after the first, for most shapes come once.
_datasets: dict[str, tuple[str, Recording[Dataset]] | None] = {}


def _dataset_again(workspace: Workspace, name: str, shape: dict[str, Any]) -> Dataset:
    """As the last one of this shape was written, but where somebody hears of it."""
    key = json.dumps(shape, default=id)
    around = (Organization(pk=workspace.organization_id), workspace)
    if "id" in shape or Webhook.objects.filter(organization=workspace.organization_id).exists():
        return _dataset(workspace, name, **shape)
    if recorded := _datasets.get(key):
        before, recording = recorded
        old, new = (
            f'"name": {json.dumps(one, ensure_ascii=False)}'.replace("'", "''") for one in (before, name)
        )
        made = recording.play(around, lambda sql: sql.replace(old, new, 1))
        made.name = name
        made.refresh_from_db(fields=["shape_token"])
        return made
    made = _dataset(workspace, name, **shape)
    if key in _datasets:
        made.__dict__.pop("shape", None)
        rows = [Rows(Dataset, "id", [made.pk]), *rows_of("dataset", [made])]
        _datasets[key] = name, Recording(made, rows, around)
    else:
        _datasets[key] = None
    return made


def _dataset(
    workspace: Workspace,
    name: str,
    *,
    fields: dict[str, Any],
    questions: dict[str, Any],
    published: bool,
    **given: Any,
) -> Dataset:
    made = create_dataset(workspace, name=name, **given)
    for field, settings in fields.items():
        add_field(made, name=field, title=field.title(), settings=settings, required=field == "prompt")
    for number, (question, settings) in enumerate(questions.items()):
        add_question(made, name=question, title=question.title(), settings=settings, required=number == 0)
    return publish_dataset(made) if published else made


def fields(number: int = 1, answers: int = 3) -> dict[str, Any]:
    """Fields of a record for the dataset above."""
    texts = [
        {"id": f"m{n}", "model": f"model-{n}", "text": f"Answer {n} to {number}"}
        for n in range(1, answers + 1)
    ]
    return {"prompt": f"Prompt {number}", "answers": texts}


def records(dataset: Dataset, number: int = 1, **given: Any) -> list[Record]:
    """Records of the dataset above, or with `fields`, in their order."""
    return each(dataset, [{"fields": fields(n), **given} for n in range(1, number + 1)])


def each(dataset: Dataset, given: Iterable[dict[str, Any]]) -> list[Record]:
    """A record for each of these, written in one go and given in their order."""
    entries = [
        Entry(**{"fields": fields(), "external_id": f"record-{next(_numbers)}", **one}) for one in given
    ]
    ids = create_records(dataset, entries).ids
    found = Record.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def record(dataset: Dataset, **given: Any) -> Record:
    """One record."""
    return records(dataset, 1, **given)[0]


RANKED = {"ranking": {"version": 1, "tiers": [["m2"], ["m1", "m3"]]}}


def response(record: Record, by: Membership, values: dict[str, Any] | None = None) -> Response:
    """A submitted response; by default to the dataset above."""
    return submit_response(record, RANKED if values is None else values, by=by)
