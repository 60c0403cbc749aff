"""The difference between a suggested text and what somebody made of it."""

from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.rewritten import MOST, Piece, count_words, rewritten

texts = st.text(st.sampled_from("ab .,\n\u0627\u0e01"), max_size=40)


@given(texts, texts)
def test_both_texts_can_be_read_from_it(before, after):
    pieces = rewritten(before, after)
    assert "".join(one.text for one in pieces if one.act != "new") == before
    assert "".join(one.text for one in pieces if one.act != "gone") == after


def test_words_that_changed_are_told_from_those_that_stayed():
    pieces = rewritten("A well is a hole.", "A well is a deep hole.")
    assert [one for one in pieces if one.act != "same"] == [Piece("new", "deep ")]
    assert (count_words(pieces, "new"), count_words(pieces, "gone")) == (1, 0)


def test_long_texts_are_compared_in_bounded_time():
    words = ["the", "well", "water", "deep", "and", "rope", "of"]
    before = " ".join(words[n * n % 7] + str(n % 50) * (n % 3 == 0) for n in range(MOST // 2))
    after = " ".join(words[(n * n + 1) % 7] + str(n % 49) * (n % 3 == 0) for n in range(MOST // 2))
    start = process_time()
    rewritten(before, after)
    rewritten(before * 20, after * 20)
    assert process_time() - start < 5
