"""Datasets in the admin: set up with forms that nobody needs JSON for, changed, published, deleted."""

from typing import Any

from django.test import Client

from accounts.access import Verb
from feedback.actions.datasets import remove_dataset
from feedback.actions.responses import discard_response
from feedback.models import Dataset, Record
from tests import make
from tests.cast import Cast

ADD = "/admin/feedback/dataset/add/"
RATING = {
    "type": "rating",
    "settings-rating-options": "1\n2\n3",
    "settings-rating-words": "1 | bad\n3 | good",
}
LABELS = {"type": "label_selection", "settings-label_selection-options": "Yes\nno | No | It does not."}
RANKING = {"type": "ranking", "settings-ranking-field": "answers"}


def form(*, fields: Any = (), questions: Any = (), metadata: Any = (), **main: Any) -> dict[str, Any]:
    """What the browser posts: the dataset and its parts, each with name, title and what it says itself."""
    posted = {"guidelines": "", "min_submitted": "1", "allow_extra_metadata": "on", **main}
    for prefix, parts in (("fields", fields), ("questions", questions), ("metadata_properties", metadata)):
        kept = sum(1 for part in parts if "id" in part)
        posted |= {f"{prefix}-TOTAL_FORMS": len(parts), f"{prefix}-INITIAL_FORMS": kept}
        for number, part in enumerate(parts):
            for name, value in {"title": part.get("name", ""), **part}.items():
                posted[f"{prefix}-{number}-{name}"] = value
    return posted


def whole(cast: Cast, **changes: Any) -> dict[str, Any]:
    parts = {
        "fields": [
            {"name": "prompt", "type": "text", "required": "on"},
            {"name": "answers", "type": "candidates"},
        ],
        "questions": [
            {"name": "best", "required": "on", **RANKING},
            {"name": "quality", **RATING},
            {"name": "fine", **LABELS},
        ],
        "metadata": [{"name": "topic", "type": "terms", "settings-terms-values": "law\nmath"}],
        "name": "Wells",
        "workspace": str(cast.workspace.pk),
    }
    return form(**{**parts, **changes})


def test_a_manager_sets_a_whole_dataset_up(cast: Cast) -> None:
    answer = cast.pages(cast.max).post(ADD, whole(cast))
    assert answer.status_code == 302, answer.context["errors"]
    dataset = Dataset.objects.get()
    assert (dataset.name, dataset.organization, dataset.guidelines_versions.get().author) == (
        "Wells",
        cast.acme,
        cast.max,
    )
    assert {one.name: one.type for one in dataset.fields.all()} == {"prompt": "text", "answers": "candidates"}
    best, quality, fine = dataset.questions.all()
    assert best.settings["field"] == "answers"
    assert quality.settings["options"] == [{"value": 1}, {"value": 2}, {"value": 3}]
    assert quality.settings["words"] == {"1": "bad", "3": "good"}
    assert [(one["value"], one["text"]) for one in fine.settings["options"]] == [("Yes", "Yes"), ("no", "No")]
    assert dataset.metadata_properties.get().settings["values"] == ["law", "math"]
    assert cast.pages(cast.max).get(f"/admin/feedback/dataset/{dataset.pk}/change/").status_code == 200


def test_texts_to_insert_are_kept_in_the_admin_and_shown_again(cast: Cast) -> None:
    kept = "=== Refusal ===\nI cannot help.\n\nBut …\n\n=== Sources ===\nSources:"
    writing = {"name": "reply", "type": "text", "required": "on", "settings-text-snippets": kept}
    answer = cast.pages(cast.max).post(ADD, whole(cast, questions=[writing]))
    assert answer.status_code == 302, answer.context["errors"]
    dataset = Dataset.objects.get()
    snippets = dataset.questions.get().settings["snippets"]
    assert [one["text"] for one in snippets] == ["I cannot help.\n\nBut …", "Sources:"]
    page = cast.pages(cast.max).get(f"/admin/feedback/dataset/{dataset.pk}/change/").content.decode()
    assert kept in page
    nameless = {**writing, "settings-text-snippets": "I cannot help."}
    assert cast.pages(cast.max).post(ADD, whole(cast, questions=[nameless], name="Other")).status_code == 422
    assert Dataset.objects.count() == 1


