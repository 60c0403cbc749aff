"""JSON about fields (contract section 4.4)."""

from typing import Any

from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import Verb
from core.api import ApiView, body, path_id
from core.changes import Changes
from feedback import fields
from feedback.actions.schema import add_field, change_field, remove_field
from feedback.api.datasets import fetch_dataset
from feedback.api.parts import Name, Settings, Title, check_settings, part_json
from feedback.models import Field


class FieldCreate(BaseModel):
    """The body of POST /datasets/{id}/fields."""

    name: Name
    title: Title
    required: bool | None = None
    settings: Settings


class FieldUpdate(Changes):
    """The body of PATCH /fields/{id}."""

    never_null = frozenset({"title", "settings"})

    title: Title | None = None
    settings: Settings | None = None


def field_json(field: Field) -> dict[str, Any]:
    """A field as the contract shows it."""
    return part_json(field, required=field.required, settings=field.kind.wire_settings())


class DatasetFields(ApiView):
    """The fields of a dataset."""

    def get(self, request: Request, dataset_id: str) -> Reply:
        dataset = fetch_dataset(self, Verb.VIEW, dataset_id)
        return Reply({"items": [field_json(field) for field in dataset.fields.all()]})

    def post(self, request: Request, dataset_id: str) -> Reply:
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

    def patch(self, request: Request, field_id: str) -> Reply:
        pk = path_id(field_id, "field_id")
        changes = body(request, FieldUpdate).given()
        return Reply(field_json(change_field(Field.objects.fetch(Verb.MANAGE, self.by, pk=pk), **changes)))

    def delete(self, request: Request, field_id: str) -> Reply:
        field = Field.objects.fetch(Verb.MANAGE, self.by, pk=path_id(field_id, "field_id"))
        shown = field_json(field)
        remove_field(field)
        return Reply(shown)
