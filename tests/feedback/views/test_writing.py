"""Writing on the labeling page, answer by answer. With hands and eyes: tests/browser/test_writing.py."""

import pytest

from feedback.actions.schema import change_question
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
