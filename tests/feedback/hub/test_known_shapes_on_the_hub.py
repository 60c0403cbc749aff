"""A data set on the Hub is read as a file with the same rows would be: what it looks like, and everybody's answers."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from feedback.actions.hub import look_at_hub, start_hub_folder
from feedback.actions.hub_folder import run_hub_folder
from feedback.actions.hub_importing import run_hub_import
from feedback.actions.schema import add_metadata_property, add_vector_settings
from feedback.actions.uploads import begin_import, keep_upload
from feedback.models import Dataset, Job, KeptMapping, Record, Response, Suggestion, Vector
from feedback.models.jobs import State
from tests import make
from tests.cast import Cast
from tests.feedback.hub.conftest import NAME, parquet, push, run
from tests.feedback.imports.shapes.test_known_shapes import SAMPLES
from tests.feedback.jobs.filling import run as run_import
from tests.feedback.views.test_files import chosen, text
from tests.feedback.views.test_mapping import selected
from tests.feedback.whole_records import export, exported, like, rows, whole
from tests.stand_in_hub import TOKEN

PLACE = {"name": NAME, "subset": "default", "split": "train"}
RATING = {"type": "rating", "options": [{"value": 1}, {"value": 2}, {"value": 3}]}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    """One in which every known shape finds something."""
    made = make.dataset(
        cast.workspace,
        fields={"prompt": {"type": "text"}, "messages": {"type": "chat"}, "answers": {"type": "candidates"}},
        questions={
            "ranking": {"type": "ranking", "field": "answers"},
            "quality": RATING,
            "response": {"type": "text"},
        },
    )
    made.fields.update(required=False)
    return Dataset.objects.get(pk=made.pk)


def looked_at(dataset: Dataset) -> Job:
    """The first rows are here, with a guess of what goes where."""
    job = run(look_at_hub(dataset, **PLACE, by=None))
    assert job.state == State.UPLOADED, job.detail
    return job


def brought(job: Job) -> Job:
    """Taken in as it is proposed."""
    begin_import(job, job.options["mapping"])
    run_hub_import(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.problems_count) == (State.FINISHED, 0), [one.reason for one in job.problems.all()]
    return job


def uploaded(dataset: Dataset, content: bytes, name: str = "train.jsonl") -> Job:
    return keep_upload(dataset, io.BytesIO(content), filename=name, by=None)


def lines(*found: Any) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in found)


def records_of(dataset: Dataset) -> list[Any]:
    found = Record.objects.filter(dataset=dataset).order_by("position")
    return list(found.values_list("fields", "metadata"))


def said_in(dataset: Dataset) -> list[Any]:
    """Who says what of which record, and what is suggested."""
    of = Response.objects.filter(dataset=dataset).values_list(
        "record__position", "membership__username", "status", "values"
    )
    suggested = Suggestion.objects.filter(record__dataset=dataset).values_list(
        "record__position", "question__name", "value", "agent", "score"
    )
    return sorted(of, key=repr) + sorted(suggested, key=repr)


@pytest.mark.parametrize(
    ("shape", "row"),
    [(name, row) for name, row, _ in SAMPLES],
    ids=[f"{one[0]}-{n}" for n, one in enumerate(SAMPLES)],
)
def test_where_columns_go_is_proposed_as_for_a_file(
    hub: Any, dataset: Dataset, shape: str, row: dict[str, Any]
) -> None:
    content = lines(row, row)
    hub.put(NAME, {"train.jsonl": content})
    mapping = looked_at(dataset).options["mapping"]
    assert mapping == uploaded(dataset, content).options["mapping"]


PAIRS = [
    {"prompt": f"Why {n}?", "chosen": f'{{"n": {n}}}', "rejected": "[1, 2]", "score": 0.5} for n in range(3)
]
CHATS = [
    {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": f"{n}"}]} for n in range(3)
]
ALPACA = [{"instruction": f"Add {n}.", "input": "2+2", "output": "4", "system": ""} for n in range(3)]
HH = [
    {"chosen": f"\n\nHuman: {n}\n\nAssistant: 4", "rejected": f"\n\nHuman: {n}\n\nAssistant: 5"}
    for n in range(3)
]


@pytest.mark.parametrize("of", [PAIRS, CHATS, ALPACA, HH], ids=["preference", "sharegpt", "alpaca", "hh"])
@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_rows_of_a_known_shape_become_the_records_that_a_file_makes(
    hub: Any, cast: Cast, dataset: Dataset, of: list[dict[str, Any]], ending: str
) -> None:
    content = lines(*of) if ending == "jsonl" else parquet(of)
    hub.put(NAME, {f"train.{ending}": content})
    job = brought(looked_at(dataset))
    assert job.options["mapping"]["*"].startswith("shape.")
    twin = make.dataset(
        cast.workspace,
        fields={name: field.kind.settings.model_dump() for name, field in dataset.shape.fields.items()},
        questions={name: one.kind.settings.model_dump() for name, one in dataset.shape.questions.items()},
    )
    twin.fields.update(required=False)
    file = uploaded(Dataset.objects.get(pk=twin.pk), content, f"train.{ending}")
    run_import(begin_import(file, file.options["mapping"]))
    assert records_of(dataset) == records_of(twin)
    assert said_in(dataset) == said_in(twin)
    assert [one.external_id for one in Record.objects.filter(dataset=dataset).order_by("position")] == [
        "train_0",
        "train_1",
        "train_2",
    ]


def test_answers_that_look_like_json_stay_the_texts_that_they_are(hub: Any, dataset: Dataset) -> None:
    hub.put(NAME, {"train.parquet": parquet(PAIRS)})
    brought(looked_at(dataset))
    answers = Record.objects.order_by("position")[0].fields["answers"]
    assert [one["text"] for one in answers] == ['{"n": 0}', "[1, 2]"]


def pushed(job: Job) -> None:
    """The files of an export, to the Hub."""
    push = start_hub_folder(job, name=NAME, token=TOKEN, by=None)
    run_hub_folder(str(push.organization_id), str(push.pk))
    push.refresh_from_db()
    assert push.state == State.FINISHED, push.detail


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"options": {"columns": "text"}},
        {"file_type": "parquet"},
        {"file_type": "parquet", "options": {"columns": "text"}},
        {"file_type": "csv"},
    ],
    ids=str,
)
def test_our_export_comes_back_from_the_hub_without_loss(hub: Any, cast: Cast, asked: dict[str, Any]) -> None:
    dataset = whole(cast)
    pushed(export(dataset, **asked))
    fresh = like(dataset)
    job = brought(looked_at(fresh))
    assert job.options["mapping"]["*"] == "shape.assay"
    before, after = rows(exported(dataset)), rows(exported(fresh))
    assert after == before
    assert sum(len(row["responses"]) for row in after) == 7


def test_our_export_changes_nothing_where_it_came_from(hub: Any, cast: Cast) -> None:
    dataset = whole(cast)
    pushed(export(dataset))
    before = exported(dataset)
    assert brought(looked_at(dataset)).detail == "5 rows came in: 5 already there."
    assert exported(dataset) == before


@pytest.fixture
def full(cast: Cast) -> Dataset:
    """What `whole` has, with properties and vectors beside."""
    dataset = whole(cast)
    for name in ("source", "topics"):
        add_metadata_property(dataset, name=name, title=name, settings={"type": "terms"})
    add_vector_settings(dataset, name="meaning", title="Meaning", dimensions=2)
    record = Record.objects.get(external_id="r-1")
    Record.objects.filter(pk=record.pk).update(metadata={"source": "web", "topics": ["a", "b"], "n": 1.5})
    settings = dataset.vectors_settings.get()
    Vector.objects.create(
        organization_id=dataset.organization_id, record=record, settings=settings, value=[0.5, -2]
    )
    return dataset


def beside(dataset: Dataset) -> Dataset:
    """Another one with the same settings."""
    made = like(dataset)
    for name in ("source", "topics"):
        add_metadata_property(made, name=name, title=name, settings={"type": "terms"})
    add_vector_settings(made, name="meaning", title="Meaning", dimensions=2)
    return Dataset.objects.get(pk=made.pk)


def test_records_that_were_pushed_come_back_with_everybodys_answers(
    hub: Any, cast: Cast, full: Dataset
) -> None:
    push(full)
    fresh = beside(full)
    job = brought(looked_at(fresh))
    assert job.options["mapping"]["*"] == "shape.argilla"
    before, after = rows(exported(full)), rows(exported(fresh))
    for row in before:
        row["metadata"] = {name: value for name, value in row["metadata"].items() if value is not None}
        # The form has a place for an answer, not for who discarded without any, nor for how it came about.
        row["responses"] = [one for one in row["responses"] if any(one["values"].values())]
        for given in filter(None, row["suggestions"].values()):
            given["type"] = None
    for one, other in zip(before, after, strict=True):
        for name in ("external_id", "fields", "metadata", "suggestions", "inserted_at", "updated_at"):
            if (name, one["external_id"]) != ("suggestions", "r-1"):
                assert other[name] == one[name], (name, one["external_id"])
        said, came = (
            {a["annotator"]: (a["status"], a["values"], a["is_extra"]) for a in row["responses"]}
            for row in (one, other)
        )
        assert came == said
    # Published clients know no ties in what is suggested: those are in a row there.
    one, other = before[0]["suggestions"], after[0]["suggestions"]
    assert other.pop("ranking")["value"]["tiers"] == [["m2"], ["m1"], ["m3"]]
    one.pop("ranking")
    assert other == one
    assert list(Vector.objects.get(record__dataset=fresh).value) == [0.5, -2]


def test_records_that_were_pushed_change_nothing_where_they_came_from(
    hub: Any, cast: Cast, full: Dataset
) -> None:
    push(full)
    before = exported(full)
    brought(looked_at(full))
    assert Record.objects.filter(dataset=full).count() == 5
    assert [row["responses"] for row in rows(exported(full))] == [row["responses"] for row in rows(before)]


def test_texts_of_ours_that_look_like_json_come_back_as_texts(hub: Any, cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.record(dataset, fields=make.fields() | {"prompt": "[1, 2]"})
    record = make.record(dataset, fields=make.fields() | {"prompt": '{"a": 1}'})
    make.response(record, cast.ben, make.RANKED | {"comment": '["x"]'})
    push(dataset)
    fresh = make.dataset(cast.workspace)
    brought(looked_at(fresh))
    assert [fields["prompt"] for fields, _ in records_of(fresh)] == ["[1, 2]", '{"a": 1}']
    assert Response.objects.get(dataset=fresh).values["comment"] == '["x"]'


def test_answers_of_strangers_stay_outside_unless_somebody_says_otherwise(
    hub: Any, cast: Cast, dataset: Dataset
) -> None:
    row = {"id": "e1", "prompt": "a", "answers": ["A", "B"]}
    row |= {"quality.responses": [1], "quality.responses.status": ["submitted"]}
    hub.put(
        NAME,
        {"train.jsonl": lines(row | {"quality.responses.users": ["01a216cd-65f7-766f-a0ab-a50bb45ffc5b"]})},
    )
    job = brought(looked_at(dataset))
    assert job.options["mapping"]["responses"] == "skip"
    assert not Response.objects.exists()
    job = looked_at(dataset)
    begin_import(job, job.options["mapping"] | {"responses": "responses"})
    job = run(job)
    assert "Nobody in this organization is called '01a216cd" in job.problems.get().reason


def test_the_page_says_what_it_looks_like_and_takes_in_what_it_shows(
    hub: Any, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    dataset = whole(cast)
    pushed(export(dataset, file_type="parquet"))
    fresh, browser = like(dataset), cast.pages(cast.max)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(
            f"/acme/datasets/{fresh.pk}/hub/look",
            {"hub-name": NAME, "hub-subset": "default", "hub-split": "train"},
        )
    path = f"/acme/jobs/{Job.objects.get(dataset=fresh, kind='hub_import').pk}/mapping"
    page = text(browser.get(path))
    assert "This looks like <strong>a records export of Assay</strong>. Its rows are read so." in page
    assert "will not come in" not in page
    places = selected(page)
    assert "" not in places.values()
    assert (places["responses"], places["own_id"]) == ("responses", "own_id")
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(path, chosen(**places) | {"column.whole": "*", "to.whole": "shape.assay"})
    assert rows(exported(fresh)) == rows(exported(dataset))


def test_the_next_data_set_with_the_same_columns_goes_where_the_last_one_went(
    hub: Any, dataset: Dataset
) -> None:
    hub.put(NAME, {"train.jsonl": lines({"id": "a", "prompt": "One", "lang": "en"})})
    job = looked_at(dataset)
    begin_import(job, job.options["mapping"] | {"lang": "skip"})
    assert KeptMapping.objects.get().mapping["lang"] == "skip"
    assert looked_at(dataset).options["mapping"]["lang"] == "skip"


def test_columns_that_come_later_are_kept_as_those_of_a_file_are(hub: Any, dataset: Dataset) -> None:
    late = [{"prompt": str(n)} for n in range(60)] + [{"prompt": "x", "late": 1, "left": 2}]
    hub.put(NAME, {"train.jsonl": lines(*late)})
    job = looked_at(dataset)
    begin_import(job, job.options["mapping"] | {"left": "skip"})
    run(job)
    assert Record.objects.get(external_id="train_60").metadata == {"late": 1}


def test_a_column_that_is_left_out_is_not_even_read(hub: Any, dataset: Dataset) -> None:
    found = [{"prompt": "One", "number": float("inf")}]
    hub.put(NAME, {"train.parquet": parquet([*found, {"prompt": "Two", "number": 1.0}])})
    job = looked_at(dataset)
    assert job.options["mapping"]["number"] == "metadata.number"
    begin_import(job, job.options["mapping"] | {"number": "skip"})
    job = run(job)
    assert (job.problems_count, Record.objects.count()) == (0, 2)
