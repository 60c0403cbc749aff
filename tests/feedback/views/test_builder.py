"""The settings of a dataset: fields, questions, metadata, guidelines."""

from typing import Any

import pytest

from feedback import fields, metadata, questions
from feedback.models import Dataset, Field, MetadataProperty, Question
from tests import make
from tests.cast import Cast

KINDS = [
    *(("fields", name) for name, _ in fields.choices()),
    *(("questions", name) for name, _ in questions.choices()),
    *(("metadata", name) for name, _ in metadata.choices()),
]


@pytest.fixture
def draft(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace, "Being made", published=False)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def add(cast: Cast, dataset: Dataset, part: str, **sent: Any) -> Any:
    return cast.pages(cast.max).post(f"/acme/datasets/{dataset.pk}/{part}", sent)


@pytest.mark.parametrize(("family", "kind"), KINDS)
def test_every_kind_has_a_form(cast: Cast, draft: Dataset, family: str, kind: str) -> None:
    response = cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/{family}/new?kind={kind}")
    assert response.status_code == 200
    assert 'name="title"' in text(response)


def test_an_unknown_kind_is_refused_with_those_there_are(cast: Cast, draft: Dataset) -> None:
    response = cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/fields/new?kind=smell")
    assert response.status_code == 422
    assert "candidates" in text(response)


