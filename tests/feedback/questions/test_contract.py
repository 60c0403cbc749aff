"""What all kinds of question owe. A new kind is found by its file; these tests find the kind."""

import json
from contextlib import suppress

import pytest
from django.http import QueryDict
from django.template.loader import get_template

from core.errors import Invalid
from feedback.questions import from_wire, kinds
from feedback.questions.meaning import MEANINGS

kinds.load()
every_kind = pytest.mark.parametrize("kind", list(kinds), ids=lambda kind: kind.name)


def example(kind):
    return kind(kind.example.settings), kind.example


def form(values):
    """A form body as a browser posts it."""
    posted = QueryDict(mutable=True)
    for name, value in values.items():
        posted.setlist(name, value if isinstance(value, list) else [value])
    return posted


def test_the_kinds_we_came_with_are_found_in_their_order():
    ours = [
        "text",
        "ranking",
        "rating",
        "rating_each",
        "label_selection",
        "multi_label_selection",
        "span",
    ]
    assert [kind.name for kind in kinds if kind.name in ours] == ours


@every_kind
def test_it_accepts_its_own_answers(kind):
    question, its = example(kind)
    for answer in its.answers:
        assert question.clean(answer, its.item) == answer


@every_kind
def test_it_accepts_its_own_answers_as_drafts(kind):
    question, its = example(kind)
    for answer in its.answers:
        assert question.clean(answer, its.item, final=False) == answer


@every_kind
def test_it_refuses_its_own_mistakes_with_a_sentence(kind):
    question, its = example(kind)
    assert its.mistakes
    for mistake in its.mistakes:
        with pytest.raises(Invalid) as refused:
            question.clean(mistake, its.item)
        assert str(refused.value).endswith(".")


@every_kind
def test_nothing_at_all_is_no_answer_even_in_a_draft(kind):
    question, its = example(kind)
    for nothing in (None, 1.5, object()):
        with pytest.raises(Invalid):
            question.clean(nothing, its.item, final=False)


@every_kind
def test_what_is_stored_is_json_and_cleaning_it_again_changes_nothing(kind):
    question, its = example(kind)
    for answer in its.answers:
        stored = question.clean(answer, its.item)
        assert question.clean(json.loads(json.dumps(stored)), its.item) == stored


@every_kind
def test_the_wire_form_is_accepted_and_comes_back_equal(kind):
    question, its = example(kind)
    for answer in its.answers:
        stored = question.clean(answer, its.item)
        sent = json.loads(json.dumps(question.wire(stored)))
        assert question.wire(question.clean(sent, its.item)) == sent
    assert question.wire(question.clean(its.answers[0], its.item)) == its.wire


@every_kind
def test_what_a_labeler_gets_comes_back_equal(kind):
    question, its = example(kind)
    for answer in its.answers:
        stored = question.clean(answer, its.item)
        sent = question.wire_for_labeler(stored, its.item)
        returned = question.clean(question.from_labeler(sent, its.item), its.item)
        assert question.wire_for_labeler(returned, its.item) == sent


@every_kind
def test_it_reads_its_own_form(kind):
    question, its = example(kind)
    value = question.read(form(its.posted), "quality", its.item)
    assert question.clean(value, its.item) == its.answers[0]


@every_kind
def test_a_blank_form_is_no_answer(kind):
    question, its = example(kind)
    assert question.read(form({}), "quality", its.item) is None
    assert question.read(form(dict.fromkeys(its.posted, "")), "elsewhere", its.item) is None


@every_kind
def test_a_forged_form_is_refused_and_breaks_nothing(kind):
    question, its = example(kind)
    for junk in ("\0", "-1", "9" * 5000, "٣٣٣", "1e3", "<b>", "None"):
        value = question.read(form(dict.fromkeys(its.posted, junk)), "quality", its.item)
        with suppress(Invalid):
            assert question.clean(value, its.item) == junk, "Only a text can be anything."


