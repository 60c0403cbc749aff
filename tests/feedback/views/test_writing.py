"""Writing on the labeling page, answer by answer. With hands and eyes: tests/browser/test_writing.py."""

import json

import pytest

from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.schema import change_question
from feedback.actions.suggestions import Given, suggest
from feedback.models import Response
from tests import make


@pytest.fixture
def dataset(cast):
    return make.dataset(
        cast.workspace,
        fields={"prompt": {"type": "text"}},
        questions={"reply": {"type": "text", "use_markdown": True}, "remark": {"type": "text"}},
    )


def test_a_text_is_previewed_as_markdown_and_nothing_of_it_runs(cast, dataset):
    page = cast.pages(cast.ben)
    text = "**Water**\r\n<script>alert(1)</script>"
    shown = page.post(f"/acme/datasets/{dataset.pk}/preview", {"text": text}).content.decode()
    assert "<strong>Water</strong>" in shown
    assert "<script" not in shown


def test_only_texts_that_are_markdown_have_a_preview(cast, dataset):
    make.record(dataset, fields={"prompt": "Why?"})
    shown = cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/label").content.decode()
    assert 'data-of="q-reply-text"' in shown
    assert 'data-of="q-remark-text"' not in shown


KEPT = "=== Refusal ===\r\nI cannot help with that.\r\n\r\nBut …\r\n\r\n=== Sources ===\r\nSources:\r\n"
SNIPPETS = [
    {"name": "Refusal", "text": "I cannot help with that.\n\nBut …"},
    {"name": "Sources", "text": "Sources:"},
]


def test_a_manager_keeps_texts_to_insert(cast, dataset):
    page, question = cast.pages(cast.max), dataset.questions.get(name="reply")
    address = f"/acme/datasets/{dataset.pk}/questions/{question.pk}"
    sent = {"title": "Reply", "required": "on", "set-use_markdown": "on"}
    assert page.post(address, {**sent, "set-snippets": KEPT}).status_code == 302
    question.refresh_from_db()
    assert question.settings["snippets"] == SNIPPETS
    assert "=== Refusal ===\nI cannot help with that." in page.get(address).content.decode()
    refused = page.post(address, {**sent, "set-snippets": "I cannot help with that."})
    assert refused.status_code == 422
    assert "names the text" in refused.content.decode()
    question.refresh_from_db()
    assert question.settings["snippets"] == SNIPPETS


def test_the_texts_to_insert_stand_on_the_labeling_page(cast, dataset):
    make.record(dataset, fields={"prompt": "Why?"})
    question = dataset.questions.get(name="remark")
    change_question(question, settings={"type": "text", "snippets": SNIPPETS})
    shown = cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/label").content.decode()
    assert 'data-snippet="I cannot help with that.\n\nBut …"' in shown
    assert 'id="q-reply-snippets"' not in shown


@pytest.fixture
def suggested(cast, dataset):
    record = make.record(dataset, fields={"prompt": "What is a well?"})
    propose(record, "A well is a hole.", "model-1")
    return record


def propose(record, value, agent):
    question = record.dataset.questions.get(name="reply")
    suggest(record, Given(question.pk, value, agent=agent))


def answer(cast, record, act, text, **more):
    page = cast.pages(cast.ben)
    assert page.post(f"/acme/records/{record.pk}/{act}", {"reply": text, **more}).status_code in {200, 302}
    return Response.objects.get()


def review(cast, record):
    page = cast.pages(cast.max).get(f"/acme/datasets/{record.dataset_id}/records/{record.pk}/")
    return " ".join(page.content.decode().split())


def test_what_was_suggested_is_kept_with_the_answer_and_compared_with_it(cast, suggested):
    answer(cast, suggested, "draft", "A well")
    propose(suggested, "Something else.", "model-2")
    response = answer(cast, suggested, "submit", "A well is a deep hole.", revision="1")
    kept = {"reply": {"value": "A well is a hole.", "agent": "model-1"}}
    assert response.presentation["suggested"] == kept
    assert "A well is a <ins>deep </ins>hole." in review(cast, suggested)


def test_what_was_suggested_stays_when_the_suggestion_is_gone(cast, suggested):
    answer(cast, suggested, "submit", "A well is water.")
    suggested.suggestions.all().delete()
    response = answer(cast, suggested, "submit", "A well is <b>wet</b>.")
    assert response.presentation["suggested"]["reply"]["agent"] == "model-1"
    shown = review(cast, suggested)
    assert "<del>" in shown
    assert "<b>wet</b>" not in shown


def test_an_answer_as_it_was_suggested_is_called_so(cast, suggested):
    answer(cast, suggested, "submit", "A well is a hole.")
    assert "As it was suggested by <bdi>model-1</bdi>" in review(cast, suggested)


def test_nothing_suggested_keeps_nothing(cast, dataset):
    record = make.record(dataset, fields={"prompt": "Why?"})
    assert "suggested" not in answer(cast, record, "submit", "So.").presentation


def test_what_was_suggested_is_exported(cast, suggested):
    response = answer(cast, suggested, "submit", "A well is a hole.")
    job = start_export(suggested.dataset, format="records", options={}, by=None)
    run_export(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    with job.result.open("rb") as file:
        (row,) = map(json.loads, file)
    assert row["responses"][0]["presentation"] == response.presentation
