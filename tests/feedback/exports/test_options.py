"""The options of an export: what is offered, what is refused, and how a form shows them."""

from typing import Any

import pytest

from core.errors import Invalid
from feedback.exports import Kind, kinds
from feedback.exports.controls import Control, controls
from tests.feedback.exports.making import RANK, RATING, TEXT, shape


def refused(name: str, **options: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        kinds[name]().options(options, shape())
    return caught.value.errors


def suitable() -> list[Kind[Any]]:
    return [kind() for kind in kinds if kind().suits(shape())]


def named(name: str) -> dict[str, Control]:
    return {control.name: control for control in controls(kinds[name](), shape())}


def test_an_export_offers_what_suits_it() -> None:
    of = shape(
        {"prompt": "text", "messages": "chat", "answers": "candidates"},
        {"rank": RANK, "reply": TEXT, "quality": RATING, "second": RANK},
    )
    assert kinds["preference"]().offers(of) == {
        "question": ["rank", "second", "reply"],
        "prompt": ["prompt", "messages"],
    }
    assert kinds["ranked_answers"]().offers(of)["question"] == ["rank", "second"]
    assert kinds["prompt_completion"]().offers(of) == {
        "question": ["reply", "rank", "second", "quality"],
        "prompt": ["prompt", "messages"],
        "answer": ["messages"],
        "good": [],
        "bar_question": ["quality"],
    }
    assert kinds["records"]().offers(of) == {}


def test_a_dataset_may_not_suit_an_export() -> None:
    of = shape({"prompt": "text"}, {"quality": RATING})
    assert [kind.name for kind in kinds if kind().suits(of)] == ["records", "prompt_only", "soft_labels"]
    with pytest.raises(Invalid) as caught:
        kinds["preference"]().options({}, of)
    assert caught.value.errors.keys() == {"question"}


def test_options_have_defaults_and_blanks_are_none() -> None:
    options = kinds["preference"]().options({"threshold": "", "policy": None}, shape())
    assert options.model_dump() == {
        "prompt": [],
        "form": "conversational",
        "extra": True,
        "question": "rank",
        "better": "higher",
        "gap": 0.0,
        "places": "mean",
        "edited": True,
        "policy": "per_labeler",
        "threshold": 0.0,
        "pairs": "all",
        "most_pairs": None,
        "layout": "explicit",
        "margin": "none",
        "ties": "drop",
        "weight": False,
    }


def test_options_of_a_form_are_read() -> None:
    given = {"threshold": "0.5", "weight": "on", "extra": "false", "prompt": ["prompt"], "most_pairs": "3.0"}
    options = kinds["preference"]().options(given, shape())
    assert (options.threshold, options.weight, options.extra, options.most_pairs) == (0.5, True, False, 3)


def test_options_that_do_not_fit_are_named() -> None:
    assert refused("preference", policy="best", pairs="some", threshold=2).keys() == {
        "policy",
        "pairs",
        "threshold",
    }
    assert refused("preference", question="quality").keys() == {"question"}
    assert refused("preference", prompt=["prompt", "answers"]).keys() == {"prompt"}
    assert refused("prompt_completion", bar_question="rank").keys() == {"bar_question"}
    assert refused("prompt_completion", bar=float("nan")).keys() == {"bar"}
    assert refused("records", nothing=1).keys() == {"nothing"}
    assert "reply" in refused("prompt_completion", question="nothing")["question"]


def test_options_can_be_stored_and_used_again() -> None:
    for kind in suitable():
        options = kind.options({}, shape())
        assert kind.options(options.model_dump(mode="json"), shape()) == options


def test_a_form_has_a_control_for_each_option() -> None:
    shown = named("preference")
    assert shown["question"] == Control(
        name="question",
        title="What makes the pairs",
        description="A ranking, or a rating of each answer, puts the answers in order. Of a text, what a labeler "
        "wrote instead of the suggested text is chosen, and the suggested one rejected; suggestions left as they were "
        "make no pair.",
        type="choice",
        default="rank",
        choices=[("rank", "Rank"), ("reply", "Reply")],
    )
    assert (shown["prompt"].type, shown["prompt"].default) == ("choices", [])
    assert shown["policy"].choices[1] == ("majority", "Majority")
    assert (shown["weight"].type, shown["threshold"].type) == ("flag", "number")
    assert (shown["threshold"].least, shown["threshold"].most) == (0, 1)
    assert named("prompt_completion")["bar_question"].default is None


def test_every_option_has_words() -> None:
    for kind in kinds:
        for control in controls(kind(), shape()):
            assert control.title != control.name
            assert control.description.endswith(".")
            assert all(words != value for value, words in control.choices)


def test_a_form_leaves_out_what_can_have_no_meaning_here() -> None:
    ranking = {one.name for one in controls(kinds["preference"](), shape(questions_={"rank": RANK}))}
    assert not ranking & {"better", "gap"}
    assert {"edited", "places", "margin"} <= ranking
    each = {"type": "rating_each", "options": RATING["options"], "for_each": "answers"}
    rating = {one.name for one in controls(kinds["preference"](), shape(questions_={"each": each}))}
    assert {"better", "gap"} <= rating
    assert "edited" not in rating
    verdict = {one.name for one in controls(kinds["unpaired_preference"](), shape(questions_={"rank": RANK}))}
    assert not verdict & {"high", "low", "good", "answer"}
