"""Templates of custom fields: what authors know from Handlebars, filled in on the server and escaped."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.handlebars import Mistake, render

RECORD = {
    "fields": {
        "card": {
            "title": "A <well> & 'co'",
            "parts": ["shaft", "bucket"],
            "odd name": 3,
            "none": None,
            "list": [],
        },
        "url": "https://example.org/?a=b",
    },
    "metadata": {"depth": 12.0, "lined": True, "share": 0.5},
}


def shown(template):
    return render(template, {"record": RECORD}, {"json": str})


@pytest.mark.parametrize(
    ("template", "html"),
    [
        ("{{record.fields.card.title}}", "A &lt;well&gt; &amp; &#x27;co&#x27;"),
        ("{{{record.fields.card.title}}}|{{& record.fields.card.title}}", "A <well> & 'co'|A <well> & 'co'"),
        ('<a href="{{record.fields.url}}">', '<a href="https://example.org/?a&#x3D;b">'),
        ("{{record.fields.card.[odd name]}} {{record/fields/url.length}}", "3 24"),
        ("{{record.none.at.all}}{{record.fields.card.none}}", ""),
        ("{{record.metadata.depth}} {{record.metadata.lined}} {{record.metadata.share}}", "12 true 0.5"),
        ("{{record.fields.card.parts.1}} {{record.fields.card.parts.9}}", "bucket "),
        ("{{record.fields.card.parts}}", "[&quot;shaft&quot;, &quot;bucket&quot;]"),
        ("{{#each record.metadata}}{{@key}}={{this}};{{/each}}", "depth=12;lined=true;share=0.5;"),
        (
            "{{#each record.fields.card.parts}}{{@index}}{{.}}{{#unless @last}}, {{/unless}}{{/each}}",
            "0shaft, 1bucket",
        ),
        ("{{#each record.fields.card.parts as |part at|}}{{at}}{{part}} {{/each}}", "0shaft 1bucket "),
        ("{{#each record.fields.card.list}}x{{else}}none{{/each}}", "none"),
        ("{{#each record.none}}x{{/each}}", ""),
        ("{{#if record.none}}a{{else if record.metadata}}b{{else}}c{{/if}}d", "bd"),
        ("{{#if record.fields.card.list}}full{{else}}empty{{/if}}", "empty"),
        ("{{#unless record.none}}a{{else}}b{{/unless}}", "a"),
        (
            "{{#with record.fields.card}}{{odd}}{{../record.metadata.lined}}{{@root.record.fields.url.length}}"
            "{{/with}}",
            "true24",
        ),
        (
            "{{#record.fields.card}}{{title.length}}{{/record.fields.card}}{{^record.none}}no{{/record.none}}",
            "15no",
        ),
        ("{{lookup record.metadata 'lined'}}{{#if (lookup record 'none')}}a{{/if}}", "true"),
        ("a{{! never }}{{!-- nor {{this}} --}}b", "ab"),
        ("a  {{~record.metadata.lined~}}  b", "atrueb"),
        ("\\{{as it is}}", "{{as it is}}"),
        ("body { color: red } }} {", "body { color: red } }} {"),
        ("", ""),
    ],
)
def test_what_authors_know_works(template, html):
    assert shown(template) == html


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("\n\n{{#each record.fields}}", "Line 3 of the template: {{#each}} is never closed"),
        ("{{#if a}}{{/each}}", "{{/each}} closes nothing that is open"),
        ("{{/if}}", "{{/if}} closes nothing"),
        ("{{else}}", "{{else}} stands in no block"),
        ("{{> part}}", "Partials"),
        ("{{#> part}}{{/part}}", "Partials"),
        ("{{shout record.fields.url}}", "There is no helper “shout”"),
        ("{{#shout record}}{{/shout}}", "There is no block “shout”"),
        ("{{}}", "nothing between the braces"),
        ("{{(lookup a}}", "not closed"),
        ("{{a)}}", "closed that is not open"),
        ("{{'a}}", "cannot be read"),
    ],
)
def test_a_mistake_is_said_with_its_line(template, sentence):
    with pytest.raises(Mistake, match=r"^Line ") as said:
        shown(template)
    assert sentence in str(said.value)


def test_what_a_helper_gets_is_escaped():
    made = render("{{json this}}", {"a": ["<script>"], "<b>": 1}, {"json": str})
    assert "<" not in made
    assert "&lt;script&gt;" in made


def test_a_template_cannot_keep_the_server_busy():
    many = list(range(1000))
    with pytest.raises(Mistake, match="too much"):
        render("{{#each this}}{{#each @root}}{{.}}{{/each}}{{/each}}", many)
    with pytest.raises(Mistake, match="deep"):
        render("{{#if a}}" * 60 + "{{/if}}" * 60, {})
    with pytest.raises(Mistake, match="deep"):
        render("{{" + "(lookup a " * 60 + "}}", {})


@given(st.text(alphabet="{}#/^&!~ ()|\\'\"@.aeiflos-\n", max_size=60))
def test_any_text_is_a_template_or_a_mistake(text):
    with suppress(Mistake):
        render(text, {"a": [1], "e": {"l": 2}})


@given(st.recursive(st.text() | st.none() | st.integers() | st.booleans(), st.lists, max_leaves=5))
def test_no_value_writes_a_tag(value):
    assert "<" not in render("{{this}}{{#each this}}{{.}}{{/each}}", value)
