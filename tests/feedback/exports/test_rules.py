"""The rules that rows are held to: each is broken by what breaks it, and kept by what does not."""

from typing import Any

import pytest

from feedback.exports import kinds, rules
from tests.feedback.exports.making import said, user
from tests.feedback.exports.scene import SHAPE

SYSTEM = {"role": "system", "content": "Be brief."}
TOOL = {"role": "tool", "content": "7"}


@pytest.mark.parametrize(
    "data",
    [
        {"images": []},
        {"image": None},
    ],
)
def test_no_file_can_hold_this(data: dict[str, Any]) -> None:
    assert rules.plain(data)


def test_every_other_text_and_number_is_fine() -> None:
    odd = {"é": "\u2028 🕳️ بئر \x7f\r\n", "n": [1, 2.5, True, None], "imagery": {"deep": ["\\u0000"]}}
    assert rules.plain(odd) is None


@pytest.mark.parametrize(
    "asked",
    [
        "",
        " \n",
        [],
        said("Hello."),
        [*user("a"), *said("b")],
        [*user("a"), SYSTEM, *user("b")],
        [SYSTEM, SYSTEM, *user("a")],
        [SYSTEM],
        user(" "),
        [{"role": "human", "content": "a"}],
    ],
)
def test_no_prompt_is_this(asked: Any) -> None:
    assert rules.prompt(asked)


@pytest.mark.parametrize("asked", ["a", user("a"), [SYSTEM, *user("a"), *said("b"), TOOL]])
def test_a_prompt_leaves_the_word_to_the_assistant(asked: Any) -> None:
    assert rules.prompt(asked) is None


@pytest.mark.parametrize("given", ["", [], user("a"), [*said("a"), TOOL], [*said("a"), *user("b")], said("")])
def test_no_answer_is_this(given: Any) -> None:
    assert rules.answer(given)


@pytest.mark.parametrize("given", ["a", said("a"), [*said("a"), TOOL, *said("b")]])
def test_an_answer_is_the_assistants(given: Any) -> None:
    assert rules.answer(given) is None


@pytest.mark.parametrize("value", [None, 1, True, "0.5", -0.1, float("nan"), float("inf")])
def test_no_margin_is_this(value: Any) -> None:
    assert rules.margin(value)
    assert rules.margin(0.0) is rules.margin(2.5) is None


@pytest.mark.parametrize("value", [0, 1, None, "true", 1.0])
def test_a_label_is_true_or_false_and_nothing_like_it(value: Any) -> None:
    assert rules.flag(value)
    assert rules.flag(True) is rules.flag(False) is None


