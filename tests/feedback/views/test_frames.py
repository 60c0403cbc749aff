"""Frames of custom fields: who gets them, what stands in them, and what they may do."""

import json
import re

import pytest

from feedback.actions.schema import add_metadata_property
from tests import make

SIMPLE = "<p>{{record.fields.card.title}}</p>{{#each record.metadata}}{{@key}};{{/each}}"
ADVANCED = "<p id='p'></p><script>p.textContent = record.fields.card.title</script>"


def dataset(cast, template, *, advanced=False, **given):
    card = {"type": "custom", "template": template, "advanced_mode": advanced}
    fields = {"prompt": {"type": "text"}, "card": card, "answers": {"type": "candidates"}}
    return make.dataset(cast.workspace, fields=fields, questions={"comment": {"type": "text"}}, **given)


def record(dataset, card, **given):
    answers = [{"id": "m1", "model": "secret-model", "text": "One"}]
    return make.record(dataset, fields={"prompt": "Look.", "card": card, "answers": answers}, **given)


def frame(cast, who, record, field="card"):
    return cast.pages(who).get(f"/acme/records/{record.pk}/frame?field={field}")


def policy(response):
    parts = (part.split() for part in response["Content-Security-Policy"].split(";") if part.strip())
    return {name: values for name, *values in parts}


def test_a_frame_has_no_origin_and_may_load_and_reach_nothing_of_ours(cast):
    response = frame(cast, cast.ben, record(dataset(cast, SIMPLE), {"title": "A well"}))
    found = policy(response)
    assert found["sandbox"] == ["allow-scripts"]
    assert found["default-src"] == ["'none'"]
    assert found["connect-src"] == ["data:", "blob:"]
    assert found["form-action"] == found["base-uri"] == ["'none'"]
    assert found["frame-ancestors"] == ["'self'"]
    assert not any("'self'" in found[name] for name in found.keys() - {"frame-ancestors"})
    assert "X-Frame-Options" not in response
    assert response["Referrer-Policy"] == "no-referrer"
    assert "<p>A well</p>" in response.content.decode()


def test_pages_that_show_records_take_pictures_and_frames_and_others_do_not(cast):
    made = dataset(cast, SIMPLE)
    one = record(made, {})
    for who, page in (
        (cast.ben, f"/acme/datasets/{made.pk}/label"),
        (cast.max, f"/acme/datasets/{made.pk}/records/{one.pk}/"),
        (cast.max, f"/acme/datasets/{made.pk}/"),
    ):
        found = policy(cast.pages(who).get(page))
        assert {"'self'", "data:", "https:", "http:"} == set(found["img-src"])
        assert found["frame-src"] == ["'self'"]
        assert found["script-src"] == ["'self'"]
        assert found["frame-ancestors"] == ["'none'"]
    found = policy(cast.pages(cast.max).get(f"/acme/datasets/{made.pk}/settings"))
    assert set(found["img-src"]) == {"'self'", "data:"}
    assert "frame-src" not in found


@pytest.mark.parametrize("who", ["ben", "max"])
def test_scripts_get_what_a_labeler_may_have_whoever_looks(cast, who):
    made = dataset(cast, ADVANCED, advanced=True)
    add_metadata_property(made, name="seen", title="Seen", settings={"type": "terms"})
    add_metadata_property(
        made, name="hidden", title="Hidden", settings={"type": "terms"}, visible_for_annotators=False
    )
    one = record(made, {"title": "</script><b>"}, metadata={"seen": "yes", "hidden": "no", "loose": "no"})
    page = frame(cast, getattr(cast, who), one).content.decode()
    assert "secret-model" not in page
    assert "m1" not in page
    assert page.count("</script>") == 3  # ours, the template's, ours: none from the record
    given = json.loads(re.search(r"const record = (.*?);</script>", page)[1])
    assert given == {
        "id": str(one.pk),
        "fields": {
            "prompt": "Look.",
            "card": {"title": "</script><b>"},
            "answers": {"candidates": [{"letter": "A", "text": "One"}]},
        },
        "metadata": {"seen": "yes"},
    }


def test_in_the_simple_mode_only_what_is_shown_leaves_the_server(cast):
    page = frame(
        cast, cast.ben, record(dataset(cast, SIMPLE), {"title": "A", "model": "hush"})
    ).content.decode()
    assert "hush" not in page
    assert "const record" not in page


def test_a_mistake_in_a_template_stands_in_the_frame(cast):
    page = frame(cast, cast.ben, record(dataset(cast, "{{#each <b>}}"), {})).content.decode()
    assert "Line 1 of the template" in page
    assert "<b>" not in page


@pytest.mark.parametrize("field", ["", "prompt", "answers", "unheard-of"])
def test_only_custom_fields_have_frames(cast, field):
    assert frame(cast, cast.ben, record(dataset(cast, SIMPLE), {}), field).status_code == 404


def test_a_record_that_lacks_the_field_has_no_frame(cast):
    made = dataset(cast, SIMPLE)
    assert frame(cast, cast.ben, make.record(made, fields={"prompt": "Only this."})).status_code == 404


def test_the_labeling_page_points_to_the_frame_and_names_it(cast):
    made = dataset(cast, SIMPLE)
    one = record(made, {"title": "A well"})
    page = cast.pages(cast.ben).get(f"/acme/datasets/{made.pk}/label").content.decode()
    assert f'src="/acme/records/{one.pk}/frame?field=card"' in page
    assert 'sandbox="allow-scripts"' in page
    assert "A well" not in page


def test_a_template_is_tried_before_it_is_saved(cast):
    made = dataset(cast, SIMPLE, published=False)

    def tried(**sent):
        response = cast.pages(cast.max).post(f"/acme/datasets/{made.pk}/fields/try?kind=custom", sent)
        assert policy(response)["sandbox"] == ["allow-scripts"]
        return response.content.decode()

    template = "<i>{{record.fields.my_card.a}}</i>"
    assert "<i>7</i>" in tried(**{"title": "My card", "set-template": template, "sample": '{"a": 7}'})
    assert "no JSON" in tried(**{"set-template": template, "sample": "{"})
    assert "an object" in tried(**{"set-template": template, "sample": "[1]"})
    assert "Line 1" in tried(**{"set-template": "{{#if a}}", "sample": "{}"})
    advanced = {"set-template": "x", "set-advanced_mode": "on", "sample": '{"a": 7}'}
    assert '"custom": {"a": 7}' in tried(**advanced)
