"""What is particular to one format: its words, its companions, and what it cannot say."""

import json
from typing import Any

import pytest
import yaml

from feedback.exports import kinds
from feedback.exports.prompt_only import PromptOnly
from feedback.exports.seen import Seen
from tests.feedback.exports.making import answer, candidates, export, made, record, said, shape, tiers, user
from tests.feedback.exports.scene import SHAPE, ranked, scored

AB = candidates("A", "B")
TALK = [*user("Hi"), *said("Hello"), *user("Why?")]
FILES = {"train": ["train.jsonl"], "test": ["test.jsonl"]}


def companions(name: str, **options: Any) -> dict[str, str]:
    kind = kinds[name]()
    return kind.companions(kind.options(options, SHAPE), FILES)


# OpenAI


CALL = {"id": "c1", "type": "function", "function": {"name": "count", "arguments": '{"of": "wells"}'}}
TOOLS = [{"type": "function", "function": {"name": "count", "parameters": {"type": "object"}}}]
CALLING = [
    {"role": "user", "content": "How many wells?"},
    {
        "role": "assistant",
        "content": 'Let me see.\n\n```\ncount({"of": "wells"})\n```',
        "tool_calls": [CALL],
        "model": "model-one",
    },
    {"role": "tool", "content": "7", "tool_call_id": "c1"},
]


def test_only_the_answer_itself_has_weight_where_that_is_wanted() -> None:
    one = record(answer(reply="So."), messages=TALK)
    [row] = export("openai_chat", [one], SHAPE, learn="last")[0]
    assert [turn.get("weight") for turn in row["messages"]] == [None, 0, None, 1]
    [row] = export("openai_chat", [one], SHAPE)[0]
    assert row == {"messages": [*TALK, *said("So.")]}


@pytest.mark.parametrize(
    "metadata", [{"tools": TOOLS}, {"tools": json.dumps(TOOLS)}, {"request": {"tools": TOOLS}}]
)
def test_tools_and_their_calls_come_along(metadata: dict[str, Any]) -> None:
    one = record(answer(reply="Seven."), messages=CALLING, metadata=metadata)
    [row] = export("openai_chat", [one], SHAPE, tools=True)[0]
    assert row["tools"] == TOOLS
    assert row["parallel_tool_calls"] is True
    assert row["messages"] == [
        {"role": "user", "content": "How many wells?"},
        {"role": "assistant", "content": "Let me see.", "tool_calls": [CALL]},
        {"role": "tool", "content": "7", "tool_call_id": "c1"},
        {"role": "assistant", "content": "Seven."},
    ]
    kind = kinds["openai_chat"]()
    assert kind.check(row, kind.options({"tools": True}, SHAPE)) is None


def test_a_call_that_is_only_shown_is_left_as_it_is() -> None:
    shown = [CALLING[0], {**CALLING[1], "content": "count them"}, CALLING[2]]
    [row] = export("openai_chat", [record(answer(reply="7."), messages=shown)], SHAPE, tools=True)[0]
    assert (row["tools"], row["messages"][1]["content"]) == ([], "count them")


def test_a_pair_for_openai_has_nothing_beside() -> None:
    one = record(answer(rank=tiers("a b")), prompt="Why?", answers=AB)
    assert export("openai_preference", [one], SHAPE)[0] == [
        {
            "input": {"messages": user("Why?"), "tools": [], "parallel_tool_calls": True},
            "preferred_output": said("A"),
            "non_preferred_output": said("B"),
        }
    ]


def test_an_answer_of_several_turns_is_no_output() -> None:
    long: list[dict[str, Any]] = [{"id": "a", "messages": [*said("Wait."), *said("A")]}, AB[1]]
    rows, tally = export(
        "openai_preference", [record(answer(rank=tiers("a b")), prompt="?", answers=long)], SHAPE
    )
    assert (rows, tally.left_out["pairs_of_answers_with_several_turns"]) == ([], 1)


# LLaMA-Factory


@pytest.mark.parametrize(
    ("name", "options", "entry"),
    [
        (
            "alpaca",
            {},
            {
                "columns": {
                    "prompt": "instruction",
                    "query": "input",
                    "system": "system",
                    "response": "output",
                }
            },
        ),
        ("sharegpt", {}, {"formatting": "sharegpt", "columns": {"messages": "conversations"}}),
        (
            "llama_factory_preference",
            {},
            {
                "formatting": "sharegpt",
                "ranking": True,
                "columns": {"messages": "conversations", "chosen": "chosen", "rejected": "rejected"},
            },
        ),
        (
            "llama_factory_preference",
            {"form": "alpaca", "history": True},
            {
                "ranking": True,
                "columns": {
                    "prompt": "instruction",
                    "query": "input",
                    "system": "system",
                    "history": "history",
                    "chosen": "chosen",
                    "rejected": "rejected",
                },
            },
        ),
        (
            "llama_factory_kto",
            {},
            {"formatting": "sharegpt", "columns": {"messages": "conversations", "kto_tag": "kto_tag"}},
        ),
    ],
)
def test_llama_factory_finds_each_file_and_its_columns(
    name: str, options: dict[str, Any], entry: dict[str, Any]
) -> None:
    info = json.loads(companions(name, **options)["dataset_info.json"])
    assert info == {
        "train": {"file_name": "train.jsonl", **entry},
        "test": {"file_name": "test.jsonl", **entry},
    }
    kind = kinds[name]()
    there = kind.columns(kind.options(options, SHAPE), SHAPE).names
    assert sorted(entry["columns"].values()) == sorted(there)


