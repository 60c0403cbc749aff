"""Real files come in whole, through the job: every row can be rebuilt from the database, value for value."""

import io
import json
from pathlib import Path

import pytest

from feedback.actions.datasets import publish_dataset
from feedback.actions.importing import run_import
from feedback.actions.uploads import start_import
from feedback.imports.mapping import Mapping
from feedback.models import Record
from feedback.models.jobs import State
from tests import make

ROOT = Path(__file__).resolve().parents[3]
REAL = ROOT.parent / "shared" / "data"
OURS = ROOT / "feedback" / "demo"
absent = pytest.mark.skipif(not REAL.is_dir(), reason="The real data files are not on this machine.")
FILES = [
    *(
        pytest.param(REAL / f"{name}.jsonl", marks=absent)
        for name in ("prompts", "demonstrations", "comparisons")
    ),
    pytest.param(REAL / "chats.jsonl", marks=absent),
    OURS / "rank.jsonl",
    OURS / "write.jsonl",
]
FIELDS = {"prompt": {"type": "text"}, "messages": {"type": "chat"}, "answers": {"type": "candidates"}}
QUESTIONS = {
    "ranking": {"type": "ranking", "field": "answers"},
    "quality": {"type": "rating", "options": [{"value": number} for number in range(1, 6)]},
    "reply": {"type": "text"},
}
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@pytest.fixture
def dataset(cast):
    draft = make.dataset(cast.workspace, fields=FIELDS, questions=QUESTIONS, published=False)
    draft.fields.update(required=False)
    return publish_dataset(draft)


def bring_in(dataset, path, **given):
    with path.open("rb") as file:
        job = start_import(dataset, file, filename=path.name, by=None, **given)
    run_import(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rebuilt(job, order):
    """The rows as they stood in the file, from the database alone; `order`: the columns of each."""
    mapping, shape = Mapping(job.options["mapping"]), job.dataset.shape
    found = (
        Record.objects.filter(dataset=job.dataset)
        .order_by("position")
        .prefetch_related("suggestions__question")
    )
    for record, names in zip(found, order, strict=True):
        parts = {"external_id": record.external_id}
        parts |= {f"metadata.{name}": value for name, value in (record.metadata or {}).items()}
        parts |= {f"suggestions.{one.question.name}": one.value for one in record.suggestions.all()}
        parts |= {
            f"fields.{name}": shape.fields[name].kind.restore(value) for name, value in record.fields.items()
        }
        yield {column: parts[mapping.target(column, shape)] for column in names}


def exactly(found):
    """As text, in which 1, 1.0 and true differ; the order of keys means nothing in JSON."""
    return [json.dumps(row, sort_keys=True) for row in found]


@every_file
def test_a_guessed_import_loses_and_alters_nothing(dataset, path):
    job = bring_in(dataset, path)
    assert (job.state, job.problems_count) == (State.FINISHED, 0), job.detail
    assert exactly(rebuilt(job, rows(path))) == exactly(rows(path))


@every_file
def test_all_counts_are_right(dataset, path):
    number = len(rows(path))
    job = bring_in(dataset, path)
    assert job.done == job.total == number
    assert job.counts == {"created": number, "updated": 0, "unchanged": 0}
    assert job.detail == f"{number:,} rows came in: {number:,} new."
    dataset.count.refresh_from_db()
    assert dataset.count.records == Record.objects.filter(dataset=dataset).count() == number


@every_file
def test_the_same_file_again_changes_nothing(dataset, path):
    bring_in(dataset, path)
    before = list(Record.objects.filter(dataset=dataset).order_by("pk").values())
    job = bring_in(dataset, path)
    assert job.counts == {"created": 0, "updated": 0, "unchanged": len(before)}
    assert list(Record.objects.filter(dataset=dataset).order_by("pk").values()) == before


@every_file
def test_an_empty_mapping_sends_columns_home_and_loses_nothing(dataset, path):
    job = bring_in(dataset, path, mapping={})
    whole = [row for row in rows(path) if row.keys() & FIELDS.keys()]
    assert job.counts["created"] == len(whole) == len(rows(path))
    assert exactly(rebuilt(job, whole)) == exactly(whole)
    record = Record.objects.filter(dataset=dataset).earliest("position")
    assert record.external_id is None
    assert record.metadata["id"] == whole[0]["id"]


def test_answers_are_found_under_another_name(dataset):
    line = {"id": 7, "instruction": "Why?", "completions": ["So.", {"response_id": "b", "content": "Thus."}]}
    file = io.BytesIO(json.dumps(line).encode())
    job = start_import(dataset, file, filename="one.jsonl", by=None)
    run_import(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    record = Record.objects.get(dataset=dataset)
    assert (record.external_id, record.fields["prompt"]) == ("7", "Why?")
    assert [(one["id"], one["text"]) for one in record.fields["answers"]] == [("1", "So."), ("b", "Thus.")]
    assert [row["completions"] for row in rebuilt(job, [line])] == [line["completions"]]
