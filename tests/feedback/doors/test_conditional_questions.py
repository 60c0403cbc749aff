"""Questions that are asked only after others: set by managers, answered through the page and the API."""

from typing import Any

import pytest

from feedback.actions.datasets import publish_dataset, update_dataset
from feedback.actions.suggestions import Given, suggest
from feedback.models import Dataset, Question, Record, Response
from tests import make
from tests.cast import Cast
from tests.feedback.test_admin_datasets import change, whole

LABELS = [{"value": "no", "text": "Not right"}, {"value": "yes", "text": "Right"}]
RIGHT = {"type": "label_selection", "options": LABELS}
WHY = {"type": "text", "min_length": 3, "shown_when": {"question": "right", "any_of": ["no"]}}
RANKING = {"type": "ranking", "field": "answers", "shown_when": {"question": "right", "any_of": ["yes"]}}


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    dataset = make.dataset(cast.workspace, questions={"right": RIGHT, "why": WHY})
    Question.objects.filter(dataset=dataset).update(required=True)
    return Dataset.objects.get(pk=dataset.pk)


@pytest.fixture
def record(dataset: Dataset) -> Record:
    return make.record(dataset)


@pytest.fixture
def draft(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace, questions={"right": RIGHT, "why": WHY}, published=False)


def by_page(cast: Cast, record: Record, **answers: str) -> Any:
    return cast.pages(cast.ben).post(f"/acme/records/{record.pk}/submit", answers)


def by_program(cast: Cast, record: Record, **answers: str) -> Any:
    values = {name: {"value": value} for name, value in answers.items()}
    return cast.api(cast.ben).post(
        f"/records/{record.pk}/responses", {"status": "submitted", "values": values}
    )


def text(response: Any) -> str:
    return " ".join(response.content.decode().replace("&#x27;", "'").split())


either_door = pytest.mark.parametrize("submit", [by_page, by_program])


@either_door
def test_a_required_question_that_is_not_asked_is_not_missed(cast: Cast, record: Record, submit: Any) -> None:
    assert submit(cast, record, right="yes").status_code in (201, 302)
    assert Response.objects.get().values == {"right": "yes"}


@either_door
def test_a_required_question_that_is_asked_is_missed(cast: Cast, record: Record, submit: Any) -> None:
    refused = submit(cast, record, right="no")
    assert (refused.status_code, "This question needs an answer" in text(refused)) == (422, True)
    assert not Response.objects.exists()
    assert submit(cast, record, right="no", why="Too short").status_code in (201, 302)
    assert Response.objects.get().values == {"right": "no", "why": "Too short"}


def test_a_draft_keeps_what_is_not_asked_any_more_and_submitting_leaves_it_out(
    cast: Cast, record: Record
) -> None:
    said = {"right": "yes", "why": "no"}  # too short, which must not stop anybody
    assert cast.pages(cast.ben).post(f"/acme/records/{record.pk}/draft", said).status_code == 200
    assert Response.objects.get().values == said
    assert by_page(cast, record, **said).status_code == 302
    assert Response.objects.get().values == {"right": "yes"}


def test_a_page_that_is_refused_keeps_what_was_written_there(cast: Cast, record: Record) -> None:
    page = by_page(cast, record, why="Was long")
    assert page.status_code == 422
    assert "Was long" in text(page)


def test_what_a_program_says_of_a_question_that_is_not_asked_is_kept_as_it_was_sent(
    cast: Cast, record: Record
) -> None:
    assert by_program(cast, record, right="yes", why="All the same").status_code == 201
    assert Response.objects.get().values == {"right": "yes", "why": "All the same"}
    values = {"right": {"value": "yes"}, "why": {"value": "In bulk"}}
    own = {"user_id": str(cast.ben.pk), "status": "submitted", "values": values}
    item = {"id": str(record.pk), "responses": [own]}
    path = f"/datasets/{record.dataset_id}/records/bulk"
    assert cast.api(cast.max).put(path, {"items": [item]}).status_code == 200
    assert Response.objects.get().values["why"] == "In bulk"
    values.pop("why")
    assert cast.api(cast.max).put(path, {"items": [item]}).status_code == 200
    assert Response.objects.get().values == {"right": "yes"}


def test_the_page_knows_what_is_not_asked_and_says_the_condition_where_scripts_do_not_run(
    cast: Cast, record: Record
) -> None:
    path = f"/acme/datasets/{record.dataset_id}/label"
    page = text(cast.pages(cast.ben).get(path))
    assert 'data-title="Why" data-away' in page
    assert "Only when “Right” is Not right." in page
    cast.pages(cast.ben).post(f"/acme/records/{record.pk}/draft", {"right": "no"})
    page = text(cast.pages(cast.ben).get(path))
    assert 'data-title="Why" data-away' not in page
    plain = make.record(make.dataset(cast.workspace))
    page = text(cast.pages(cast.ben).get(f"/acme/datasets/{plain.dataset_id}/label"))
    assert "<shown-when" not in page
    assert "data-when" not in page


