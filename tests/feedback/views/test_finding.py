"""Finding records: what managers and labelers find, by an address that can be shared."""

from __future__ import annotations

from typing import Any

import pytest

from feedback.actions.responses import save_draft
from feedback.actions.schema import add_metadata_property
from feedback.actions.suggestions import Given, suggest
from feedback.models import Dataset
from feedback.reports import listing
from tests import make
from tests.cast import Cast

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    dataset = make.dataset(cast.workspace)
    add_metadata_property(
        dataset, name="topic", title="Topic", settings={"type": "terms", "values": ["law", "math"]}
    )
    add_metadata_property(dataset, name="length", title="Length", settings={"type": "integer"})
    add_metadata_property(
        dataset, name="source", title="Source", settings={"type": "terms"}, visible_for_annotators=False
    )
    return dataset


def look(cast: Cast, who: Any, dataset: Dataset, query: str = "", status: int = 200) -> Any:
    response = cast.pages(who).get(f"/acme/datasets/{dataset.pk}/{query}")
    assert response.status_code == status, response.content[:400]
    return response


def names(response: Any) -> list[str]:
    return [row.record.external_id for row in response.context["finding"].rows]


def fill(dataset: Dataset) -> list[Any]:
    given = [
        {"external_id": name, "metadata": {"topic": topic, "length": length, "source": "secret-model"}}
        for name, topic, length in (("a", "law", 3), ("b", "math", 9), ("c", "law", 5))
    ]
    return make.each(dataset, given)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?metadata.topic=law", ["a", "c"]),
        ("?metadata.topic=law&metadata.topic=math&sort=-metadata.length", ["b", "c", "a"]),
        ("?metadata.length.min=4", ["b", "c"]),
        ("?metadata.length.min=4&metadata.length.max=8", ["c"]),
        ("?sort=metadata.topic&sort=-metadata.length", ["c", "a", "b"]),
        ("?answer.quality=4", ["b"]),
        ("?answer.quality.max=3", ["a"]),
        ("?response=submitted&of=me", []),
        ("?response=submitted", ["a", "b"]),
        ("?status=pending", ["c"]),
        ("?suggestion.comment.agent=critic", ["c"]),
        ("?suggestion.comment.score.min=0.4", ["c"]),
        ("?inserted_at.max=2001-01-01", []),
        ("?q=answer&in=prompt", []),
        ("?q=answer&in=answers", ["a", "b", "c"]),
    ],
)
def test_a_manager_finds_by(query: str, found: list[str], cast: Cast, dataset: Dataset) -> None:
    first, second, third = fill(dataset)
    make.response(first, cast.ben, {**make.RANKED, "quality": 2})
    make.response(second, cast.ben, {**make.RANKED, "quality": 4})
    suggest(third, Given(dataset.questions.get(name="comment").pk, "Hm", agent="critic", score=0.5))
    assert sorted(names(look(cast, cast.max, dataset, query))) == sorted(found)
    if "sort" in query:
        assert names(look(cast, cast.max, dataset, query)) == found


def test_a_labeler_finds_their_own_answers_and_nobody_elses(cast: Cast, dataset: Dataset) -> None:
    first, second, third = fill(dataset)
    make.response(first, cast.ben, {**make.RANKED, "comment": "Mine alone"})
    make.response(second, cast.max, {**make.RANKED, "comment": "Of Max alone"})
    save_draft(third, {"comment": "Begun"}, by=cast.ben)
    assert names(look(cast, cast.ben, dataset, "?response=submitted")) == ["a"]
    assert names(look(cast, cast.ben, dataset, "?response=draft")) == ["c"]
    assert names(look(cast, cast.ben, dataset, "?response=pending")) == ["b"]
    for query in ("?column=answer.comment&column=answer.ranking&column=field.answers", "?view=read"):
        page = "".join(
            look(cast, cast.ben, dataset, f"{query}&record={one.pk}").content.decode()
            for one in (first, second, third)
        )
        assert "Mine alone" in page
        for hidden in ("Of Max alone", "model-1", ">m1<", "secret-model", "metadata.source"):
            assert hidden not in page, (query, hidden)


def test_a_records_page_shows_a_labeler_no_more_than_labeling_does(cast: Cast, dataset: Dataset) -> None:
    record = fill(dataset)[0]
    make.response(record, cast.max, {**make.RANKED, "comment": "Of Max alone"})
    page = cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/records/{record.pk}/").content.decode()
    assert "You have not answered this record yet" in page
    assert "Prompt 1" in page
    for hidden in ("Of Max alone", "model-1", "<code>m1", "secret-model", "Which answer is which"):
        assert hidden not in page, hidden


