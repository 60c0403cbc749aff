"""The records of a dataset, and one of them whole."""

from typing import Any

from feedback.actions.responses import discard_response
from feedback.actions.suggestions import Given, suggest
from feedback.models import Dataset
from feedback.search import fresh
from tests import make
from tests.cast import Cast


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page_of(cast: Cast, dataset: Dataset, query: str = "") -> str:
    response = cast.pages(cast.max).get(f"/acme/datasets/{dataset.pk}/{query}")
    assert response.status_code == 200
    return text(response)


def test_each_record_shows_its_text_and_its_answers(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, min_submitted=2)
    first, second = make.records(dataset, 2)
    make.response(first, cast.ben)
    make.response(first, cast.max)
    make.response(second, cast.ben)
    page = page_of(cast, dataset)
    assert "Prompt 1" in page
    assert str(first.external_id) in page
    assert page.count('class="tag ok">done') == 1
    assert page.count('class="tag accent">begun') == 1
    assert '2 <span class="dim">of 2' in page


def test_pages_go_on_where_the_last_ended(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    records = make.records(dataset, 120)
    assert "1–50 of 120" in page_of(cast, dataset)
    last = page_of(cast, dataset, "?page=3")
    assert "101–120 of 120" in last
    assert f">{records[119].external_id}<" in last
    assert f">{records[99].external_id}<" not in last
    assert "101–120 of 120" in page_of(cast, dataset, "?page=99")


def test_a_record_is_found_by_its_external_id(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    first, second = make.records(dataset, 2)
    page = page_of(cast, dataset, f"?q={second.external_id}")
    assert f"/records/{second.pk}/" in page
    assert f"/records/{first.pk}/" not in page
    assert "Nothing found" in page_of(cast, dataset, "?q=zebra")


def test_without_records_the_page_says_what_to_do(cast: Cast) -> None:
    assert "Import records" in page_of(cast, make.dataset(cast.workspace))
    assert "This is a draft" in page_of(cast, make.dataset(cast.workspace, published=False))


def test_more_records_need_no_more_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    dataset = make.dataset(cast.workspace)
    make.records(dataset, 60)
    max_ = cast.pages(cast.max)
    max_.get(f"/acme/datasets/{dataset.pk}/")
    with django_assert_max_num_queries(27):
        max_.get(f"/acme/datasets/{dataset.pk}/")


def test_a_record_shows_everything_that_was_said(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, min_submitted=2)
    record = make.record(dataset, metadata={"lang": "en", "length": 0})
    make.response(record, cast.ben, {**make.RANKED, "quality": 4, "comment": "Solid work"})
    discard_response(record, {}, by=cast.max, reason="bad_prompt", note="Unclear")
    suggest(
        record, Given(dataset.questions.get(name="comment").pk, "Could be shorter", agent="critic", score=0.5)
    )
    page = page_of(cast, dataset, f"records/{record.pk}/")
    for said in (
        "Prompt 1",
        "Solid work",
        "Ben",
        "The prompt is bad",
        "Unclear",
        "Could be shorter",
        "critic",
        "0.5",
    ):
        assert said in page, said
    assert "<code>m1</code> by <bdi>model-1</bdi>" in page
    assert '<dd dir="auto">0</dd>' in page


def test_letters_mean_the_same_in_answers_and_fields(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    record = make.record(dataset)
    make.response(record, cast.ben)
    response = cast.pages(cast.max).get(f"/acme/datasets/{dataset.pk}/records/{record.pk}/")
    letter_of = {one["id"]: one["letter"] for one in response.context["answers"]}
    shown = {card["letter"]: card["text"] for card in response.context["fields"][1]["value"]}
    assert shown[letter_of["m2"]] == "Answer 2 to 1"
    assert response.context["responses"][0]["questions"][0]["answer"]["ranks"][letter_of["m2"]] == 1


def test_a_record_of_another_dataset_is_not_found(cast: Cast) -> None:
    record = make.record(make.dataset(cast.workspace))
    other = make.dataset(cast.workspace)
    assert cast.pages(cast.max).get(f"/acme/datasets/{other.pk}/records/{record.pk}/").status_code == 404


def test_a_record_needs_a_fixed_number_of_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    dataset = make.dataset(cast.workspace, min_submitted=3)
    record = make.record(dataset)
    for person in (cast.ben, cast.max, cast.ana):
        make.response(record, person)
    max_ = cast.pages(cast.max)
    max_.get("/acme/")
    with django_assert_max_num_queries(23):
        max_.get(f"/acme/datasets/{dataset.pk}/records/{record.pk}/")


def test_records_are_found_by_their_words(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    texts = ["How deep is a <well>?", "東京の天気", "Nothing of the sort"]
    first, second, third = [make.record(dataset, fields={"prompt": text}) for text in texts]
    page = page_of(cast, dataset, "?q=WELL+dee*")
    assert "How <mark>deep</mark> is a &lt;<mark>well</mark>&gt;?" in page
    assert f"record={second.pk}" not in page
    page = page_of(cast, dataset, "?q=天気")
    assert "東京の<mark>天気</mark>" in page
    page = page_of(cast, dataset, "?q=-well")
    assert f"record={third.pk}" in page
    assert f"record={first.pk}" not in page
    assert "Nothing found" in page_of(cast, dataset, "?q=zebra")
    assert "Older records" not in page


def test_a_long_text_is_shown_from_its_hit_on(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.record(dataset, fields={"prompt": "word " * 500 + "needle " + "word " * 500})
    page = page_of(cast, dataset, "?q=needle")
    assert "<mark>needle</mark>" in page
    assert "… word word" in page


def test_records_are_shown_by_their_state(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    done, begun = make.records(dataset, 2)
    make.response(done, cast.ben)
    page = page_of(cast, dataset, "?status=completed")
    assert f"record={done.pk}" in page
    assert f"record={begun.pk}" not in page
    page = page_of(cast, dataset, "?status=pending&q=prompt")
    assert f"record={begun.pk}" in page
    assert f"record={done.pk}" not in page
    make.response(begun, cast.ben)
    assert "No record is in this state" in page_of(cast, dataset, "?status=pending")


def test_found_records_come_in_pages(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.records(dataset, 120)
    page = page_of(cast, dataset, "?q=prompt&status=pending&page=3")
    assert "101–120 of 120" in page
    assert "q=prompt&amp;status=pending&amp;page=2" in page
    assert "101–120 of 120" in page_of(cast, dataset, "?q=prompt&page=99")


def test_old_records_that_nobody_has_read_yet_are_spoken_of(cast: Cast, monkeypatch: Any) -> None:
    dataset = make.dataset(cast.workspace)
    make.records(dataset, 3)
    monkeypatch.setattr(fresh, "MOST", 1)
    assert "Older records are still being read" in page_of(cast, dataset, "?q=prompt")
    assert "Older records" not in page_of(cast, dataset)


def test_managers_read_when_it_will_be_done(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    first, *_ = make.records(dataset, 3)
    assert "3 answers are missing. Nobody has answered yet" in page_of(cast, dataset)
    make.response(first, cast.ben)
    assert "2 answers are missing. The first answers came today" in page_of(cast, dataset)
    assert "1 in all" in page_of(cast, dataset)
    labeler = text(cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/"))
    assert "answers are missing" not in labeler
    assert "answers are missing" not in page_of(cast, dataset, "?q=Prompt")
    assert "answers are missing" not in page_of(cast, dataset, "?view=read")