def test_what_was_said_before_stands_in_the_history_if_it_is_wanted() -> None:
    one = record(answer(reply="So."), messages=TALK)
    rows, tally = export("alpaca", [one], SHAPE)
    assert (rows, tally.left_out["texts_after_a_conversation"]) == ([], 1)
    [row] = export("alpaca", [one], SHAPE, history=True)[0]
    assert (row["instruction"], row["history"], row["output"]) == ("Why?", [["Hi", "Hello"]], "So.")


def test_speakers_who_do_not_take_turns_are_left_out() -> None:
    twice = [*user("Hi"), *user("Why?")]
    one = record(answer(reply="So.", rank=tiers("a b"), thumb="up"), messages=twice, answers=AB)
    for name in ("sharegpt", "alpaca", "llama_factory_preference"):
        assert export(name, [one], SHAPE)[0] == []


def test_what_tools_say_is_an_observation() -> None:
    of = [*user("How many?"), *said("I count."), {"role": "tool", "content": "7"}]
    [row] = export("sharegpt", [record(answer(reply="Seven."), messages=of)], SHAPE)[0]
    assert [one["from"] for one in row["conversations"]] == ["human", "gpt", "observation", "gpt"]


# Axolotl


@pytest.mark.parametrize(
    ("name", "type", "run"),
    [
        ("axolotl_sft", "chat_template", {}),
        ("axolotl_dpo", "chat_template.default", {"rl": "dpo"}),
        ("axolotl_kto", "chatml.ultra", {"rl": "kto", "remove_unused_columns": False}),
        ("axolotl_reward", "bradley_terry.chat_template", {"reward_model": True, "num_labels": 1}),
    ],
)
def test_axolotl_gets_the_lines_to_paste(name: str, type: str, run: dict[str, Any]) -> None:
    config = yaml.safe_load(companions(name)["axolotl.yaml"])
    assert run.items() <= config.items()
    [train], [test] = config["datasets"], config["test_datasets"]
    assert (train["path"], train["ds_type"], train["type"]) == ("train.jsonl", "json", type)
    assert (test["path"], test["type"]) == ("test.jsonl", type)
    kind = kinds[name]()
    there = kind.columns(kind.options({}, SHAPE), SHAPE).names
    assert {train[field] for field in train if field.startswith("field_")} <= set(there)


def test_axolotl_reads_parquet_too() -> None:
    kind = kinds["axolotl_sft"]()
    text = kind.companions(kind.options({}, SHAPE), {"train": ["data/train-00000-of-00001.parquet"]})
    assert yaml.safe_load(text["axolotl.yaml"])["datasets"][0]["ds_type"] == "parquet"


def test_reward_models_of_axolotl_know_single_questions_only() -> None:
    one = record(answer(rank=tiers("a b")), system="Be brief.", prompt="Why?", answers=AB)
    talk = record(answer(rank=tiers("a b")), messages=TALK, answers=AB)
    rows, tally = export("axolotl_reward", [one, talk], SHAPE)
    assert rows == [{"system": "Be brief.", "input": "Why?", "chosen": "A", "rejected": "B"}]
    assert tally.left_out["pairs_after_a_conversation"] == 1


# Anthropic HH


@pytest.mark.parametrize("text", ["No.\n\nHuman: Yes.", "A\n\nAssistant: B", "\n\nHuman:"])
def test_a_text_with_a_marker_in_it_is_refused(text: str) -> None:
    ranked_ = answer(rank=tiers("a b"))
    in_answer = record(ranked_, prompt="Why?", answers=candidates(text, "B"))
    in_prompt = record(ranked_, prompt=text, answers=AB)
    rows, tally = export("anthropic_hh", [in_answer, in_prompt], SHAPE)
    assert rows == []
    assert tally.left_out["pairs_that_no_transcript_can_say"] == 2


def test_what_only_looks_like_a_marker_is_fine() -> None:
    one = record(
        answer(rank=tiers("a b")), prompt="Human:", answers=candidates("Assistant: A\nHuman: no", "B")
    )
    [row] = export("anthropic_hh", [one], SHAPE)[0]
    assert row["chosen"] == "\n\nHuman: Human:\n\nAssistant: Assistant: A\nHuman: no"


def test_a_transcript_has_no_system_message() -> None:
    one = record(answer(rank=tiers("a b")), system="Be brief.", prompt="Why?", answers=AB)
    assert export("anthropic_hh", [one], SHAPE)[0] == []


# Prompts alone


def test_each_prompt_comes_once() -> None:
    records = [record(id=str(n), prompt=text) for n, text in enumerate(["Why?", " why? ", "How?", "WHY?"])]
    rows, tally = export("prompt_only", records, SHAPE)
    assert [row["record_id"] for row in rows] == ["0", "2"]
    assert tally.left_out["prompts_said_before"] == 2


