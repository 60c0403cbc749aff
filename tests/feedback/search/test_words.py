"""What a word is, and how a query is read."""

import pytest

from feedback.search.text import read_text
from feedback.search.words import LONGEST, MOST_BYTES, MOST_TEXT, bounded, vector, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What is a Well?", ["what", "is", "a", "well"]),
        ("don't and/or foo_bar", ["don", "t", "and", "or", "foo", "bar"]),
        ("3.5 kg", ["3", "5", "kg"]),
        ("Straße ÉTÉ", ["straße", "été"]),
        ("كِتَاب جديد", ["كِتَاب", "جديد"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("東京都", ["東京", "京都", "都"]),
        ("東京tower", ["東京", "京", "tower"]),
        ("水", ["水"]),
        ("สวัสดี", ["สว", "วั", "ัส", "สด", "ดี", "ี"]),
        ("fine👍🏽ok ☕", ["fine", "👍", "ok", "☕"]),
        ("", []),
        ("?!…", []),
    ],
)
def test_text_is_cut_into_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_words_stay_within_what_postgresql_takes() -> None:
    assert len(words("x" * 10_000)[0]) == LONGEST
    many = bounded(["word " * 100_000, "behind"])
    assert sum(len(word) + 1 for field in many for word in field) <= MOST_TEXT
    assert many[1] == []


@pytest.mark.parametrize("sign", ["東", "İ", "🐦", "ﷺ", "a ", "\U00020000"])
def test_what_needs_no_cutting_is_within_it_whatever_its_signs_become(sign: str) -> None:
    text = sign * (MOST_TEXT // MOST_BYTES - 1)
    (found,) = bounded([text])
    assert found == words(text)
    assert sum(len(word.encode()) + 1 for word in found) <= MOST_TEXT


def test_a_vector_tells_fields_apart() -> None:
    assert vector([["a", "b"], ["a"]], 7) == "'#7' 'a':1A,4B 'b':2A"
    assert vector([[], [], [], ["x"]], 7) == "'#7' 'x':4D '3:x':4D"


DOCUMENT = [words("The quick brown fox, 東京都"), words("jumps over lazy dogs")]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("quick", True),
        ("QUICK", True),
        ("quick lazy", True),
        ("quick + lazy", True),
        ("quick cat", False),
        ("quick | cat", True),
        ("cat | mouse", False),
        ("quick -lazy", False),
        ("quick -cat", True),
        ("-cat", True),
        ("-quick", False),
        ("--quick", True),
        ('"quick brown"', True),
        ('"brown quick"', False),
        ('"fox jumps"', False),
        ('"quick brown"~3', True),
        ("qui*", True),
        ("uick*", False),
        ("quick~1", True),
        ("(cat | quick) lazy", True),
        ("(cat | mouse) lazy", False),
        ("-(cat | mouse) lazy", True),
        ("cat | quick lazy", True),
        ("東京", True),
        ("京都", True),
        ("都", True),
        ("京", True),
        ("東", True),
        ("東都", False),
        ("quick-brown", True),
        ("quick\\-brown", True),
        ("?!", False),
        ("quick ?!", True),
        ("((((quick", True),
        ("quick))) lazy", True),
        ('"quick', True),
        ("quick \\", True),
        ("| quick |", True),
        ("-", False),
    ],
)
def test_operators_hold_as_in_a_simple_query_string(query: str, holds: bool) -> None:
    node = read_text(query)
    assert node is not None
    assert node.holds(DOCUMENT) is holds


@pytest.mark.parametrize("query", ["", "   ", "*", "* *"])
def test_nothing_and_a_star_ask_for_everything(query: str) -> None:
    assert read_text(query) is None


def test_what_is_too_long_or_too_deep_does_not_fail() -> None:
    assert read_text("(" * 10_000 + "quick" + ")" * 10_000) is not None
    node = read_text("quick " * 10_000)
    assert node is not None
    assert node.holds(DOCUMENT)