def test_what_is_wrong_is_said_beside_its_question_and_nothing_is_written(cast: Cast) -> None:
    for question, sentence in (
        ({"type": "rating", "settings-rating-options": "1\nmany"}, "Options, line 2: "),
        ({"type": "rating", "settings-rating-options": "1\n1"}, "one is there twice"),
        ({"type": "ranking", "settings-ranking-field": "nowhere"}, "There is no field"),
        ({"type": "rating", "settings-json": "{"}, "This is no JSON"),
        ({"type": "rating", "settings-json": "[]"}, "an object of JSON"),
        ({"type": "rating", "settings-json": '{"options": 3}'}, "list"),
        ({"type": "no such kind"}, "valid choice"),
        ({"type": "label_selection", "settings-label_selection-options": ""}, "required"),
    ):
        answer = cast.pages(cast.ana).post(
            ADD, whole(cast, questions=[{"name": "one", "required": "on", **question}])
        )
        assert answer.status_code == 422, question
        assert sentence in answer.content.decode().replace("&#x27;", "'"), question
        assert not Dataset.objects.exists()


def test_a_taken_name_is_refused_in_the_form(cast: Cast) -> None:
    make.dataset(cast.workspace, "Wells")
    answer = cast.pages(cast.ana).post(ADD, whole(cast))
    assert answer.status_code == 422
    assert "Wells" in answer.content.decode()
    assert Dataset.objects.count() == 1


def test_a_foreign_workspace_cannot_be_chosen(cast: Cast) -> None:
    closed = make.workspace(cast.acme, "closed")
    for who, place in (
        (cast.max, cast.rival_workspace),
        (cast.max, closed),
        (cast.ana, cast.rival_workspace),
    ):
        answer = cast.pages(who).post(ADD, whole(cast, workspace=str(place.pk)))
        assert answer.status_code == 422
    assert not Dataset.objects.exists()


def change(client: Client, dataset: Dataset, **given: Any) -> Any:
    fields = [
        {"id": str(one.pk), "dataset": str(dataset.pk), "title": one.title} for one in dataset.fields.all()
    ]
    questions = given.pop("questions", ())
    main = {"name": dataset.name, **given}
    return client.post(
        f"/admin/feedback/dataset/{dataset.pk}/change/", form(fields=fields, questions=questions, **main)
    )


def kept(question: Any, **given: Any) -> dict[str, Any]:
    return {"id": str(question.pk), "dataset": str(question.dataset_id), "title": question.title, **given}


