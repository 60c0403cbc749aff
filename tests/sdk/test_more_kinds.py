"""Images, custom fields and spans with the client that Argilla publishes, unchanged, against a real server."""

from typing import Any

import argilla as rg
import pytest

from core.tenancy import across
from tests import make

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

TEMPLATE = "<b>{{record.fields.card.title}}</b>"
PNG = "data:image/png;base64,iVBORw0KGgo="
TEXTS = ["The tower 🗼 of Paris", "بُرج إيفل في باريس", "👩‍👩‍👧 e\u0301cole"]


def marks(text: str) -> list[dict[str, Any]]:
    """The first and the last word, in code points, as Python counts them."""
    words = text.split()
    first, last = words[0], words[-1]
    return [
        {"label": "first", "start": 0, "end": len(first)},
        {"label": "last", "start": len(text) - len(last), "end": len(text)},
    ]


def test_every_kind_that_the_client_knows_comes_back(live_server: Any) -> None:
    with across():
        key = make.key(make.owner(make.organization("Acme"), "ana", first_name="Ana"))
    client = rg.Argilla(api_url=live_server.url, api_key=key)
    try:
        _script(client)
    finally:
        client.http_client.close()  # else the server's thread keeps its connection to the database


def _script(client: rg.Argilla) -> None:
    workspace = rg.Workspace(name="research", client=client).create()
    settings = rg.Settings(
        fields=[
            rg.TextField(name="text"),
            rg.ImageField(name="photo", required=False),
            rg.ChatField(name="talk", required=False),
            rg.CustomField(name="card", template=TEMPLATE, advanced_mode=False, required=False),
        ],
        questions=[
            rg.SpanQuestion(name="marks", field="text", labels=["first", "last"], allow_overlapping=False),
        ],
    )
    dataset = rg.Dataset(name="towers", workspace=workspace, settings=settings, client=client).create()
    talk = [{"role": "user", "content": "Hello 🗼"}]
    dataset.records.log(
        [
            rg.Record(
                id=str(number),
                fields={
                    "text": text,
                    "photo": PNG,
                    "talk": talk,
                    "card": {"title": "Tower", "of": [1, {"a": None}]},
                },
                suggestions=[rg.Suggestion("marks", marks(text), score=[0.5, 0.25], agent="judge")],
                responses=[rg.Response("marks", marks(text), user_id=client.me.id, status="submitted")],
            )
            for number, text in enumerate(TEXTS)
        ]
    )

    read = client.datasets("towers", workspace="research")
    assert (read.settings.fields["card"].template, read.settings.fields["card"].advanced_mode) == (
        TEMPLATE,
        False,
    )
    assert read.settings.questions["marks"].labels == ["first", "last"]
    assert read.settings.questions["marks"].field == "text"
    found = list(read.records(with_responses=True, with_suggestions=True))
    assert [one.fields["text"] for one in found] == TEXTS
    for one, text in zip(found, TEXTS, strict=True):
        assert one.fields["card"] == {"title": "Tower", "of": [1, {"a": None}]}
        assert [(turn["role"], turn["content"]) for turn in one.fields.to_dict()["talk"]] == [
            ("user", "Hello 🗼")
        ]
        assert one.fields.to_dict()["photo"] == PNG
        assert one.suggestions["marks"].value == marks(text)
        assert one.suggestions["marks"].score == [0.5, 0.25]
        (answer,) = one.responses["marks"]
        assert answer.value == marks(text)
        assert text[answer.value[0]["start"] : answer.value[0]["end"]] == text.split()[0]

    dataset.settings.fields["card"].template = "<i>{{record.fields.card.title}}</i>"
    dataset.settings.questions["marks"].allow_overlapping = True
    dataset.settings.update()
    dataset.get()
    assert dataset.settings.fields["card"].template == "<i>{{record.fields.card.title}}</i>"
    assert dataset.settings.questions["marks"].allow_overlapping is True
    dataset.delete()