TALK = {"messages": [*user("a"), *said("b")]}
BROKEN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("preference", {}, {"prompt": user("a"), "chosen": said("b"), "rejected": said("b")}),
    ("preference", {}, {"prompt": user("a"), "chosen": said("b"), "rejected": said("c"), "messages": []}),
    ("preference", {}, {"prompt": user("a"), "chosen": said("b"), "rejected": said("c"), "margin": -1.0}),
    ("preference", {"layout": "implicit"}, {"chosen": [*user("a"), *said("b")], "rejected": said("c")}),
    ("prompt_completion", {}, {"prompt": user("a"), "completion": user("b")}),
    ("language_modeling", {}, {"messages": user("a")}),
    ("language_modeling", {"form": "standard"}, {"text": " "}),
    ("prompt_only", {}, {"prompt": said("a")}),
    ("unpaired_preference", {}, {"prompt": user("a"), "completion": said("b"), "label": 1}),
    ("stepwise_supervision", {}, {"prompt": "a", "completions": ["b", "c"], "labels": [True]}),
    ("stepwise_supervision", {}, {"prompt": "a", "completions": ["b", ""], "labels": [True, True]}),
    ("stepwise_supervision", {}, {"prompt": "a", "completions": [], "labels": []}),
    ("openai_chat", {}, {"messages": [*user("a"), *said("b"), *user("c")]}),
    ("openai_chat", {}, {"messages": [*user("a"), {**said("b")[0], "weight": 2}]}),
    ("openai_chat", {}, {"messages": [*user("a"), {**said("b")[0], "weight": 0}]}),
    ("openai_chat", {}, {"messages": [{**user("a")[0], "weight": 1}, *said("b")]}),
    ("openai_chat", {}, {"messages": [*user("a"), {**TOOL, "tool_call_id": "x"}, *said("b")]}),
    ("openai_chat", {}, {**TALK, "text": "b"}),
    (
        "openai_preference",
        {},
        {"input": TALK, "preferred_output": said("b"), "non_preferred_output": said("c")},
    ),
    (
        "openai_preference",
        {},
        {
            "input": {"messages": user("a")},
            "preferred_output": said("b") * 2,
            "non_preferred_output": said("c"),
        },
    ),
    ("alpaca", {}, {"instruction": "", "input": "", "system": "", "output": "b"}),
    ("sharegpt", {}, {"conversations": [{"from": "human", "value": "a"}]}),
    ("sharegpt", {}, {"conversations": [{"from": "gpt", "value": "a"}, {"from": "human", "value": "b"}]}),
    ("sharegpt", {}, {"conversations": [{"from": "user", "value": "a"}, {"from": "gpt", "value": "b"}]}),
    (
        "llama_factory_preference",
        {},
        {
            "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}],
            "chosen": {"from": "gpt", "value": "c"},
            "rejected": {"from": "gpt", "value": "d"},
        },
    ),
    (
        "llama_factory_kto",
        {},
        {
            "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}],
            "kto_tag": "true",
        },
    ),
    ("axolotl_sft", {}, {"messages": user("a")}),
    ("axolotl_dpo", {}, {"messages": user("a"), "chosen": said("b")[0], "rejected": said("b")[0]}),
    ("axolotl_kto", {}, {"system": "", "prompt": "a", "completion": "", "label": True}),
    ("axolotl_reward", {}, {"system": "", "input": "", "chosen": "b", "rejected": "c"}),
    ("anthropic_hh", {}, {"chosen": "Human: a", "rejected": "Human: b"}),
    (
        "anthropic_hh",
        {},
        {"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": "\n\nHuman: x\n\nAssistant: c"},
    ),
    (
        "anthropic_hh",
        {},
        {"chosen": "\n\nHuman: a\n\nAssistant: ", "rejected": "\n\nHuman: a\n\nAssistant: c"},
    ),
    ("ranked_answers", {}, {"prompt": user("a"), "answers": [said("b"), said("c")], "ranks": [2, 1]}),
    ("ranked_answers", {}, {"prompt": user("a"), "answers": [said("b"), said("c")], "ranks": [1, 3]}),
    ("ranked_answers", {}, {"prompt": user("a"), "answers": [said("b"), said("b")], "ranks": [1, 2]}),
    ("ranked_answers", {}, {"prompt": user("a"), "answers": [said("b")], "ranks": [1]}),
    ("soft_labels", {}, {"text": "a", "votes": {"x": 0}, "shares": {"x": 0.0}}),
    ("soft_labels", {}, {"text": "a", "votes": {"x": 1}, "shares": {"x": 1.5}}),
]


@pytest.mark.parametrize(
    ("name", "given", "data"), BROKEN, ids=[f"{one[0]}-{n}" for n, one in enumerate(BROKEN)]
)
def test_a_row_that_its_readers_would_trip_over_is_found_out(
    name: str, given: dict[str, Any], data: dict[str, Any]
) -> None:
    kind = kinds[name]()
    sentence = kind.check(data, kind.options(given, SHAPE))
    assert sentence
    assert sentence.endswith(".")


def test_every_format_of_training_data_is_tried() -> None:
    assert {name for name, _, _ in BROKEN} == {kind.name for kind in kinds} - {"records"}