def test_a_labeler_cannot_filter_by_what_is_hidden(cast: Cast, dataset: Dataset) -> None:
    fill(dataset)
    response = look(cast, cast.ben, dataset, "?metadata.source=secret-model", status=422)
    assert "no metadata property named &#x27;source&#x27;" in response.content.decode()
    assert names(look(cast, cast.max, dataset, "?metadata.source=secret-model")) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?status=never", "no state"),
        ("?response=never", "no state"),
        ("?metadata.nothing=1", "no metadata property"),
        ("?metadata.length.min=long", "is not a number"),
        ("?metadata.length.min=nan", "is not a number"),
        ("?metadata.length.min=9&metadata.length.max=1", "must not be above"),
        ("?answer.nothing=1", "no question"),
        ("?suggestion.nothing.score.min=1", "no question"),
        ("?updated_at.min=soon", "is not a date"),
        ("?sort=loudness", "Nothing is sorted by"),
        ("?sort=metadata.nothing", "no metadata property"),
        ("?sort=id&sort=status&sort=-id&sort=-status", "at most 3"),
        ("?like=nonsense&by=meaning", "not the id of a record"),
        (f"?like={NOBODY}", "by which vector"),
        (f"?like={NOBODY}&by=meaning", "no vector settings"),
        ("?q=well&in=nothing", "no field"),
        ("?q=%00", "NUL"),
        ("?metadata.topic=a%00", "NUL"),
        ("?metadata.=1", "no metadata property"),
        ("?view=read&sort=loudness", "Nothing is sorted by"),
    ],
)
def test_an_address_that_cannot_be_meant_is_answered_by_a_sentence(
    query: str, sentence: str, cast: Cast, dataset: Dataset
) -> None:
    fill(dataset)
    for who in (cast.max, cast.ben):
        response = look(cast, who, dataset, query, status=422)
        assert sentence in response.content.decode()
        assert "cannot be answered" in response.content.decode()


@pytest.mark.parametrize(
    "query", ["?page=abc", "?page=-1", "?record=x&view=read", "?view=odd", "?column=odd", "?x=1"]
)
def test_what_makes_no_difference_is_passed_over(query: str, cast: Cast, dataset: Dataset) -> None:
    fill(dataset)
    assert names(look(cast, cast.max, dataset, query)) == ["a", "b", "c"]


def test_blanks_of_a_form_do_not_stay_in_the_address(cast: Cast, dataset: Dataset) -> None:
    response = look(cast, cast.max, dataset, "?q=well&status=&metadata.topic=&sort=", status=302)
    assert response["Location"] == f"/acme/datasets/{dataset.pk}/?q=well"


def test_conditions_are_said_and_can_be_taken_off(cast: Cast, dataset: Dataset) -> None:
    fill(dataset)
    in_force = (
        look(cast, cast.max, dataset, "?q=prompt&in=prompt&metadata.length.min=4&sort=-metadata.length")
        .context["finding"]
        .in_force
    )
    assert in_force == [
        ("“prompt” in prompt", "metadata.length.min=4&sort=-metadata.length"),
        ("Length from 4", "q=prompt&in=prompt&sort=-metadata.length"),
        ("Sorted: Length, highest first", "q=prompt&in=prompt&metadata.length.min=4"),
    ]


def test_somebody_chooses_the_columns(cast: Cast, dataset: Dataset) -> None:
    first, *_ = fill(dataset)
    make.response(first, cast.ben, {**make.RANKED, "comment": "Solid work"})
    response = look(cast, cast.max, dataset, "?column=metadata.topic&column=answer.comment")
    assert [one.title for one in response.context["finding"].columns] == ["Comment", "Topic"]
    assert "Solid work" in response.content.decode()


def test_records_are_read_one_after_another_over_pages(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    dataset = make.dataset(cast.workspace)
    records = make.records(dataset, 5)
    page, read = "?view=read", []
    while page:
        response = look(cast, cast.max, dataset, page)
        read.append(response.context["record"].pk)
        page = f"?{response.context['after']}" if response.context["after"] else ""
    assert read == [one.pk for one in records]
    back = f"?{response.context['before']}"
    assert look(cast, cast.max, dataset, back).context["record"].pk == records[3].pk
    back = f"?{look(cast, cast.max, dataset, back).context['before']}"
    assert look(cast, cast.max, dataset, back).context["record"].pk == records[2].pk
    assert "1–2 of 5" in look(cast, cast.max, dataset, "?view=read").content.decode()


def test_far_pages_of_a_search_are_cut_and_that_is_said(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(listing, "MOST_REACHED", 100)
    dataset = make.dataset(cast.workspace)
    make.records(dataset, 120)
    response = look(cast, cast.max, dataset, "?q=prompt&page=9")
    assert "51–100 of 100" in response.content.decode()
    assert "narrow the search" in response.content.decode()
    assert "101–120 of 120" in look(cast, cast.max, dataset, "?page=3").content.decode()


def test_more_records_need_no_more_queries_with_every_column(
    cast: Cast, dataset: Dataset, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        make.response(make.record(dataset, external_id=f"r{number}"), cast.ben)
    every = "&".join(
        f"column={kind}.{name}" for kind in ("answer", "suggestion") for name in ("ranking", "quality")
    )
    look(cast, cast.max, dataset, f"?{every}")
    client = cast.pages(cast.max)
    with django_assert_max_num_queries(35):
        client.get(f"/acme/datasets/{dataset.pk}/?{every}&response=submitted&sort=-metadata.length")
