"""The first mapping is a good guess, and never loses a column."""

from typing import Any

from feedback import fields, metadata, questions
from feedback.imports.guess import guess
from feedback.shape import DatasetShape, FieldShape, PropertyShape, QuestionShape

for family in (fields.kinds, metadata.kinds, questions.kinds):
    family.load()

ANSWERS = [{"id": "a", "text": "x"}, {"id": "b", "text": "y"}]
SETTINGS = {"custom": {"type": "custom", "template": ""}}
TALK = [{"role": "user", "content": "Hi"}]


def dataset(
    *, extra: bool = True, ask: dict[str, dict[str, Any]] | None = None, **kinds: str
) -> DatasetShape:
    made = {name: fields.kinds[kind](SETTINGS.get(kind, {"type": kind})) for name, kind in kinds.items()}
    asked = {name: questions.kinds[one["type"]](one) for name, one in (ask or {}).items()}
    return DatasetShape(
        fields={name: FieldShape(name, name, False, kind) for name, kind in made.items()},
        questions={name: QuestionShape(name, name, name, True, kind) for name, kind in asked.items()},
        metadata={"lang": PropertyShape("lang", "Language", metadata.kinds["terms"]({"type": "terms"}))},
        allow_extra_metadata=extra,
    )


def guessed(shape: DatasetShape, *rows: dict[str, Any]) -> dict[str, str]:
    return guess(rows, shape).root


def test_columns_find_their_fields_by_name_by_meaning_and_by_looks() -> None:
    shape = dataset(prompt="text", messages="chat", candidates="candidates")
    for ask, talk, answers in (
        ("prompt", "messages", "candidates"),
        ("Prompt", "MESSAGES", "Candidates"),
        ("instruction", "conversation", "responses"),
        ("question", "whatever", "model outputs"),
    ):
        row = {"id": 1, ask: "Why?", talk: TALK, answers: ANSWERS, "lang": "en", "n": 3}
        assert guessed(shape, row) == {
            "id": "external_id",
            ask: "fields.prompt",
            talk: "fields.messages",
            answers: "fields.candidates",
            "lang": "metadata.lang",
            "n": "metadata.n",
        }


def test_pictures_and_objects_find_their_fields_by_looks() -> None:
    shape = dataset(prompt="text", photo="image", card="custom")
    row = {
        "prompt": "Why?",
        "link": "https://example.org/a.png",
        "info": {"a": 1},
        "page": "https://example.org/",
    }
    assert guessed(shape, row) == {
        "prompt": "fields.prompt",
        "link": "fields.photo",
        "info": "fields.card",
        "page": "metadata.page",
    }
    assert guessed(shape, {"x": "data:image/png;base64,eA=="}) == {"x": "fields.photo"}


def test_what_fits_nowhere_is_left_out_where_no_other_metadata_is_allowed() -> None:
    assert guessed(dataset(prompt="text", extra=False), {"prompt": "a", "lang": "en", "n": 3}) == {
        "prompt": "fields.prompt",
        "lang": "metadata.lang",
        "n": "skip",
    }


def test_a_name_is_not_enough_if_the_values_do_not_fit() -> None:
    shape = dataset(prompt="text", answers="candidates", talk="chat")
    assert guessed(shape, {"prompt": TALK, "answers": 3, "text": "Why?"}) == {
        "prompt": "fields.talk",
        "answers": "metadata.answers",
        "text": "fields.prompt",
    }


def test_a_few_bad_values_do_not_spoil_the_guess() -> None:
    rows = [{"prompt": "Why?"}] * 5 + [{"prompt": 3}, {"prompt": None}, {}]
    assert guessed(dataset(prompt="text"), *rows) == {"prompt": "fields.prompt"}


def test_an_id_is_a_column_that_tells_rows_apart() -> None:
    shape = dataset(prompt="text")
    assert guessed(shape, {"id": "a", "external_id": 1})["external_id"] == "external_id"
    assert guessed(shape, {"id": "a", "external_id": 1})["id"] == "metadata.id"
    assert guessed(shape, {"id": "a"}, {"id": "a"}) == {"id": "metadata.id"}
    assert guessed(shape, {"id": True}) == {"id": "metadata.id"}
    assert guessed(shape, {"prompt_id": "a"}, {"prompt_id": "b"}) == {"prompt_id": "external_id"}


def test_an_answer_in_the_file_becomes_a_suggestion_of_the_question_that_asks_for_it() -> None:
    row = {"prompt": "Why?", "response": "Because.", "quality": 2}
    text = {"type": "text"}
    rating = {"type": "rating", "options": [{"value": 1}, {"value": 2}]}
    expected = {"prompt": "fields.prompt", "response": "suggestions.answer", "quality": "suggestions.quality"}
    assert guessed(dataset(prompt="text", ask={"answer": text, "quality": rating}), row) == expected
    alone = guessed(dataset(prompt="text", ask={"better": text}), row)
    assert alone["response"] == "suggestions.better"
    remarks = guessed(dataset(prompt="text", ask={"quality": rating, "why": text, "how": text}), row)
    assert remarks["response"] == "metadata.response"
    shown = guessed(dataset(prompt="text", response="text", ask={"better": text}), row)
    assert shown["response"] == "fields.response"


def test_a_value_that_cannot_be_an_answer_is_not_suggested() -> None:
    rating = {"type": "rating", "options": [{"value": 1}, {"value": 2}]}
    assert guessed(dataset(prompt="text", ask={"quality": rating}), {"quality": 7}) == {
        "quality": "metadata.quality"
    }


def test_no_two_columns_get_one_target() -> None:
    rows = [
        {
            "prompt": "a",
            "Prompt": "b",
            "instruction": "c",
            "id": 1,
            "uid": 2,
            "metadata": {"lang": "x"},
            "lang": "y",
        }
    ]
    targets = guessed(dataset(prompt="text"), *rows)
    assert len(set(targets.values())) == len(targets) == 7


def test_records_in_the_form_of_our_export_are_taken_apart() -> None:
    row = {
        "id": "0192",
        "external_id": "e1",
        "status": "pending",
        "fields": {"prompt": "a", "answers": ANSWERS},
        "metadata": {"source": "web", "lang": "en"},
        "responses": [],
    }
    assert guessed(dataset(prompt="text", answers="candidates"), row) == {
        "id": "metadata.id",
        "external_id": "external_id",
        "status": "metadata.status",
        "fields.prompt": "fields.prompt",
        "fields.answers": "fields.answers",
        "metadata.source": "metadata.source",
        "metadata.lang": "metadata.lang",
        "responses": "metadata.responses",
    }


def test_of_no_rows_nothing_is_guessed() -> None:
    assert guessed(dataset(prompt="text")) == {}
