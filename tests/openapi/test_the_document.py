"""The document of the API and the page about it: for everybody, cheap, and complete."""

from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from core.examples import example
from core.openapi import document
from feedback import fields, metadata, questions

BODIES = {
    operation["operationId"]: content["schema"]
    for methods in document()["paths"].values()
    for operation in methods.values()
    for content in operation.get("requestBody", {}).get("content", {}).values()
}


def allows(schema: dict[str, Any], value: Any) -> bool:
    return jsonschema_rs.is_valid({**schema, "components": document()["components"]}, value)


@pytest.mark.django_db
def test_a_stranger_gets_the_document_and_once_it_is_known_an_empty_answer() -> None:
    client = Client()
    first = client.get("/api/v1/openapi.json")
    assert first.json()["openapi"] == "3.1.0"
    assert "public" in first["Cache-Control"]
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
def test_the_page_shows_every_operation_and_every_shape() -> None:
    page = Client().get("/api/v1/docs").content.decode()
    for methods in document()["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    for name in document()["components"]["schemas"]:
        assert f'id="shape-{name}"' in page


@pytest.mark.parametrize("name", BODIES)
def test_the_example_of_a_body_is_what_its_shape_allows(name: str) -> None:
    sent = example(BODIES[name], document()["components"]["schemas"])
    assert allows(BODIES[name], sent), sent


@pytest.mark.parametrize(
    ("family", "shape"),
    [
        (questions.kinds, "QuestionSettings"),
        (fields.kinds, "FieldSettings"),
        (metadata.kinds, "MetadataSettings"),
    ],
    ids=["questions", "fields", "metadata"],
)
def test_the_document_knows_the_settings_of_every_kind(family: Any, shape: str) -> None:
    for kind in family:
        settings = kind(kind.example.settings).wire_settings()
        assert allows({"$ref": f"#/components/schemas/{shape}"}, settings), settings
    assert not allows({"$ref": f"#/components/schemas/{shape}"}, {"type": "no such kind"})
