"""A row becomes a record as the mapping says, or says which of its columns is wrong."""

from typing import Any

import pytest

from core.errors import Invalid
from core.schema import parse
from feedback import fields, metadata, questions
from feedback.imports.convert import Incoming, Suggested, convert
from feedback.imports.mapping import Mapping, check, columns
from feedback.imports.targets import targets
from feedback.shape import DatasetShape, FieldShape, PropertyShape, QuestionShape

for family in (fields.kinds, metadata.kinds, questions.kinds):
    family.load()


def field(name: str, kind: str, *, required: bool = False) -> FieldShape:
    return FieldShape(name, name.title(), required, fields.kinds[kind]({"type": kind}))


def question(name: str, *, required: bool = True, **settings: Any) -> QuestionShape:
    kind = questions.kinds[settings["type"]](settings)
    return QuestionShape(f"id-of-{name}", name, name.title(), required, kind)


def shape(*, extra: bool = True) -> DatasetShape:
    return DatasetShape(
        fields={
            "prompt": field("prompt", "text", required=True),
            "messages": field("messages", "chat"),
            "answers": field("answers", "candidates"),
        },
        questions={
            "reply": question("reply", type="text"),
            "rank": question("rank", type="ranking", field="answers"),
            "quality": question("quality", type="rating", options=[{"value": 1}, {"value": 2}]),
        },
        metadata={
            "lang": PropertyShape(
                "lang", "Language", metadata.kinds["terms"]({"type": "terms", "values": ["en"]})
            )
        },
        allow_extra_metadata=extra,
    )


def mapped(**targets: str) -> Mapping:
    return Mapping({column.replace("__", "."): target for column, target in targets.items()})


def wrong(data: dict[str, Any], mapping: Mapping, *, extra: bool = True) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        convert(data, mapping, shape(extra=extra))
    assert str(caught.value) in caught.value.errors.values()
    return caught.value.errors


def test_a_row_becomes_a_record() -> None:
    row = {
        "n": 17,
        "question": " Why?\n",
        "replies": ["Because.", "No."],
        "language": "en",
        "draft": "So.",
        "stars": 2,
        "order": [{"value": "2", "rank": 1}],
        "junk": 1,
        "note": None,
    }
    mapping = mapped(
        n="external_id",
        question="fields.prompt",
        replies="fields.answers",
        language="metadata.lang",
        draft="suggestions.reply",
        stars="suggestions.quality",
        order="suggestions.rank",
        junk="skip",
    )
    incoming = convert(row, mapping, shape())
    assert incoming == Incoming(
        external_id="17",
        fields={
            "prompt": " Why?\n",
            "answers": fields.kinds["candidates"]({"type": "candidates"}).adopt(row["replies"]),
        },
        metadata={"lang": "en", "note": None},
        suggestions={
            "reply": Suggested("So."),
            "quality": Suggested(2),
            "rank": Suggested({"version": 1, "tiers": [["2"]]}),
        },
    )
    assert [answer["text"] for answer in incoming.fields["answers"]] == ["Because.", "No."]


def test_a_column_that_the_mapping_forgets_is_not_lost() -> None:
    incoming = convert({"prompt": "a", "lang": "en", "more": [1, {"deep": None}]}, Mapping({}), shape())
    assert incoming.fields == {"prompt": "a"}
    assert incoming.metadata == {"lang": "en", "more": [1, {"deep": None}]}


def test_a_column_that_the_mapping_forgets_is_left_out_where_no_other_metadata_is_allowed() -> None:
    incoming = convert({"prompt": "a", "lang": "en", "more": 1}, Mapping({}), shape(extra=False))
    assert incoming.metadata == {"lang": "en"}


def test_a_dotted_column_goes_into_an_object() -> None:
    mapping = mapped(fields__prompt="fields.prompt", source__name="metadata.source")
    row = {
        "fields": {"prompt": "a", "messages": [], "other": 1},
        "source": {"name": "b", "page": 2},
        "a.b": 3,
    }
    incoming = convert(row, mapping, shape())
    assert incoming.fields == {"prompt": "a", "messages": []}
    assert incoming.metadata == {"fields.other": 1, "source": "b", "source.page": 2, "a.b": 3}
    assert columns([{"a": 1}, row], mapping) == [
        "a",
        "fields.prompt",
        "fields.messages",
        "fields.other",
        "source.name",
        "source.page",
        "a.b",
    ]


@pytest.mark.parametrize(
    ("value", "expected"), [("x", "x"), ("", ""), (None, None), (7, "7"), (10**30, str(10**30)), (1.5, "1.5")]
)
def test_an_external_id_is_text(value: Any, expected: str | None) -> None:
    assert convert({"id": value, "prompt": "a"}, mapped(id="external_id"), shape()).external_id == expected