def test_what_a_conditional_ranking_ranks_can_be_read_before_it_is_asked(cast: Cast) -> None:
    record = make.record(make.dataset(cast.workspace, questions={"right": RIGHT, "ranking": RANKING}))
    page = text(cast.pages(cast.ben).get(f"/acme/datasets/{record.dataset_id}/label"))
    assert 'id="field-answers"' in page
    assert "[[&quot;answers&quot;, [&quot;ranking&quot;]]]" in page


def test_the_settings_say_when_a_question_is_asked(cast: Cast, draft: Dataset) -> None:
    page = text(cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/settings"))
    assert "asked when “Right” is Not right" in page


# Managers.


def add(cast: Cast, dataset: Dataset, part: str, **sent: Any) -> Any:
    return cast.pages(cast.max).post(f"/acme/datasets/{dataset.pk}/questions/{part}", sent)


def test_a_manager_chooses_the_question_and_writes_answers_as_people_read_them(
    cast: Cast, draft: Dataset
) -> None:
    page = text(cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/questions/new?kind=rating"))
    assert "Ask it only when" in page
    assert '<option value="right">Right</option>' in page
    sent = {"title": "How bad?", "name": "bad", "set-options": "1 2 3"}
    condition = {"set-shown_when_0": "right", "set-shown_when_1": "not right"}
    assert add(cast, draft, "new?kind=rating", **sent, **condition).status_code == 302
    bad = Question.objects.get(dataset=draft, name="bad")
    assert bad.settings["shown_when"] == {"question": "right", "any_of": ["no"]}
    assert add(
        cast,
        draft,
        "new?kind=text",
        **{"title": "More", "set-shown_when_0": "bad", "set-shown_when_1": "2 or more"},
    ).url
    more = Question.objects.get(dataset=draft, name="more")
    assert more.settings["shown_when"] == {"question": "bad", "at_least": 2}
    page = cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/questions/{more.pk}").content.decode()
    assert '<option value="bad" selected>' in page
    assert "2 or more</textarea>" in page
    assert add(cast, draft, str(more.pk), title="More").status_code == 302
    assert "shown_when" not in Question.objects.get(pk=more.pk).settings


@pytest.mark.parametrize(
    ("question", "answers", "sentence"),
    [
        ("right", "perhaps", "“Right” has no answer “perhaps”. Its answers are Not right, Right."),
        ("right", "4 or more", "“Right” has no rating of 4 or more."),
        ("why", "because", "Of “Why” can only be said that it is answered."),
        ("", "no", "Choose the earlier question that has these answers."),
        ("later", "", "Select a valid choice"),
    ],
)
def test_a_condition_that_cannot_come_true_is_refused_beside_it(
    cast: Cast, draft: Dataset, question: str, answers: str, sentence: str
) -> None:
    condition = {"set-shown_when_0": question, "set-shown_when_1": answers}
    refused = add(cast, draft, "new?kind=text", title="New", **condition)
    assert (refused.status_code, sentence in text(refused)) == (422, True)
    assert "set-shown_when_error" in text(refused)
    assert not Question.objects.filter(name="new").exists()


def test_a_question_depends_on_earlier_ones_alone(cast: Cast, draft: Dataset) -> None:
    right = Question.objects.get(dataset=draft, name="right")
    page = text(cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/questions/{right.pk}"))
    assert '<option value="why">' not in page
    for other in ("why", "right", "nowhere"):
        settings = {**RIGHT, "shown_when": {"question": other}}
        refused = cast.api(cast.max).patch(f"/questions/{right.pk}", {"settings": settings})
        assert refused.status_code == 422
        assert f"There is no question '{other}' before this one. Those before it: none yet." in text(refused)


def test_what_another_question_depends_on_stays(cast: Cast, draft: Dataset) -> None:
    right, why = draft.questions.all()
    path = f"/questions/{right.pk}"
    refused = cast.api(cast.max).delete(path)
    assert (refused.status_code, "Whether 'why' is asked depends on this question" in text(refused)) == (
        422,
        True,
    )
    refused = add(cast, draft, f"{right.pk}/remove")
    assert "depends on this question" in text(refused)
    refused = add(cast, draft, str(right.pk), **{"title": "Right", "set-options": "Right\nperhaps"})
    assert (refused.status_code, "an answer that would be gone" in text(refused)) == (422, True)
    assert (
        add(cast, draft, str(right.pk), **{"title": "Right", "set-options": "no = No\nyes"}).status_code
        == 302
    )
    assert cast.api(cast.max).delete(f"/questions/{why.pk}").status_code == 200
    assert cast.api(cast.max).delete(path).status_code == 200


def test_a_condition_changes_when_the_dataset_is_published_and_clients_leave_it_alone(
    cast: Cast, dataset: Dataset
) -> None:
    why = Question.objects.get(dataset=dataset, name="why")
    path = f"/questions/{why.pk}"
    kept = cast.api(cast.max).patch(path, {"settings": {"type": "text", "use_markdown": True}}).json()
    assert kept["settings"]["shown_when"] == {"question": "right", "any_of": ["no"]}
    sent = {"type": "text", "shown_when": {"question": "right"}}
    assert cast.api(cast.max).patch(path, {"settings": sent}).json()["settings"]["shown_when"] == {
        "question": "right"
    }
    page = {"title": "Why", "set-shown_when_0": "right", "set-shown_when_1": "Right"}
    assert add(cast, dataset, str(why.pk), **page).status_code == 302
    assert Question.objects.get(pk=why.pk).settings["shown_when"]["any_of"] == ["yes"]
    gone = cast.api(cast.max).patch(path, {"settings": {**sent, "shown_when": None}}).json()
    assert "shown_when" not in gone["settings"]


def test_the_admin_takes_a_condition_in_lines(cast: Cast) -> None:
    first = {"name": "right", "required": "on", "type": "label_selection"}
    first["settings-label_selection-options"] = "no | Not right\nyes | Right"
    second = {"name": "why", "type": "text", "settings-text-shown_when": "right\nNot right"}
    answer = cast.pages(cast.max).post("/admin/feedback/dataset/add/", whole(cast, questions=[first, second]))
    assert answer.status_code == 302, answer.context["errors"]
    dataset = Dataset.objects.get()
    right, why = dataset.questions.all()
    assert why.settings["shown_when"] == {"question": "right", "any_of": ["no"]}
    page = cast.pages(cast.max).get(f"/admin/feedback/dataset/{dataset.pk}/change/").content.decode()
    assert "right\nno</textarea>" in page

    def kept(question: Question, **given: str) -> dict[str, Any]:
        return {"id": str(question.pk), "dataset": str(dataset.pk), "title": question.title, **given}

    options = {"settings-label_selection-options": "no | Not right\nyes | Right"}
    wrong = [kept(right, **options), kept(why, **{"settings-text-shown_when": "right\nperhaps"})]
    refused = change(cast.pages(cast.max), dataset, questions=wrong)
    assert refused.status_code == 422
    assert "Ask it only when: “right” has no answer “perhaps”" in text(refused)
    other = [kept(right, **options), kept(why, **{"settings-text-shown_when": "right"})]
    assert change(cast.pages(cast.max), dataset, questions=other).status_code == 302
    assert Question.objects.get(pk=why.pk).settings["shown_when"] == {"question": "right"}
    alone = [kept(right, DELETE="on", **options), kept(why, **{"settings-text-shown_when": "right"})]
    refused = change(cast.pages(cast.max), dataset, questions=alone)
    assert (refused.status_code, "depends on this question" in text(refused)) == (422, True)
    both = [kept(right, DELETE="on", **options), kept(why, DELETE="on")]
    assert change(cast.pages(cast.max), dataset, questions=both).status_code == 302
    assert not dataset.questions.exists()


def test_suggestions_and_discards_know_no_conditions(cast: Cast, dataset: Dataset, record: Record) -> None:
    why = Question.objects.get(dataset=dataset, name="why")
    suggest(record, Given(why.pk, "It is wrong.", agent="judge"))
    said = {"right": "yes", "why": "Kept", "reason": "other"}
    assert cast.pages(cast.ben).post(f"/acme/records/{record.pk}/discard", said).status_code == 302
    assert Response.objects.get().values == {"right": "yes", "why": "Kept"}


def test_whoever_writes_a_record_is_asked_on_conditions_too(cast: Cast, draft: Dataset) -> None:
    Question.objects.filter(dataset=draft).update(required=True)
    dataset = publish_dataset(update_dataset(Dataset.objects.get(pk=draft.pk), invites_records=True))
    path = f"/acme/datasets/{dataset.pk}/write"
    page = text(cast.pages(cast.ben).get(path))
    assert 'data-title="Why" data-away' in page
    assert "<shown-when data-conditions=" in page
    said = {"field:prompt": "What is a well?", "right": "no"}
    assert cast.pages(cast.ben).post(path, said).status_code == 422
    assert cast.pages(cast.ben).post(path, {**said, "right": "yes", "why": "no"}).status_code == 302
    assert Response.objects.get().values == {"right": "yes"}
