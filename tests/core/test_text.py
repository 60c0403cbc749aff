"""What can be stored, and what is refused before the database would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.text import DEEPEST, brief, check_json, check_text

HUGE = pytest.param(10**5000, id="more digits than Python writes out")
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("aé🕳"),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text("aé"), part, max_size=3),
)


@given(json_values)
def test_json_can_be_stored(value):
    assert check_json(value) is None


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "a\udfff", "\udc00\ud800"])
def test_text_that_no_database_takes_is_refused(text):
    for check, value in ((check_text, text), (check_json, {"a": [text]}), (check_json, {text: 1})):
        with pytest.raises(Invalid, match="Remove it"):
            check(value)


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), {1: 2}, {"a": {2}}, b"bytes"])
def test_what_is_no_json_is_refused(value):
    with pytest.raises(Invalid):
        check_json([value])


def test_nesting_without_end_is_refused_before_python_gives_up():
    value = []
    for _ in range(DEEPEST - 1):
        value = [value]
    assert check_json(value) is None
    for _ in range(5000):
        value = [value]
    with pytest.raises(Invalid, match="100 levels"):
        check_json(value)


@pytest.mark.parametrize("value", ["x" * 10_000, HUGE, ["x"] * 1000, {}])
def test_a_quotation_is_short(value):
    assert 0 < len(brief(value)) <= 100
