"""The Hub on the tab Import and export: looked at before anything comes in, and pushed to in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from feedback.models import Job, Record, Suggestion
from tests import make
from tests.feedback.hub.conftest import NAME, parquet, push
from tests.stand_in_hub import TOKEN

ROWS = {
    "data/train-00000-of-00001.parquet": parquet(
        {"id": f"r{n}", "instruction": f"Prompt {n}", "quality": 1 + n, "lang": "en"} for n in range(3)
    )
}
PLACE = {"hub-name": NAME, "hub-subset": "default", "hub-split": "train"}


@pytest.fixture
def now(django_capture_on_commit_callbacks: Any) -> Any:
    """Does at once what workers would do."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def chosen(targets: dict[str, str]) -> dict[str, str]:
    pairs = list(enumerate(targets.items()))
    return {f"column.{n}": c for n, (c, _) in pairs} | {f"to.{n}": t for n, (_, t) in pairs}


def test_a_data_set_is_looked_at_then_comes_in(hub: Any, cast: Any, dataset: Any, now: Any) -> None:
    hub.put(NAME, ROWS, private=True)
    max_ = cast.pages(cast.max)
    with now():
        answer = max_.post(f"/acme/datasets/{dataset.pk}/hub/look", PLACE | {"hub-token": TOKEN})
    job = Job.objects.get()
    assert (answer.url, job.state) == (f"/acme/jobs/{job.pk}/", "uploaded")
    assert max_.get(answer.url).url == f"/acme/jobs/{job.pk}/mapping"
    asks_again = max_.get(answer.url, headers={"HX-Request": "true"})
    assert asks_again.headers["HX-Redirect"] == f"/acme/jobs/{job.pk}/mapping"
    page = text(max_.get(f"/acme/jobs/{job.pk}/mapping"))
    assert '<option value="fields.prompt" selected' in page
    assert '<option value="suggestions.quality" selected' in page
    assert "Import 3 rows" in page
    assert f"{NAME} (default, train)" in page
    assert not Record.objects.exists()
    mapping = {
        "id": "external_id",
        "instruction": "fields.prompt",
        "quality": "suggestions.quality",
        "lang": "skip",
    }
    with now():
        max_.post(f"/acme/jobs/{job.pk}/mapping", chosen(mapping))
    job.refresh_from_db()
    assert (job.state, job.detail) == ("finished", "3 rows came in: 3 new.")
    assert sorted(Record.objects.values_list("external_id", flat=True)) == ["r0", "r1", "r2"]
    assert not [one for one in Record.objects.all() if one.metadata]
    assert sorted(Suggestion.objects.values_list("value", flat=True)) == [1, 2, 3]
    assert "sealed" not in job.options


def test_a_mapping_that_does_not_fit_brings_nothing_in(hub: Any, cast: Any, dataset: Any, now: Any) -> None:
    hub.put(NAME, ROWS)
    max_ = cast.pages(cast.max)
    with now():
        max_.post(f"/acme/datasets/{dataset.pk}/hub/look", PLACE)
    page = f"/acme/jobs/{Job.objects.get().pk}/mapping"
    answer = max_.post(page, chosen({"id": "fields.prompt", "instruction": "fields.prompt"}))
    assert answer.status_code == 422
    assert "Several columns go to fields.prompt" in text(answer)


def test_our_own_data_set_is_recognized(hub: Any, cast: Any, dataset: Any, now: Any) -> None:
    make.response(make.record(dataset, metadata={"source": "web"}), cast.ben)
    push(dataset)
    other = make.dataset(cast.workspace)
    with now():
        cast.pages(cast.max).post(f"/acme/datasets/{other.pk}/hub/look", PLACE)
    assert Job.objects.get(dataset=other).options["mapping"] == {
        "*": "shape.argilla",
        **{name: name for name in ("own_id", "external_id", "responses", "inserted_at", "updated_at")},
        "prompt": "fields.prompt",
        "answers": "fields.answers",
        "metadata.source": "metadata.source",
    }


def test_the_preview_takes_values_as_the_import_does(hub: Any, cast: Any, dataset: Any, now: Any) -> None:
    hub.put(NAME, {"train.csv": "prompt,stars\nOne,3\n7,4\n"})
    max_ = cast.pages(cast.max)
    with now():
        max_.post(f"/acme/datasets/{dataset.pk}/hub/look", PLACE)
    page = f"/acme/jobs/{Job.objects.get().pk}/mapping"
    mapping = chosen({"prompt": "fields.prompt", "stars": "suggestions.quality"})
    assert "will not come in" not in text(max_.post(page, mapping | {"look": "1"}))
    with now():
        max_.post(page, mapping)
    assert sorted(Suggestion.objects.values_list("value", flat=True)) == [3, 4]


def test_what_cannot_be_looked_at_says_why_on_the_job(hub: Any, cast: Any, dataset: Any, now: Any) -> None:
    max_ = cast.pages(cast.max)
    with now():
        answer = max_.post(f"/acme/datasets/{dataset.pk}/hub/look", PLACE)
    page = text(max_.get(answer.url))
    assert "There is no data set &#x27;ana/wells&#x27; on the Hub that can be read" in page


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("hub-name", "https://huggingface.co/ana/wells", "Write the name as it stands on the Hub"),
        ("hub-split", "a b", "A split has letters and digits"),
        ("hub-subset", "", "This field is required"),
    ],
)
def test_a_place_that_cannot_be_is_said_beside_its_field(
    cast: Any, dataset: Any, field: str, wrong: str, sentence: str
) -> None:
    answer = cast.pages(cast.max).post(
        f"/acme/datasets/{dataset.pk}/hub/look", PLACE | {field: wrong, "hub-token": TOKEN}
    )
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert TOKEN not in text(answer)
    assert not Job.objects.exists()


def test_pushing_shows_where_it_is(hub: Any, cast: Any, dataset: Any, now: Any) -> None:
    make.record(dataset)
    max_ = cast.pages(cast.max)
    with now():
        answer = max_.post(
            f"/acme/datasets/{dataset.pk}/hub/push",
            {"push-name": NAME, "push-token": TOKEN, "push-private": "on"},
        )
    assert hub.repos[NAME].private
    page = text(max_.get(answer.url))
    assert f'href="{hub.url}/datasets/{NAME}"' in page
    assert "1 record is on the Hub" in page
    assert "Hub export" in text(max_.get("/acme/jobs/"))


def test_pushing_nothing_is_refused_beside_the_form(cast: Any, dataset: Any) -> None:
    answer = cast.pages(cast.max).post(
        f"/acme/datasets/{dataset.pk}/hub/push", {"push-name": NAME, "push-token": TOKEN}
    )
    assert answer.status_code == 422
    assert "The dataset has no records" in text(answer)
    assert TOKEN not in text(answer)
