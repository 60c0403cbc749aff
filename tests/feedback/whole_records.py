"""Records with everything that can be said about them, and what a whole export of them is, to be brought back."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.responses import Circumstances, discard_response, save_draft, submit_response
from feedback.actions.rules import update_rules
from feedback.actions.suggestions import Given, suggest
from feedback.models import Dataset, Job, Record
from tests import make
from tests.cast import Cast

FIELDS = {
    "prompt": {"type": "text"},
    "talk": {"type": "chat"},
    "answers": {"type": "candidates"},
    "photo": {"type": "image"},
}
LABELS = [{"value": "good", "text": "Good"}, {"value": "bad", "text": "Bad"}]
QUESTIONS = {
    "ranking": {"type": "ranking", "field": "answers"},
    "each": {"type": "rating_each", "for_each": "answers", "options": [{"value": n} for n in range(1, 6)]},
    "label": {"type": "label_selection", "options": LABELS},
    "labels": {"type": "multi_label_selection", "options": LABELS},
    "marks": {"type": "span", "field": "prompt", "options": LABELS},
    "comment": {"type": "text"},
}
SAID: dict[str, Any] = {
    "ranking": {"version": 1, "tiers": [["m2"], [], ["m1", "m3"]], "flags": {"m1": ["unsafe"]}},
    "each": {"version": 1, "ratings": {"m1": 1, "m2": 5, "m3": 3}},
    "label": "good",
    "labels": ["good", "bad"],
    "marks": [{"label": "bad", "start": 0, "end": 3}],
    "comment": " So.\r\n\u2028 ",
}


def whole(cast: Cast) -> Dataset:
    """Five records, with answers of people in all states."""
    made = make.dataset(cast.workspace, fields=FIELDS, questions=QUESTIONS, min_submitted=2, guidelines="Old")
    talk = [{"role": "user", "content": "Hi", "name": "u"}]
    extra = {"talk": talk, "photo": "data:image/png;base64,aa"}
    given = [
        {"fields": make.fields(n) | (extra if n % 2 else {}), "external_id": f"r-{n}" if n != 3 else None}
        for n in range(1, 6)
    ]
    rows = make.each(made, given)
    Record.objects.filter(pk=rows[1].pk).update(
        metadata={"lang": "en", "deep": {"n": [1, 1.0, None]}, "no": None}
    )
    questions = {name: UUID(question.id) for name, question in made.shape.questions.items()}
    for name, value in SAID.items():
        score = [0.5, 1.0] if name == "labels" else 0.25
        if name != "marks":
            suggest(rows[0], Given(questions[name], value, score, "model-7", "model"))
    suggest(rows[1], Given(questions["label"], "bad"))
    how = Circumstances(device="mouse", active_ms=1234)
    for by in (cast.ben, cast.max, cast.ana):
        submit_response(rows[0], SAID, by=by, how=how)
    submit_response(rows[1], SAID, by=cast.ben)
    save_draft(rows[2], {"comment": "Not yet"}, by=cast.max)
    update_rules(made, by=cast.max, on_discard="counted")
    note = "Two prompts\n in one. \u2028"
    discard_response(rows[3], {"comment": "No"}, by=cast.ben, reason="bad_prompt", note=note)
    discard_response(rows[3], {}, by=cast.max)
    # The first to answer changed the answer after the last one came: who is extra does not change.
    submit_response(rows[0], SAID | {"comment": "Better"}, by=cast.ben)
    return made


def export(dataset: Dataset, **asked: Any) -> Job:
    """A finished export of all records."""
    job = start_export(dataset, format="records", **asked, by=None)
    run_export(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def exported(dataset: Dataset, **options: Any) -> bytes:
    """Its file."""
    with export(dataset, options=options).result.open("rb") as file:
        return file.read()


def like(dataset: Dataset) -> Dataset:
    """Another one with the same settings, without records."""
    return make.dataset(dataset.workspace, fields=FIELDS, questions=QUESTIONS, min_submitted=2)


def rows(content: bytes) -> list[dict[str, Any]]:
    """As they are, but for the ids of the records themselves, which are new."""
    found = [json.loads(line) for line in content.splitlines()]
    for row in found:
        row.pop("id")
        for one in row["responses"]:
            one.pop("id", None)
    return found
