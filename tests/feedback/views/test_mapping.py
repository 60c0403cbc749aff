"""Where columns go: read as what the file looks like, taken apart, and kept for next time."""

import re
from datetime import UTC, datetime
from typing import Any

from feedback.models import Job, KeptMapping, Record, Response
from tests import make
from tests.cast import Cast
from tests.feedback.views.test_files import GUESSED, chosen, file, text, upload
from tests.feedback.whole_records import exported, like, rows, whole

SHAREGPT = [{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Yes?"}], "n": 1}]
NESTED = [{"id": "r1", "data": {"ask": "Why?", "by": "x"}, "said": [{"text": "A"}, {"text": "B"}]}]


def selected(page: str) -> dict[str, str]:
    """Column -> target, as the page has them."""
    columns = dict(re.findall(r'name="column\.(\w+)" value="([^"]*)"', page))
    places = {}
    for number, select in re.findall(r'name="to\.(\d+)"(.*?)</select>', page, re.DOTALL):
        found = re.search(r'<option value="([^"]*)" selected', select)
        places[columns[number]] = found[1] if found else ""
    return places


def chats(cast: Cast) -> Any:
    return make.dataset(
        cast.workspace, fields={"talk": {"type": "chat"}}, questions={"note": {"type": "text"}}
    )


def test_a_file_of_a_known_shape_says_so_and_can_be_told_that_it_is_not(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    path = upload(cast, chats(cast), file(SHAREGPT)).url
    browser = cast.pages(cast.max)
    page = text(browser.get(path))
    assert "This looks like <strong>ShareGPT conversations</strong>. Its rows are read so." in page
    assert selected(page) == {"messages": "fields.talk", "n": "metadata.n"}
    plain = text(browser.post(path, {"guess": "plainly"}))
    assert "but the columns are taken as they are" in plain
    assert selected(plain) == {"conversations": "metadata.conversations", "n": "metadata.n"}
    again = text(browser.post(path, {"guess": "so"}))
    assert selected(again)["messages"] == "fields.talk"
    with django_capture_on_commit_callbacks(execute=True):
        sent = {"column.whole": "*", "to.whole": "shape.sharegpt"}
        browser.post(path, chosen(messages="fields.talk", n="metadata.n") | sent)
    assert Job.objects.get().state == "finished"
    assert [one["role"] for one in Record.objects.get().fields["talk"]] == ["user", "assistant"]


def test_our_own_export_comes_in_as_the_page_shows_it(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    dataset = whole(cast)
    fresh, browser = like(dataset), cast.pages(cast.max)
    path = upload(cast, fresh, file(exported(dataset))).url
    places = selected(text(browser.get(path)))
    assert "" not in places.values(), "What a column becomes is among its choices."
    assert (places["own_id"], places["inserted_at"]) == ("own_id", "inserted_at")
    assert places["suggestions.label.type"] == "suggestions.label.type"
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(path, chosen(**places) | {"column.whole": "*", "to.whole": "shape.assay"})
    assert rows(exported(fresh)) == rows(exported(dataset))


def test_nested_columns_are_taken_apart_and_put_together_again(cast: Cast) -> None:
    path = upload(cast, make.dataset(cast.workspace), file(NESTED)).url
    browser = cast.pages(cast.max)
    page = text(browser.get(path))
    assert '<option value="apart"' in page
    places = selected(page)
    page = text(
        browser.post(path, chosen(**places | {"data": "apart", "said": "apart"}))
    )  # also without a script
    assert Job.objects.get().state == "uploaded"
    places = selected(page)
    assert places.keys() == {"id", "data.ask", "data.by", "said.0", "said.1"}
    page = text(browser.post(path, chosen(**places | {"said.0": "apart"}) | {"look": "1"}))
    assert "said.0.text" in selected(page)
    page = text(browser.post(path, chosen(**selected(page) | {"said.1": "together:said"}) | {"look": "1"}))
    assert selected(page).keys() == {"id", "data.ask", "data.by", "said"}


def test_the_next_file_with_the_same_columns_goes_where_the_last_one_went(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    dataset = make.dataset(cast.workspace)
    browser = cast.pages(cast.max)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(upload(cast, dataset).url, chosen(**GUESSED | {"lang": "suggestions.comment"}))
    rows = [{"lang": "fr", "responses": ["A", "B"], "prompt": "New", "id": "r9"}]
    path = upload(cast, dataset, file(rows)).url
    page = text(browser.get(path))
    assert "As last time" in page
    assert selected(page)["lang"] == "suggestions.comment"
    page = text(browser.post(path, {"guess": "anew"}))
    assert "As last time" not in page
    assert selected(page)["lang"] == "metadata.lang"
    other = text(browser.get(upload(cast, dataset, file([rows[0] | {"more": 1}])).url))
    assert "As last time" not in other
    assert "As last time" not in text(browser.get(upload(cast, make.dataset(cast.workspace), file(rows)).url))


def test_a_kept_mapping_that_no_longer_fits_is_no_help(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    path = upload(cast, dataset).url
    cast.pages(cast.max).post(path, chosen(**GUESSED))
    KeptMapping.objects.update(mapping=GUESSED | {"lang": "fields.gone"})
    page = text(cast.pages(cast.max).get(upload(cast, dataset).url))
    assert selected(page)["lang"] == "metadata.lang"


def test_answers_of_people_come_in_by_the_page(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    dataset = make.dataset(cast.workspace)
    rows = [
        {"id": "r1", "prompt": "Why?", "answers": ["A", "B"], "who": who, "order": order}
        for who, order in (("ben", ["1", "2"]), ("max", ["2", "1"]))
    ]
    for row in rows:
        row["order"] = [{"value": one, "rank": place} for place, one in enumerate(row["order"], 1)]
    places = {"id": "external_id", "prompt": "fields.prompt", "answers": "fields.answers", "who": "person"}
    with django_capture_on_commit_callbacks(execute=True):
        cast.pages(cast.max).post(
            upload(cast, dataset, file(rows)).url, chosen(**places, order="responses.ranking")
        )
    job = Job.objects.get()
    assert (job.state, job.problems_count) == ("finished", 0)
    assert Record.objects.count() == 1
    said = dict(Response.objects.values_list("membership__username", "values"))
    assert said == {
        "ben": {"ranking": {"version": 1, "tiers": [["1"], ["2"]]}},
        "max": {"ranking": {"version": 1, "tiers": [["2"], ["1"]]}},
    }
    page = text(cast.pages(cast.max).get(f"/acme/datasets/{dataset.pk}/people/"))
    assert "ben" in page.lower()


def test_the_page_says_until_when_the_file_is_kept(cast: Cast) -> None:
    path = upload(cast, make.dataset(cast.workspace), file(NESTED)).url
    Job.objects.update(updated_at=datetime(2030, 1, 2, 3, 4, tzinfo=UTC))
    page = text(cast.pages(cast.max).get(path))
    assert "The file is kept until" in page
    assert "2030-01-03 03:04 UTC" in page
