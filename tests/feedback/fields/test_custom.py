"""Custom fields: an object, and what its template makes of it."""

import pytest

from feedback.fields import from_wire, kinds

kinds.load()


def custom(template, *, advanced=False):
    return kinds["custom"]({"type": "custom", "template": template, "advanced_mode": advanced})


def record(value):
    return {"id": "1", "fields": {"card": value}, "metadata": {}}


def test_the_template_is_filled_in_and_what_is_filled_in_is_escaped():
    framed = custom("<b>{{record.fields.card.title}}</b>").framed(record({"title": "<i>A well</i>"}))
    assert (framed.html, framed.record, framed.problem) == ("<b>&lt;i&gt;A well&lt;/i&gt;</b>", None, "")


def test_json_is_written_out_for_looking():
    framed = custom("{{json record.fields.card}}").framed(record({"a": ["</pre><script>"]}))
    assert framed.html == '<pre>{\n    "a": [\n        "&lt;/pre&gt;&lt;script&gt;"\n    ]\n}</pre>'


def test_in_the_simple_mode_scripts_do_not_get_the_record():
    assert custom("{{record.fields.card.a}}").framed(record({"a": 1, "model": "secret"})).record is None


def test_in_the_advanced_mode_the_template_is_left_alone():
    framed = custom("{{record.x}}<script>show(record)</script>", advanced=True).framed(record({"a": 1}))
    assert (framed.html, framed.record) == ("{{record.x}}<script>show(record)</script>", record({"a": 1}))


def test_a_mistake_in_the_template_is_told():
    assert custom("{{#if a}}").framed(record({})).problem.startswith("Line 1 of the template:")


def test_all_texts_in_it_are_found():
    assert (
        custom("").plain({"title": "A well", "parts": ["shaft", {"of": "brick"}, 3, None]})
        == "A well\nshaft\nbrick"
    )


@pytest.mark.parametrize(
    ("extra", "name"), [({}, "custom"), ({"kind": None}, "custom"), ({"kind": "candidates"}, "candidates")]
)
def test_answers_to_rank_travel_beside_it_under_their_own_name(extra, name):
    assert from_wire({"type": "custom", "template": "", **extra}).name == name


def test_the_template_that_answers_travel_with_shows_them():
    settings = kinds["candidates"]({"type": "candidates"}).wire_settings()
    answers = {"candidates": [{"id": "1", "text": "One <b>"}, {"id": "2", "text": "Two"}]}
    html = custom(settings["template"]).framed(record(answers)).html
    assert html == "<p>One &lt;b&gt;</p><p>Two</p>"
