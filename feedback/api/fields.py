"""JSON about fields (contract section 4.4)."""

from typing import Annotated, Any

from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypeAliasType

from accounts.access import MANAGERS, MEMBERS, Verb
from core.api import ApiView, body, path_id
from core.changes import Changes
from core.operations import ChangesOf, Items, SettingsOf, operation
from feedback import fields
from feedback.actions.schema import add_field, change_field, remove_field
from feedback.api.datasets import fetch_dataset
from feedback.api.parts import Name, PartJson, Title, check_settings, part_json
from feedback.models import Field

FieldSettings = TypeAliasType("FieldSettings", Annotated[dict[str, Any], SettingsOf(fields.kinds)])
FieldChanges = TypeAliasType("FieldChanges", Annotated[dict[str, Any], ChangesOf(fields.kinds)])


class FieldCreate(BaseModel):
    """The body of POST /datasets/{id}/fields."""

    name: Name
    title: Title
    required: bool | None = None
    settings: FieldSettings


class FieldUpdate(Changes):
    """The body of PATCH /fields/{id}."""

    never_null = frozenset({"title", "settings"})

    title: Title | None = None
    settings: FieldChanges | None = None


class FieldJson(PartJson):
    """What records have, by its name."""

    required: bool
    settings: FieldSettings


def field_json(field: Field) -> FieldJson:
    """A field as the contract shows it."""
    return {**part_json(field), "required": field.required, "settings": field.kind.wire_settings()}


class DatasetFields(ApiView):
    """The fields of a dataset."""

    @operation("list_fields", MEMBERS, gives={200: Items[FieldJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List the fields of a dataset, in the order of their making."""
        dataset = fetch_dataset(self, Verb.VIEW, dataset_id)
        return Reply({"items": [field_json(field) for field in dataset.fields.all()]})

    @operation("add_field", MANAGERS, body=FieldCreate, gives={201: FieldJson}, refuses={409})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Add a field to a draft."""
        path_id(dataset_id, "dataset_id")
        new = body(request, FieldCreate)
        check_settings(fields.from_wire, new.settings)
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        field = add_field(
            dataset, name=new.name, title=new.title, settings=new.settings, required=bool(new.required)
        )
        return Reply(field_json(field), status=201)


class FieldDetail(ApiView):
    """One field."""

    @operation("change_field", MANAGERS, body=FieldUpdate, gives={200: FieldJson})
    def patch(self, request: Request, field_id: str) -> Reply:
        """Change a title or settings; also when the dataset is published."""
        pk = path_id(field_id, "field_id")
        changes = body(request, FieldUpdate).given()
        return Reply(field_json(change_field(Field.objects.fetch(Verb.MANAGE, self.by, pk=pk), **changes)))

    @operation("remove_field", MANAGERS, gives={200: FieldJson})
    def delete(self, request: Request, field_id: str) -> Reply:
        """Remove a field from a draft; the answer shows it as it was."""
        field = Field.objects.fetch(Verb.MANAGE, self.by, pk=path_id(field_id, "field_id"))
        shown = field_json(field)
        remove_field(field)
        return Reply(shown)
