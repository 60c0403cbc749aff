"""Writing on the labeling page, answer by answer. With hands and eyes: tests/browser/test_writing.py."""

import pytest

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