def test_each_wrong_column_is_named_at_once() -> None:
    row = {"id": True, "question": 7, "language": "xx", "stars": 3, "turns": "hi"}
    mapping = mapped(
        id="external_id",
        question="fields.prompt",
        turns="fields.messages",
        language="metadata.lang",
        stars="suggestions.quality",
    )
    errors = wrong(row, mapping)
    assert errors.keys() == {"id", "question", "turns", "language"}
    assert all(errors.values())
    assert wrong(row | {"id": 1, "question": "a", "turns": None, "language": None}, mapping).keys() == {
        "stars"
    }


def test_a_missing_required_field_is_named_by_its_column() -> None:
    assert wrong({"question": None}, mapped(question="fields.prompt")).keys() == {"question"}
    assert wrong({"other": 1}, mapped(question="fields.prompt")).keys() == {"prompt"}
    assert wrong({}, Mapping({})).keys() == {"prompt"}


def test_two_columns_never_overwrite_each_other() -> None:
    errors = wrong({"prompt": "a", "language": "en", "lang": "en"}, mapped(language="metadata.lang"))
    assert "'language'" in errors["lang"]


def test_metadata_that_the_dataset_does_not_allow_is_refused_if_the_mapping_asks_for_it() -> None:
    row = {"prompt": "a", "x": 1}
    assert wrong(row, mapped(x="metadata.x"), extra=False).keys() == {"x"}


@pytest.mark.parametrize(
    "target",
    [
        "",
        "field.prompt",
        "fields",
        "fields.",
        "answers.rank",
        "vectors.",
        "shape.nothing",
        "Skip",
        3,
        None,
    ],
)
def test_a_mapping_knows_its_targets(target: Any) -> None:
    with pytest.raises(Invalid) as caught:
        parse(Mapping, {"prompt": target}, sentence="This mapping does not work.")
    assert caught.value.errors.keys() == {"prompt"}


def test_only_the_whole_row_is_of_a_shape() -> None:
    assert parse(Mapping, {"*": "shape.assay"}).of_shape == "assay"
    assert parse(Mapping, {"*": "metadata.star"}).of_shape == ""
    with pytest.raises(Invalid):
        parse(Mapping, {"prompt": "shape.assay"})


def test_a_mapping_travels_as_json() -> None:
    mapping = mapped(prompt="fields.prompt", lang="skip")
    assert mapping.model_dump() == {"prompt": "fields.prompt", "lang": "skip"}
    assert parse(Mapping, mapping.model_dump()) == mapping
    with pytest.raises(Invalid):
        parse(Mapping, ["prompt"])


def test_a_mapping_is_checked_against_the_file_and_the_dataset() -> None:
    mapping = mapped(
        ask="fields.prompt",
        typo="metadata.lang",
        a="fields.nothing",
        b="suggestions.nothing",
        c="metadata.other",
        d="fields.answers",
        e="fields.answers",
        f="skip",
        g="skip",
    )
    with pytest.raises(Invalid) as caught:
        check(mapping, shape(extra=False), ["ask", "a", "b", "c", "d", "e", "f", "g"])
    assert caught.value.errors.keys() == {"typo", "a", "b", "c", "d", "e"}
    assert "prompt, messages, answers" in caught.value.errors["a"]


def test_a_required_field_needs_a_column() -> None:
    with pytest.raises(Invalid) as caught:
        check(mapped(lang="skip"), shape(), ["lang"])
    assert caught.value.errors.keys() == {"prompt"}
    check(mapped(lang="skip"), shape(), ["lang", "prompt"])


def test_a_column_may_still_come_if_not_all_rows_were_read() -> None:
    mapping = mapped(ask="fields.prompt")
    with pytest.raises(Invalid):
        check(mapping, shape(), ["lang"])
    check(mapping, shape(), ["lang"], complete=False)


def test_every_target_is_offered_with_words() -> None:
    offered = dict(targets(shape(), "source"))
    assert offered["external_id"] == "External id"
    assert offered["fields.prompt"] == "Prompt (field, text)"
    assert offered["metadata.lang"] == "Language (metadata)"
    assert offered["skip"] == "Leave out"
    assert {"fields.answers", "suggestions.rank", "metadata.source"} <= offered.keys()
    parse(Mapping, dict.fromkeys("abc", "skip") | {str(n): target for n, target in enumerate(offered)})
    assert "metadata.source" not in dict(targets(shape(extra=False), "source"))
