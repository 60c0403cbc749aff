"""What we push, read by the client that Argilla publishes, unchanged: settings, records, responses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import transaction

from core.tenancy import across
from feedback.actions.entries import Entry
from feedback.actions.hub import start_hub_export
from feedback.actions.records import create_records
from feedback.actions.schema import add_metadata_property, add_vector_settings
from feedback.actions.suggestions import Given, suggest
from feedback.models import Dataset, Record
from tests import make
from tests.stand_in_hub import TOKEN, hub

__all__ = ["hub"]
pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

# Its libraries learn where the Hub is when they are imported, so the script is a program of its own.
SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
import argilla as rg
client = rg.Argilla(api_url=sys.argv[1], api_key=sys.argv[2])
where = {"name": "Back", "workspace": "wells", "client": client}
made = rg.Dataset.from_hub("ana/wells", settings="auto", token=sys.argv[3], **where)
print(json.dumps([made.name, made.settings.guidelines, [one.name for one in made.settings.questions]]))
"""
QUESTIONS: dict[str, Any] = {
    "quality": {"type": "rating", "options": [{"value": n} for n in range(1, 6)]},
    "order": {"type": "ranking", "options": [{"value": one, "text": one} for one in "abc"]},
    "verdict": {
        "type": "label_selection",
        "options": [{"value": "good", "text": "Good"}, {"value": "bad", "text": "Bad"}],
    },
    "topics": {
        "type": "multi_label_selection",
        "options": [{"value": "law", "text": "Law"}, {"value": "art", "text": "Art"}],
    },
    "comment": {"type": "text"},
}
TURNS = [{"role": "user", "content": "What is a well?"}, {"role": "assistant", "content": "A hole."}]
ANSWERS = {
    "quality": 4,
    "order": {"version": 1, "tiers": [["b"], ["a", "c"]]},
    "verdict": "good",
    "topics": ["law", "art"],
    "comment": "So.",
}


def _fill(workspace: Any, ana: Any, max_: Any) -> Dataset:
    dataset = make.dataset(
        workspace,
        "Wells",
        guidelines="Be fair.",
        fields={"prompt": {"type": "text"}, "chat": {"type": "chat"}},
        questions=QUESTIONS,
    )
    add_metadata_property(dataset, name="source", title="Source", settings={"type": "terms"})
    add_vector_settings(dataset, name="embedding", title="Embedding", dimensions=2)
    create_records(
        dataset,
        [
            Entry(
                external_id=f"r{n}",
                fields={"prompt": f"Prompt {n}"} | ({"chat": TURNS} if n else {}),
                metadata={"source": "web"} if n else None,
                vectors={"embedding": [n, 0.5]} if n else {},
            )
            for n in range(3)
        ],
    )
    first, second, _ = Record.objects.filter(dataset=dataset).order_by("position")
    make.response(first, ana, ANSWERS)
    make.response(first, max_, ANSWERS | {"quality": 2})
    questions = {one.name: one.pk for one in dataset.questions.all()}
    for name, answer in ANSWERS.items():
        suggest(second, Given(questions[name], answer, agent="model-x"))
    return dataset


def test_the_client_sets_up_what_was_pushed(live_server: Any, hub: Any) -> None:
    with across(), transaction.atomic():
        acme = make.organization("Acme")
        ana, max_ = make.owner(acme, "ana"), make.member(acme, "max")
        workspace = make.workspace(acme, "wells", ana, max_)
        dataset = _fill(workspace, ana, max_)
        key = make.key(ana)
        job = start_hub_export(dataset, name="ana/wells", token=TOKEN, private=True, by=ana)
    with across(), transaction.atomic():
        job.refresh_from_db()
        assert job.state == "finished", job.detail
    there = {"HF_ENDPOINT": hub.url, "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    cache = {"HF_HOME": f"{os.environ['ASSAY_DATA']}/hugging-face"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, live_server.url, key, TOKEN],
        env=os.environ | there | cache,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said == ["Back", "Be fair.", list(QUESTIONS)]
    with across(), transaction.atomic():
        back = Dataset.objects.get(name="Back")
        assert _records(back) == _records(dataset)


def _records(dataset: Dataset) -> list[Any]:
    """All that a record is, in words that do not depend on ids of the dataset."""
    rows = Record.objects.filter(dataset=dataset).order_by("position")
    return [
        {
            "external_id": one.external_id,
            "fields": one.fields,
            "source": [*(one.metadata or {}).get("source", [])] and "web",
            "vectors": [list(vector.value) for vector in one.vectors.all()],
            "suggestions": sorted(
                (name, str(value), agent)
                for name, value, agent in one.suggestions.values_list("question__name", "value", "agent")
                if name != "order"  # as a suggestion the client knows no ties
            ),
            "responses": sorted(
                (str(answer.membership_id), answer.status, str(sorted(answer.values.items())))
                for answer in one.responses.all()
            ),
        }
        for one in rows
    ]