def test_the_page_offers_every_kind_by_its_label(cast: Cast, draft: Dataset) -> None:
    page = text(cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/settings"))
    for label in ("Model answers", "Ranking", "Whole number"):
        assert label in page
    assert f"/acme/datasets/{draft.pk}/fields/new?kind=candidates" in page


def test_a_field_gets_its_name_from_its_title(cast: Cast, draft: Dataset) -> None:
    response = add(
        cast, draft, "fields/new?kind=text", title="The Context", required="on", **{"set-use_markdown": "on"}
    )
    assert response.url == f"/acme/datasets/{draft.pk}/settings#fields"
    field = Field.objects.get(dataset=draft, name="the_context")
    assert field.required
    assert field.settings["use_markdown"]


def test_labels_are_written_one_a_line(cast: Cast, draft: Dataset) -> None:
    lines = "Has mistakes\r\nlong = Too long | More than a page\r\n\r\n"
    add(cast, draft, "questions/new?kind=label_selection", title="Flaw", **{"set-options": lines})
    question = Question.objects.get(dataset=draft, name="flaw")
    assert [(one["value"], one["text"], one["description"]) for one in question.settings["options"]] == [
        ("has_mistakes", "Has mistakes", None),
        ("long", "Too long", "More than a page"),
    ]
    page = cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/questions/{question.pk}").content.decode()
    assert "Has mistakes\nlong = Too long | More than a page" in page


def test_points_have_words(cast: Cast, draft: Dataset) -> None:
    sent = {"set-options": "1 2 3", "set-words": "1 = bad\n3 = good"}
    add(cast, draft, "questions/new?kind=rating", title="Good?", name="good", **sent)
    settings = Question.objects.get(dataset=draft, name="good").settings
    assert settings["options"] == [{"value": 1}, {"value": 2}, {"value": 3}]
    assert settings["words"] == {"1": "bad", "3": "good"}


def test_a_ranking_chooses_among_fields_with_answers(cast: Cast, draft: Dataset) -> None:
    page = text(cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/questions/new?kind=ranking"))
    assert '<option value="answers">Answers</option>' in page
    assert '<option value="prompt">' not in page
    add(cast, draft, "questions/new?kind=ranking", title="Order", **{"set-field": "answers"})
    assert Question.objects.get(dataset=draft, name="order").settings["field"] == "answers"


def test_a_text_is_chosen_for_marks_and_only_once(cast: Cast, draft: Dataset) -> None:
    page = text(cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/questions/new?kind=span"))
    assert '<option value="prompt">Prompt</option>' in page
    assert '<option value="answers">' not in page
    sent = {"set-field": "prompt", "set-options": "Wrong\nodd = Not shown", "set-allow_overlapping": "on"}
    assert add(cast, draft, "questions/new?kind=span", title="Marks", **sent).status_code == 302
    question = Question.objects.get(dataset=draft, name="marks")
    assert question.settings["allow_overlapping"]
    assert [one["value"] for one in question.settings["options"]] == ["wrong", "odd"]
    again = add(cast, draft, "questions/new?kind=span", title="More marks", **sent)
    assert (again.status_code, "already" in text(again)) == (422, True)
    same = {"title": "Marks", "required": "on", **sent}
    assert add(cast, draft, f"questions/{question.pk}", **same).status_code == 302  # it is no other question


def test_a_template_is_kept_to_the_character_and_changes_when_published(cast: Cast, draft: Dataset) -> None:
    template = "  <b>{{record.fields.card.a}}</b>\r\n\r\n"
    add(cast, draft, "fields/new?kind=custom", title="Card", **{"set-template": template})
    add(cast, draft, "fields/new?kind=image", title="Photo")
    field = Field.objects.get(dataset=draft, name="card")
    assert field.settings == {
        "type": "custom",
        "template": "  <b>{{record.fields.card.a}}</b>\n\n",
        "advanced_mode": False,
    }
    assert Field.objects.get(dataset=draft, name="photo").settings == {"type": "image"}
    assert add(cast, draft, "publish").status_code == 302
    page = cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/fields/{field.pk}")
    assert "Try it" in text(page)
    assert add(cast, draft, f"fields/{field.pk}", title="Card", **{"set-template": "new"}).status_code == 302
    assert Field.objects.get(pk=field.pk).settings["template"] == "new"


@pytest.mark.parametrize(
    ("part", "sent", "sentence"),
    [
        ("questions/new?kind=label_selection", {"set-options": "one"}, "Write at least 2."),
        ("questions/new?kind=label_selection", {"set-options": "a\na"}, "Two options have the value"),
        ("questions/new?kind=rating", {"set-options": "1 two"}, "Write whole numbers"),
        ("questions/new?kind=rating", {"set-options": "1 2", "set-words": "7 = x"}, "There is no rating 7"),
        ("questions/new?kind=ranking", {}, "give one of field and options"),
        (
            "questions/new?kind=text",
            {"set-min_length": "9", "set-max_length": "3"},
            "cannot be below the shortest",
        ),
        ("fields/new?kind=text", {"name": "Big Name"}, "Use small letters"),
        ("fields/new?kind=text", {"name": "prompt"}, "already has a field named"),
    ],
)
def test_what_does_not_work_is_said(cast: Cast, draft: Dataset, part: str, sent: Any, sentence: str) -> None:
    response = add(cast, draft, part, **({"title": "New"} | sent))
    assert response.status_code == 422
    assert sentence in text(response)


def test_a_part_of_a_draft_is_changed_wholly(cast: Cast, draft: Dataset) -> None:
    question = draft.questions.get(name="quality")
    sent = {"title": "How good?", "required": "on", "description": "At all", "set-options": "0 5 10"}
    assert add(cast, draft, f"questions/{question.pk}", **sent).status_code == 302
    question = Question.objects.get(pk=question.pk)
    assert (question.title, question.required, question.description) == ("How good?", True, "At all")
    assert [point["value"] for point in question.settings["options"]] == [0, 5, 10]


def test_parts_are_removed_from_a_draft_unless_they_are_needed(cast: Cast, draft: Dataset) -> None:
    answers, ranking = draft.fields.get(name="answers"), draft.questions.get(name="ranking")
    refused = add(cast, draft, f"fields/{answers.pk}/remove")
    assert refused.status_code == 422
    assert "needs this field" in text(refused)
    assert add(cast, draft, f"questions/{ranking.pk}/remove").status_code == 302
    assert add(cast, draft, f"fields/{answers.pk}/remove").status_code == 302
    assert not Field.objects.filter(pk=answers.pk).exists()


def test_a_published_dataset_changes_words_only(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    quality, prompt = dataset.questions.get(name="quality"), dataset.fields.get(name="prompt")
    page = text(cast.pages(cast.max).get(f"/acme/datasets/{dataset.pk}/questions/{quality.pk}"))
    assert 'name="set-options"' not in page
    assert 'name="required"' not in page
    sent = {"title": "Better title", "set-words": "1 = bad"}
    assert add(cast, dataset, f"questions/{quality.pk}", **sent).status_code == 302
    assert (
        add(cast, dataset, f"fields/{prompt.pk}", title="Task", **{"set-use_markdown": "on"}).status_code
        == 302
    )
    quality, prompt = Question.objects.get(pk=quality.pk), Field.objects.get(pk=prompt.pk)
    assert (quality.title, quality.settings["words"]) == ("Better title", {"1": "bad"})
    assert (prompt.title, prompt.settings["use_markdown"], prompt.required) == ("Task", True, True)
    assert len(quality.settings["options"]) == 5
    assert add(cast, dataset, "questions/new?kind=text", title="Late").status_code == 422
    assert add(cast, dataset, f"questions/{quality.pk}/remove").status_code == 422


def test_metadata_can_come_later(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    sent = {"title": "Language", "name": "lang", "set-values": "en\nde"}
    assert add(cast, dataset, "metadata/new?kind=terms", **sent).status_code == 302
    prop = MetadataProperty.objects.get(dataset=dataset, name="lang")
    assert prop.settings["values"] == ["en", "de"]
    assert not prop.visible_for_annotators
    assert (
        add(cast, dataset, f"metadata/{prop.pk}", title="Tongue", visible_for_annotators="on").status_code
        == 302
    )
    prop = MetadataProperty.objects.get(pk=prop.pk)
    assert (prop.title, prop.visible_for_annotators, prop.settings["values"]) == (
        "Tongue",
        True,
        ["en", "de"],
    )
    assert add(cast, dataset, f"metadata/{prop.pk}/remove").status_code == 302


def test_a_part_of_another_dataset_is_not_found(cast: Cast, draft: Dataset) -> None:
    other = make.dataset(cast.workspace, published=False).fields.get(name="prompt")
    assert cast.pages(cast.max).get(f"/acme/datasets/{draft.pk}/fields/{other.pk}").status_code == 404


def test_name_and_answers_wanted_change_at_any_time(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, "Old name")
    make.dataset(cast.workspace, "Taken")
    assert add(cast, dataset, "settings", name="New name", min_submitted="3").status_code == 302
    dataset.refresh_from_db()
    assert (dataset.name, dataset.min_submitted, dataset.allow_extra_metadata) == ("New name", 3, False)
    refused = add(cast, dataset, "settings", name="Taken", min_submitted="3")
    assert refused.status_code == 422
    assert "already has a dataset named" in text(refused)
    assert '<h1><span dir="auto">New name' in text(refused)


def test_guidelines_are_versions(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, guidelines="Be **fair**.")
    assert add(cast, dataset, "guidelines", guidelines="Be *quick*.\r\nAlways.").status_code == 302
    dataset.refresh_from_db()
    assert (dataset.guidelines, dataset.guidelines_version) == ("Be *quick*.\nAlways.", 2)
    page = text(cast.pages(cast.max).get(f"/acme/datasets/{dataset.pk}/guidelines"))
    assert "<em>quick</em>" in page
    assert "Version 2" in page
    old = text(cast.pages(cast.max).get(f"/acme/datasets/{dataset.pk}/guidelines/1"))
    assert "<strong>fair</strong>" in old
    assert add(cast, dataset, "guidelines", guidelines="x" * 10_001).status_code == 422


def test_a_preview_is_safe(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    page = text(add(cast, dataset, "guidelines/preview", guidelines="# Hi\n<script>alert(1)</script>"))
    assert "<html" not in page
    assert "Hi</h" in page
    assert "<script" not in page


@pytest.mark.parametrize("kind", ["text", "ranking"])
def test_a_published_question_is_saved_with_lists_left_empty(cast: Cast, draft: Dataset, kind: str) -> None:
    add(
        cast,
        draft,
        f"questions/new?kind={kind}",
        title="Late",
        **{"set-field": "answers"} if kind == "ranking" else {},
    )
    question = Question.objects.get(dataset=draft, name="late")
    assert add(cast, draft, "publish").status_code == 302
    assert add(cast, draft, f"questions/{question.pk}", title="Later").status_code == 302
    assert Question.objects.get(pk=question.pk).title == "Later"