def test_titles_words_and_guidelines_change_after_publishing(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    ranking, quality, comment = dataset.questions.all()
    words = {"title": "How good?", "settings-rating-words": "5 | best", "settings-rating-options": "1\n2"}
    questions = [kept(ranking), kept(quality, **words), kept(comment)]
    answer = change(
        cast.pages(cast.max), dataset, questions=questions, guidelines="Read twice.", min_submitted="3"
    )
    assert answer.status_code == 302, answer.context["errors"]
    dataset.refresh_from_db()
    quality.refresh_from_db()
    assert (dataset.guidelines, dataset.guidelines_version, dataset.min_submitted) == ("Read twice.", 2, 3)
    assert (quality.title, quality.settings["words"], len(quality.settings["options"])) == (
        "How good?",
        {"5": "best"},
        5,
    )


def test_parts_leave_a_draft_in_the_right_order_and_a_published_dataset_not_at_all(cast: Cast) -> None:
    draft, published = make.dataset(cast.workspace, published=False), make.dataset(cast.workspace)
    for dataset, left in ((draft, 0), (published, 3)):
        questions = [kept(one, DELETE="on") for one in dataset.questions.all()]
        fields = [
            {"id": str(one.pk), "dataset": str(dataset.pk), "title": one.title, "DELETE": "on"}
            for one in dataset.fields.all()
        ]
        posted = form(fields=fields, questions=questions, name=dataset.name)
        cast.pages(cast.ana).post(f"/admin/feedback/dataset/{dataset.pk}/change/", posted)
        assert dataset.questions.count() == left
        assert dataset.fields.exists() == bool(left)


def test_a_part_of_another_dataset_cannot_be_changed_along(cast: Cast) -> None:
    mine, theirs = make.dataset(cast.workspace), make.dataset(cast.rival_workspace)
    foreign = theirs.questions.first()
    assert foreign is not None
    answer = change(cast.pages(cast.ana), mine, questions=[kept(foreign, title="Taken over")])
    assert answer.status_code in (404, 422)
    foreign.refresh_from_db()
    assert foreign.title != "Taken over"


def act(client: Client, action: str, *datasets: Dataset, **more: Any) -> Any:
    posted = {
        "action": action,
        "confirmed": "yes",
        "_selected_action": [str(one.pk) for one in datasets],
        **more,
    }
    return client.post("/admin/feedback/dataset/", posted, follow=True)


def test_publishing_says_of_each_dataset_what_became_of_it(cast: Cast) -> None:
    good, empty = (
        make.dataset(cast.workspace, published=False),
        make.dataset(cast.workspace, published=False, questions={}),
    )
    foreign = make.dataset(cast.rival_workspace, published=False)
    text = act(cast.pages(cast.max), "publish", good, empty, foreign).content.decode()
    assert f"{good.name} is published." in text
    assert f"{empty.name}: A dataset needs at least one required question" in text
    assert foreign.name not in text
    assert {one.pk for one in Dataset.objects.filter(status="ready")} == {good.pk}


def test_deleting_asks_first_and_takes_everything_below(cast: Cast) -> None:
    dataset, foreign = make.dataset(cast.workspace), make.dataset(cast.rival_workspace)
    make.response(make.record(dataset), cast.ben)
    client = cast.pages(cast.max)
    assert "Are you sure" in act(client, "delete_selected", dataset).content.decode()
    assert Dataset.objects.filter(pk=dataset.pk).exists()
    act(client, "delete_selected", dataset, foreign, post="yes")
    assert set(Dataset.objects.all()) == {foreign}
    assert not Record.objects.allowing(Verb.VIEW, cast.ana).exists()
    remove_dataset(Dataset._base_manager.get(pk=dataset.pk))
    assert not Record.objects.exists()


def test_records_are_found_by_the_beginning_of_their_external_id_and_deleted(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    first, second = make.record(dataset, external_id="abc-1"), make.record(dataset, external_id="xyz")
    make.response(first, cast.ben)
    client, address = cast.pages(cast.max), f"/admin/feedback/record/?dataset__id__exact={dataset.pk}"
    for sought, found in (("abc", {first}), (str(second.pk), {second}), ("nothing", set())):
        assert set(client.get(f"{address}&q={sought}").context["cl"].result_list) == found
    page = client.get(f"/admin/feedback/record/{first.pk}/change/").content.decode()
    assert "Answer 2 to" in page
    assert "m2 › m1 = m3" in page
    client.post(address, {"action": "delete_selected", "_selected_action": [str(first.pk)], "post": "yes"})
    client.post(f"/admin/feedback/record/{second.pk}/delete/", {"post": "yes"})
    dataset.count.refresh_from_db()
    assert (Record.objects.count(), dataset.count.records) == (0, 0)


def test_stopped_records_are_found_and_put_back(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    first, second = make.records(dataset, 2)
    discard_response(first, {}, by=cast.ben, reason="bad_prompt")
    client, address = cast.pages(cast.max), f"/admin/feedback/record/?dataset__id__exact={dataset.pk}"
    stopped = f"{address}&stopped=yes"
    assert set(client.get(stopped).context["cl"].result_list) == {first}
    assert set(client.get(address).context["cl"].result_list) == {first, second}
    chosen = {"action": "put_records_back", "_selected_action": [str(first.pk), str(second.pk)]}
    page = client.post(address, chosen, follow=True).content.decode()
    assert "Stopped records that are handed out again: 1." in page
    assert not client.get(stopped).context["cl"].result_list