def test_of_a_conversation_the_answer_is_taken_away() -> None:
    [row] = export("prompt_only", [record(messages=[*TALK, *said("So."), *said("Yes.")])], SHAPE)[0]
    assert row["prompt"] == TALK


def test_it_suits_any_dataset_with_a_text() -> None:
    assert PromptOnly().suits(shape({"prompt": "text"}, {"reply": {"type": "text"}}))
    assert not PromptOnly().suits(shape({"picture": "image"}, {"reply": {"type": "text"}}))


def test_what_was_seen_is_known_however_much_it_is() -> None:
    seen = Seen()
    numbers = [(n * 2654435761) % 2**64 for n in range(5000)] + [0, 2**64 - 1]
    assert [seen.add(one) for one in numbers].count(True) == len(set(numbers))
    assert not any(seen.add(one) for one in numbers)


# Steps


def spans(*marks: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"label": "error", "start": start, "end": end} for start, end in marks]


def steps(*answers: Any, solution: str = "One.\nTwo.\n\n  \nThree.", **options: Any) -> list[Any]:
    one = record(*answers, prompt="Count.", solution=solution)
    rows, _ = export("stepwise_supervision", [one], SHAPE, question="wrong", **options)
    return [(row["completions"], row["labels"]) for row in rows]


def test_a_step_with_a_mark_in_it_is_wrong() -> None:
    assert steps(answer(wrong=spans((6, 8)))) == [(["One.", "Two.", "Three."], [True, False, True])]
    assert steps(answer(wrong=[])) == [(["One.", "Two.", "Three."], [True, True, True])]
    assert steps(answer(wrong=spans((0, 16)))) == [(["One.", "Two.", "Three."], [False, False, False])]


def test_paragraphs_can_be_steps() -> None:
    found = steps(answer(wrong=spans((0, 1))), steps="paragraphs")
    assert found == [(["One.\nTwo.", "Three."], [False, True])]


def test_steps_go_by_the_majority_and_a_split_vote_leaves_the_solution_out() -> None:
    three = [answer(f"labeler-{n}", wrong=spans((0, 1)) if n else []) for n in range(3)]
    assert steps(*three) == [(["One.", "Two.", "Three."], [False, True, True])]
    assert steps(*three[:2]) == []
    assert [labels for _, labels in steps(*three[:2], policy="per_labeler")] == [
        [True, True, True],
        [False, True, True],
    ]


def test_rated_answers_can_be_steps() -> None:
    one = record(answer(each=scored(a=5, b=2, c=3)), prompt="Count.", answers=candidates("1", "2", "4"))
    [row] = export("stepwise_supervision", [one], SHAPE, question="each")[0]
    assert (row["prompt"], row["completions"], row["labels"]) == (
        "Count.\n",
        ["1", "2", "4"],
        [True, False, True],
    )
    holey = record(answer(each=scored(a=5, b=2, c=3)), prompt="Count.", answers=candidates("1", " ", "4"))
    assert export("stepwise_supervision", [holey], SHAPE, question="each")[0] == []


# Lists and votes


def test_a_list_keeps_its_ties_and_each_text_once() -> None:
    one = record(answer(rank=tiers("ab c d")), prompt="?", answers=candidates("A", "B", "C", "A"))
    [row] = export("ranked_answers", [one], SHAPE, form="standard")[0]
    assert (row["answers"], row["ranks"]) == (["A", "B", "C"], [1, 1, 3])


def test_a_joint_list_holds_what_everybody_ranked() -> None:
    two = [
        answer("labeler-1", rank=tiers("a b c")),
        answer("labeler-2", rank=ranked("b a", flags={"c": ["broken"]})),
    ]
    rows = list(
        made(
            "ranked_answers",
            [record(*two, prompt="?", answers=candidates(*"ABC"))],
            SHAPE,
            policy="mean",
            form="standard",
        )
    )
    assert (rows[0].data["answers"], rows[0].data["ranks"]) == (["A", "B"], [1, 1])
    assert len(rows[0].responses) == 2


def test_votes_are_counted_for_every_label_and_shares_by_weight() -> None:
    three = [
        answer("labeler-1", thumb="up"),
        answer("labeler-2", thumb="down"),
        answer("labeler-3", "draft", thumb="down"),
    ]
    [row] = export("soft_labels", [record(*three, prompt="?")], SHAPE, question="thumb")[0]
    assert (row["votes"], row["shares"], row["people"]) == (
        {"up": 1, "down": 1},
        {"up": 0.5, "down": 0.5},
        2,
    )


def test_several_labels_of_one_answer_each_have_the_vote() -> None:
    [row] = export(
        "soft_labels", [record(answer(faults=["rude", "long"]), prompt="?")], SHAPE, question="faults"
    )[0]
    assert row["shares"] == {"long": 1.0, "rude": 1.0}


def test_formats_that_want_a_number_of_rows_say_so() -> None:
    assert {kind.name for kind in kinds if kind.least_rows == 10} == {"openai_chat", "openai_preference"}
