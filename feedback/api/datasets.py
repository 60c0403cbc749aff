"""JSON about datasets (contract sections 3.4 and 4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MANAGERS, MEMBERS, SIGNED_IN, Verb, is_everywhere
from core.api import ApiView, body, path_id, query
from core.changes import Changes
from core.errors import Invalid, NotFound
from core.operations import Items, Time, operation
from core.text import Text
from feedback.actions.datasets import create_dataset, delete_dataset, publish_dataset, update_dataset
from feedback.models import Dataset
from feedback.reports.progress import last_activity_of
from workspaces.api.workspaces import fetch_workspace
from workspaces.models import Workspace

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Guidelines = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]

StatusName = Literal["draft", "ready"]


class Distribution(BaseModel):
    """How records are given out: each to as many people as answers are wanted."""

    strategy: Literal["overlap"]
    min_submitted: int = Field(ge=1)


ONE_EACH = Distribution(strategy="overlap", min_submitted=1)


class DatasetCreate(BaseModel):
    """The body of POST /datasets."""

    name: Name
    guidelines: Guidelines | None = None
    allow_extra_metadata: bool = True
    distribution: Distribution = ONE_EACH
    metadata: dict[str, Any] | None = None
    workspace_id: UUID


class DatasetUpdate(Changes):
    """The body of PATCH /datasets/{id}."""

    never_null = frozenset({"name", "allow_extra_metadata", "distribution"})

    name: Name | None = None
    guidelines: Guidelines | None = None
    allow_extra_metadata: bool | None = None
    distribution: Distribution | None = None
    metadata: dict[str, Any] | None = None


class DatasetQuery(BaseModel):
    """The query of GET /me/datasets."""

    workspace_id: UUID | None = None
    name: Text | None = None
    status: StatusName | None = None


class OverlapJson(TypedDict):
    """How many people answer each record."""

    strategy: Literal["overlap"]
    min_submitted: int


class DatasetJson(TypedDict):
    """A dataset. `distribution`: how many answers each record gets; `metadata`: any JSON of the client's."""

    id: UUID
    name: str
    guidelines: str | None
    allow_extra_metadata: bool
    status: StatusName
    distribution: OverlapJson
    metadata: dict[str, Any] | None
    workspace_id: UUID
    last_activity_at: Time
    inserted_at: Time
    updated_at: Time


def datasets_json(datasets: Sequence[Dataset]) -> list[DatasetJson]:
    """Datasets as the contract shows them."""
    activity = last_activity_of(datasets)
    return [
        {
            "id": dataset.pk,
            "name": dataset.name,
            "guidelines": dataset.guidelines,
            "allow_extra_metadata": dataset.allow_extra_metadata,
            "status": cast(StatusName, dataset.status),
            "distribution": {"strategy": "overlap", "min_submitted": dataset.min_submitted},
            "metadata": dataset.metadata,
            "workspace_id": dataset.workspace_id,
            "last_activity_at": activity[dataset.pk],
            "inserted_at": dataset.inserted_at,
            "updated_at": dataset.updated_at,
        }
        for dataset in datasets
    ]


def dataset_json(dataset: Dataset) -> DatasetJson:
    """One dataset."""
    return datasets_json([dataset])[0]


def fetch_dataset(view: ApiView, verb: Verb, dataset_id: str) -> Dataset:
    """The dataset in the path, to do this to it."""
    return Dataset.objects.fetch(verb, view.by, pk=path_id(dataset_id, "dataset_id"))


class MyDatasets(ApiView):
    """Those that whoever calls can see."""

    @operation(
        "list_my_datasets", SIGNED_IN, query=DatasetQuery, gives={200: Items[DatasetJson]}, refuses={403}
    )
    def get(self, request: Request) -> Reply:
        """List the datasets that I can see, the oldest first."""
        asked = query(request, DatasetQuery)
        if asked.workspace_id is not None and not is_everywhere(self.by):
            fetch_workspace(asked.workspace_id, Verb.VIEW, by=self.by)
        datasets = Dataset.objects.allowing(Verb.VIEW, self.by)
        wanted = {
            "workspace": asked.workspace_id,
            "name": asked.name,
            "status": asked.status,
        }
        datasets = datasets.filter(**{key: value for key, value in wanted.items() if value is not None})
        return Reply({"items": datasets_json(list(datasets))})


class Datasets(ApiView):
    """All datasets."""

    @operation("create_dataset", MANAGERS, body=DatasetCreate, gives={201: DatasetJson}, refuses={409})
    def post(self, request: Request) -> Reply:
        """Create a dataset, as a draft."""
        new = body(request, DatasetCreate)
        dataset = create_dataset(
            self._workspace(new.workspace_id),
            name=new.name,
            by=self.by,
            guidelines=new.guidelines,
            allow_extra_metadata=new.allow_extra_metadata,
            min_submitted=new.distribution.min_submitted,
            metadata=new.metadata,
        )
        return Reply(dataset_json(dataset), status=201)

    def _workspace(self, pk: UUID) -> Workspace:
        try:
            return fetch_workspace(pk, Verb.MANAGE, by=self.by)
        except NotFound:  # 422 here: the address is right and the body is not
            raise Invalid(f"There is no workspace with the id {pk}.") from None


class DatasetDetail(ApiView):
    """One dataset."""

    @operation("get_dataset", MEMBERS, gives={200: DatasetJson})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """Show one dataset."""
        return Reply(dataset_json(fetch_dataset(self, Verb.VIEW, dataset_id)))

    @operation("change_dataset", MANAGERS, body=DatasetUpdate, gives={200: DatasetJson}, refuses={409})
    def patch(self, request: Request, dataset_id: str) -> Reply:
        """Change a dataset; also when it is published."""
        path_id(dataset_id, "dataset_id")
        sent = body(request, DatasetUpdate)
        changes = sent.given()
        if sent.distribution is not None:
            del changes["distribution"]
            changes["min_submitted"] = sent.distribution.min_submitted
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        return Reply(dataset_json(update_dataset(dataset, by=self.by, **changes)))

    @operation("delete_dataset", MANAGERS, gives={200: DatasetJson})
    def delete(self, request: Request, dataset_id: str) -> Reply:
        """Put a dataset with everything in it into the trash; the answer shows it as it was."""
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        shown = dataset_json(dataset)
        delete_dataset(dataset, by=self.by)
        return Reply(shown)


class DatasetPublish(ApiView):
    """Opening a dataset for records and answers."""

    @operation("publish_dataset", MANAGERS, gives={200: DatasetJson})
    def put(self, request: Request, dataset_id: str) -> Reply:
        """Publish a dataset: open it for records and answers.

        It needs a field and a required question. Both stay as they are from then on.
        """
        return Reply(dataset_json(publish_dataset(fetch_dataset(self, Verb.MANAGE, dataset_id))))
