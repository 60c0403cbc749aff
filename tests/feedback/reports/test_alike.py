"""Records that say nearly the same as one that somebody is about to add."""

from typing import Any

import pytest
from django.db import connection

from feedback.actions.indexing import index_records
from feedback.reports.alike import alike
from tests import make

WELL = "What is a well, and how deep must people dig until they find water in dry land?"


@pytest.fixture(params=[False, True], ids=["just written", "indexed"])
def find(cast, request):
    """The percents of those that are alike, by external id, once these records are there."""

    def find(fields: dict[str, Any], *others: dict[str, Any], **schema: Any) -> dict[str, int]:
        kinds = schema or {"prompt": {"type": "text"}, "system": {"type": "text"}}
        dataset = make.dataset(cast.workspace, fields=kinds, questions={"reply": {"type": "text"}})
        for number, other in enumerate(others):
            make.record(dataset, fields=other, external_id=str(number))
        if request.param:
            index_records(str(dataset.pk))
        names = dict(dataset.records.values_list("pk", "external_id"))
        return {names[one.id]: one.percent for one in alike(dataset, fields, by=cast.ben)}

    return find


def test_the_nearest_comes_first_and_what_differs_is_left_out(find):
    changed = WELL.replace("dry", "dusty")
    far = "What is a spring, and why does its water taste so good after a walk in dry land?"
    assert list(find({"prompt": WELL}, {"prompt": changed}, {"prompt": far}, {"prompt": WELL.upper()})) == [
        "2",
        "0",
    ]


def test_the_share_is_that_of_the_words_of_both(find):
    assert find({"prompt": "one two three four"}, {"prompt": "four three two one five"}) == {"0": 80}


def test_a_dataset_without_records_has_nothing_alike(find):
    assert find({"prompt": WELL}) == {}


def test_signs_without_a_word_are_like_nothing(find):
    assert find({"prompt": "?!"}, {"prompt": "?!"}) == {}


def test_the_same_system_message_before_other_prompts_is_no_sign(find):
    system = "You are a patient teacher who answers in whole sentences and never uses lists or tables."
    assert find({"prompt": "Why?", "system": system}, {"prompt": "How?", "system": system}) == {}
    assert list(find({"prompt": "Why?", "system": system}, {"prompt": "Why?", "system": system})) == ["0"]


def test_conversations_are_compared_by_what_is_said(find):
    one, other = ([{"role": role, "content": WELL}] for role in ("user", "human"))
    assert find({"talk": one}, {"talk": other}, talk={"type": "chat"}) == {"0": 100}


def test_scripts_without_spaces_are_compared(find):
    assert list(
        find(
            {"prompt": "井戸とは何ですか、どのくらい深いですか"},
            {"prompt": "井戸とは何ですか、どれくらい深いですか"},
        )
    ) == ["0"]


def test_it_is_found_among_many_that_share_its_frequent_words(find):
    many = [
        {"prompt": f"Translate the following sentence into Italian, please: subject{n} verb{n} object{n}"}
        for n in range(120)
    ]
    wanted = {"prompt": "Translate the following sentence to Italian, please: subject7 verb7 object7"}
    assert next(iter(find(wanted, *many))) == "7"


def test_its_cost_does_not_grow_with_the_dataset(cast):
    dataset = make.dataset(
        cast.workspace, fields={"prompt": {"type": "text"}}, questions={"reply": {"type": "text"}}
    )
    make.records(dataset, 3, fields={"prompt": WELL})
    few = _costs(cast, dataset)
    for _ in range(10):
        make.records(dataset, 100, fields={"prompt": WELL})
    while index_records(str(dataset.pk)):
        pass
    many = _costs(cast, dataset)
    assert len(many) <= len(few) + 1, "The statements are the same, whatever is there."
    assert max(many) <= 100, "No statement reads more rows than are looked at."


def _costs(cast, dataset) -> list[int]:
    """How many rows each statement returns."""
    found: list[int] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        found.append(context["cursor"].rowcount)
        return result

    with connection.execute_wrapper(count):
        alike(dataset, {"prompt": WELL}, by=cast.ben)
    return found
