"""JSON about metadata properties (contract section 4.6)."""

from typing import Annotated, Any

from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypeAliasType, TypedDict

from accounts.access import MANAGERS, MEMBERS, Verb, may
from core.api import ApiView, body, path_id
from core.changes import Changes
from core.errors import Forbidden
from core.operations import Items, SettingsOf, operation
from feedback import metadata
from feedback.actions.schema import (
    add_metadata_property,
    change_metadata_property,
    remove_metadata_property,
)
from feedback.api.datasets import fetch_dataset
from feedback.api.parts import Name, PartJson, Title, check_settings, part_json
from feedback.models import MetadataProperty
from feedback.reports.found_by import bounds, terms

MetadataSettings = TypeAliasType("MetadataSettings", Annotated[dict[str, Any], SettingsOf(metadata.kinds)])


class MetadataPropertyCreate(BaseModel):
    """The body of POST /datasets/{id}/metadata-properties."""

    name: Name
    title: Title
    visible_for_annotators: bool = True
    settings: MetadataSettings


class MetadataPropertyUpdate(Changes):
    """The body of PATCH /metadata-properties/{id}."""

    never_null = frozenset({"title", "visible_for_annotators"})

    title: Title | None = None
    visible_for_annotators: bool | None = None


class MetadataPropertyJson(PartJson):
    """What records can be filtered and sorted by."""

    settings: MetadataSettings
    visible_for_annotators: bool


class TermCountJson(TypedDict):
    """A term, and how many records have it."""

    term: str
    count: int


class TermsMetricsJson(TypedDict):
    """For a property of terms: the most frequent ones; `total` counts all values that records have."""

    type: str
    total: int
    values: list[TermCountJson]


class NumberMetricsJson(TypedDict):
    """For a property of numbers: the least and the greatest; null while no record has one."""

    type: str
    min: float | None
    max: float | None


def property_json(prop: MetadataProperty) -> MetadataPropertyJson:
    """A metadata property as the contract shows it."""
    return {
        **part_json(prop),
        "settings": prop.kind.wire_settings(),
        "visible_for_annotators": prop.visible_for_annotators,
    }


class MyMetadataProperties(ApiView):
    """The metadata properties that whoever calls may see."""

    @operation("list_metadata_properties", MEMBERS, gives={200: Items[MetadataPropertyJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List the metadata properties that I may see."""
        dataset = fetch_dataset(self, Verb.VIEW, dataset_id)
        found = dataset.metadata_properties.all()
        if not may(Verb.REVIEW, self.by, dataset.workspace_id):
            found = found.filter(visible_for_annotators=True)
        return Reply({"items": [property_json(prop) for prop in found]})


class MetadataProperties(ApiView):
    """The metadata properties of a dataset."""

    @operation(
        "add_metadata_property",
        MANAGERS,
        body=MetadataPropertyCreate,
        gives={201: MetadataPropertyJson},
        refuses={409},
    )
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Add a metadata property; also when the dataset is published."""
        path_id(dataset_id, "dataset_id")
        new = body(request, MetadataPropertyCreate)
        check_settings(metadata.from_wire, new.settings)
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        return Reply(property_json(add_metadata_property(dataset, **dict(new))), status=201)


class MetadataMetrics(ApiView):
    """What values records have of a property (contract section 8.3)."""

    @operation(
        "get_metrics_of_metadata_property",
        MEMBERS,
        gives={200: TermsMetricsJson | NumberMetricsJson},
        refuses={403},
    )
    def get(self, request: Request, property_id: str) -> Reply:
        """Show which values records have of a metadata property. Labelers: only if it is visible to them."""
        pk = path_id(property_id, "metadata_property_id")
        prop = MetadataProperty.objects.fetch(Verb.VIEW, self.by, pk=pk)
        if not (prop.visible_for_annotators or may(Verb.REVIEW, self.by, prop.dataset.workspace_id)):
            raise Forbidden("Labelers may not see this metadata property.")
        return Reply(_range(prop) if prop.kind.is_number else _terms(prop))


class MetadataPropertyDetail(ApiView):
    """One metadata property."""

    @operation(
        "change_metadata_property", MANAGERS, body=MetadataPropertyUpdate, gives={200: MetadataPropertyJson}
    )
    def patch(self, request: Request, property_id: str) -> Reply:
        """Change a title, or who may see it."""
        pk = path_id(property_id, "metadata_property_id")
        changes = body(request, MetadataPropertyUpdate).given()
        prop = MetadataProperty.objects.fetch(Verb.MANAGE, self.by, pk=pk)
        return Reply(property_json(change_metadata_property(prop, **changes)))

    @operation("remove_metadata_property", MANAGERS, gives={200: MetadataPropertyJson})
    def delete(self, request: Request, property_id: str) -> Reply:
        """Remove a metadata property. The values stay with the records."""
        pk = path_id(property_id, "metadata_property_id")
        prop = MetadataProperty.objects.fetch(Verb.MANAGE, self.by, pk=pk)
        shown = property_json(prop)
        remove_metadata_property(prop)
        return Reply(shown)


def _terms(prop: MetadataProperty) -> TermsMetricsJson:
    total, counts = terms(prop)
    return {
        "type": prop.type,
        "total": total,
        "values": [{"term": term, "count": count} for term, count in counts],
    }


def _range(prop: MetadataProperty) -> NumberMetricsJson:
    low, high = (None if one is None else prop.kind.measured(one) for one in bounds(prop))
    return {"type": prop.type, "min": low, "max": high}