@every_kind
def test_settings_that_nobody_knows_are_refused(kind):
    with pytest.raises(Invalid):
        kind({**kind.example.settings, "surprise": 1})


@every_kind
def test_settings_of_another_type_are_refused(kind):
    with pytest.raises(Invalid):
        kind({**kind.example.settings, "type": "another"})
    with pytest.raises(Invalid):
        kind({key: value for key, value in kind.example.settings.items() if key != "type"})


@every_kind
def test_settings_survive_the_wire(kind):
    question, _ = example(kind)
    sent = json.loads(json.dumps(question.wire_settings()))
    assert from_wire(sent).settings == question.settings
    assert sent.get("kind", sent["type"]) == kind.name


@every_kind
def test_keys_that_a_client_invents_are_dropped_from_settings(kind):
    question, _ = example(kind)
    assert from_wire({**question.wire_settings(), "surprise": 1}).settings == question.settings


@every_kind
def test_stored_settings_make_the_same_question_again(kind):
    question, _ = example(kind)
    stored = json.loads(json.dumps(question.settings.model_dump()))
    assert kind(stored).settings == question.settings


@every_kind
def test_a_patch_keeps_the_type(kind):
    question, _ = example(kind)
    for patch in ({}, {"type": None}, {"type": "another"}):
        with pytest.raises(Invalid) as refused:
            question.changed(patch)
        assert "type" in refused.value.errors


@every_kind
def test_a_patch_that_says_what_is_there_changes_nothing(kind):
    question, _ = example(kind)
    assert kind(question.changed({"type": kind.name})).settings == question.settings
    assert kind(question.changed(question.wire_settings())).settings == question.settings


@every_kind
def test_distance_is_zero_to_itself_and_the_same_in_both_directions(kind):
    question, its = example(kind)
    if question.distance is None:
        assert question.text(its.answers[0]) is not None, "Only free text cannot be compared."
        return
    for one in its.answers:
        assert question.distance(one, one) == 0
        for other in its.answers:
            assert question.distance(one, other) == question.distance(other, one) >= 0
    assert question.distance(its.answers[0], its.answers[1]) > 0


@every_kind
def test_an_answer_means_something(kind):
    question, its = example(kind)
    for answer in its.answers:
        assert [getattr(question, meaning)(answer) for meaning in MEANINGS].count(None) == len(MEANINGS) - 1


@every_kind
def test_what_is_said_beside_tiers_is_about_the_same_ids(kind):
    question, its = example(kind)
    for answer in its.answers:
        tiers = question.tiers(answer) or []
        ids = {one for tier in tiers for one in tier}
        scores, strengths, better = (
            question.scores(answer),
            question.strengths(answer),
            question.better(answer),
        )
        assert len(strengths) in (0, len(tiers) - 1)
        assert all(0 <= one <= 1 for one in strengths)
        assert scores.keys() in (set(), ids)
        assert all(question.flags(answer).values())
        assert better is None or (better[0] and (better[1] is None or better[1] in ids))
        if scores:
            least, most = question.scale
            assert all(least <= one <= most for one in scores.values())
            assert [len({scores[one] for one in tier}) for tier in tiers] == [1] * len(tiers)


@every_kind
@pytest.mark.parametrize("partial", ["ask", "show"])
def test_it_has_a_template_to_ask_and_to_show(kind, partial):
    question, _ = example(kind)
    assert get_template(f"{question.template}#{partial}")


@pytest.mark.parametrize("kind", [kind for kind in kinds if isinstance(kind.example.wire, list)])
def test_scores_of_a_suggestion_stay_beside_what_they_score(kind):
    question, its = example(kind)
    sent = its.wire[::-1]
    scores = [n / 10 for n in range(len(sent))]
    answer = question.clean(sent, its.item, final=False)
    aligned = question.align(sent, answer, scores)
    before = dict(zip(map(str, sent), scores, strict=True))
    assert dict(zip(map(str, question.wire(answer)), aligned, strict=True)) == before
