"""JSON about vector settings (contract section 4.7)."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import MANAGERS, MEMBERS, Verb
from core.api import ApiView, body, path_id
from core.operations import Items, operation
from feedback.actions.schema import add_vector_settings, change_vector_settings, remove_vector_settings
from feedback.api.datasets import fetch_dataset
from feedback.api.parts import PartJson, Title, part_json
from feedback.models import VectorSettings

# The client refuses to read a record that has a vector of any other name.
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[a-zA-Z0-9_-]+$")]
MOST_DIMENSIONS = 16_000  # of what pgvector keeps


class VectorSettingsCreate(BaseModel):
    """The body of POST /datasets/{id}/vectors-settings."""

    name: Name
    title: Title
    dimensions: int = Field(gt=0, le=MOST_DIMENSIONS)


class VectorSettingsUpdate(BaseModel):
    """The body of PATCH /vectors-settings/{id}."""

    title: Title


class VectorSettingsJson(PartJson):
    """Vectors that records can have, under one name."""

    dimensions: int


def vector_settings_json(settings: VectorSettings) -> VectorSettingsJson:
    """Vector settings as the contract shows them."""
    return {**part_json(settings), "dimensions": settings.dimensions}


class DatasetVectorsSettings(ApiView):
    """The vector settings of a dataset."""

    @operation("list_vector_settings", MEMBERS, gives={200: Items[VectorSettingsJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List the vector settings of a dataset."""
        found = fetch_dataset(self, Verb.VIEW, dataset_id).vectors_settings.all()
        return Reply({"items": [vector_settings_json(settings) for settings in found]})

    @operation(
        "add_vector_settings",
        MANAGERS,
        body=VectorSettingsCreate,
        gives={201: VectorSettingsJson},
        refuses={409},
    )
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Add vector settings; at most five, also when the dataset is published."""
        path_id(dataset_id, "dataset_id")
        new = body(request, VectorSettingsCreate)
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        return Reply(vector_settings_json(add_vector_settings(dataset, **dict(new))), status=201)


class VectorSettingsDetail(ApiView):
    """Settings of one vector."""

    @operation("change_vector_settings", MANAGERS, body=VectorSettingsUpdate, gives={200: VectorSettingsJson})
    def patch(self, request: Request, settings_id: str) -> Reply:
        """Change a title."""
        pk = path_id(settings_id, "vector_settings_id")
        title = body(request, VectorSettingsUpdate).title
        settings = VectorSettings.objects.fetch(Verb.MANAGE, self.by, pk=pk)
        return Reply(vector_settings_json(change_vector_settings(settings, title=title)))

    @operation("remove_vector_settings", MANAGERS, gives={200: VectorSettingsJson})
    def delete(self, request: Request, settings_id: str) -> Reply:
        """Remove vector settings, and the vectors of that name with them."""
        pk = path_id(settings_id, "vector_settings_id")
        settings = VectorSettings.objects.fetch(Verb.MANAGE, self.by, pk=pk)
        shown = vector_settings_json(settings)
        remove_vector_settings(settings)
        return Reply(shown)
