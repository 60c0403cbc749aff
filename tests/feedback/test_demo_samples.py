"""The demonstration organization's samples: complete, consistent, and our own words."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "feedback" / "demo"
PUBLISHED = ROOT.parent / "shared" / "data"
LABELERS = {"mina", "tariq", "lena"}
TOPICS = {"facts", "code", "writing", "planning", "math", "everyday", "other"}
REASONS = {"no_expertise", "not_my_language", "needs_tool", "bad_prompt", "all_unacceptable"}
SCRIPTS = {"zh": re.compile("[\u4e00-\u9fff]"), "ar": re.compile("[\u0600-\u06ff]")}


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def sample(name: str) -> list[dict[str, Any]]:
    return rows(DEMO / f"{name}.jsonl")


def texts(value: Any) -> Iterator[str]:
    """Every string anywhere in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def passages(text: str) -> Iterator[str]:
    """Runs of ten words, and lines of thirty characters or more for scripts without spaces."""
    words = text.split()
    yield from (" ".join(words[at : at + 10]) for at in range(len(words) - 9))
    yield from (line.strip() for line in text.splitlines() if len(line.strip()) >= 30)


@pytest.mark.parametrize(("name", "least"), [("rank", 22), ("write", 20)])
def test_records_have_unique_ids_a_prompt_a_topic_and_a_language(name: str, least: int) -> None:
    records = sample(name)
    assert len({record["id"] for record in records}) == len(records) >= least
    for record in records:
        assert record["prompt"].strip()
        assert record["topic"] in TOPICS
        assert re.fullmatch("[a-z]{2}", record["language"])


def test_every_ranked_record_has_two_to_five_answers_with_unique_ids_and_a_model() -> None:
    sizes = [len(record["answers"]) for record in sample("rank")]
    assert set(sizes) == {2, 3, 4, 5}
    for record in sample("rank"):
        answers = record["answers"]
        assert len({answer["id"] for answer in answers}) == len(answers)
        assert all(answer["text"].strip() and answer["model"] for answer in answers)


def test_the_answers_show_what_a_labeling_page_must_carry() -> None:
    answers = [answer["text"] for record in sample("rank") for answer in record["answers"]]
    marks = ["```python", "```sql", "```sh", "```js", "|---", "$$", "🎂"]
    assert [mark for mark in marks if not any(mark in text for text in answers)] == []
    assert max(len(text.split()) for text in answers) > 800


def test_one_record_has_two_answers_with_the_same_text() -> None:
    doubled = [
        record["id"]
        for record in sample("rank")
        if len({answer["text"] for answer in record["answers"]}) < len(record["answers"])
    ]
    assert doubled == ["rank-009"]


@pytest.mark.parametrize(
    ("name", "languages"),
    [
        ("rank", {"en", "zh", "ar", "es", "de"}),
        ("write", {"en", "zh", "ar", "es", "de"}),
    ],
)
def test_the_languages_are_there_and_written_in_their_script(name: str, languages: set[str]) -> None:
    records = sample(name)
    assert {record["language"] for record in records} == languages
    for record in records:
        script = SCRIPTS.get(record["language"])
        assert script is None or len(script.findall(record["prompt"])) > 10


@pytest.mark.parametrize("name", ["rank", "write", "mark"])
def test_guidelines_have_a_title_and_enough_sections_for_a_table_of_contents(name: str) -> None:
    text = (DEMO / f"{name}.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert len(re.findall("(?m)^## ", text)) >= 5
    assert 400 <= len(text.split()) <= 600


def test_responses_are_by_known_labelers_to_known_records_and_one_each() -> None:
    known = {(name, record["id"]) for name in ("rank", "write", "mark") for record in sample(name)}
    responses = sample("responses")
    assert {(each["dataset"], each["record"]) for each in responses} <= known
    assert {each["by"] for each in responses} == LABELERS
    keys = [(each["dataset"], each["record"], each["by"]) for each in responses]
    assert len(set(keys)) == len(keys)


def test_each_ranking_places_exactly_the_answers_of_its_record() -> None:
    ids = {record["id"]: sorted(answer["id"] for answer in record["answers"]) for record in sample("rank")}
    for response in sample("responses"):
        if response["dataset"] == "rank" and response["status"] == "submitted":
            tiers = response["values"]["ranking"]
            assert sorted(placed for tier in tiers for placed in tier) == ids[response["record"]]
            assert tiers[0], "the first tier is never empty"
            assert tiers[-1], "trailing empty tiers are cut"
            assert response["values"]["helpful"] in range(1, 6)


def test_each_submitted_demonstration_has_an_answer_a_clarity_and_topics() -> None:
    for response in sample("responses"):
        if response["dataset"] == "write" and response["status"] == "submitted":
            values = response["values"]
            assert values["answer"].strip()
            assert values["clarity"] in range(1, 6)
            assert values["topics"]
            assert set(values["topics"]) <= TOPICS


def test_what_is_marked_stands_in_the_description() -> None:
    texts = {record["id"]: record["description"] for record in sample("mark")}
    assert {record["language"] for record in sample("mark")} == {"en", "es", "de", "ar", "zh"}
    responses = [each for each in sample("responses") if each["dataset"] == "mark"]
    assert len(responses) >= 3
    for response in responses:
        for span in response["values"]["marks"]:
            piece = texts[response["record"]][span["start"] : span["end"]]
            assert piece.strip() == piece != ""


def test_discarded_responses_say_why_and_one_draft_is_unfinished() -> None:
    responses = sample("responses")
    discarded = [each for each in responses if each["status"] == "discarded"]
    assert len(discarded) == 2
    assert all(each["reason"] in REASONS and each["values"] == {} for each in discarded)
    drafts = [each for each in responses if each["status"] == "draft"]
    assert [each["record"] for each in drafts] == ["write-016"]
    assert "clarity" not in drafts[0]["values"]


def test_labelers_sometimes_disagree() -> None:
    first: dict[str, set[str]] = {}
    for response in sample("responses"):
        if "ranking" in response["values"]:
            first.setdefault(response["record"], set()).add(json.dumps(response["values"]["ranking"]))
    assert sum(len(rankings) > 1 for rankings in first.values()) >= 5


def test_no_passage_is_taken_from_published_data() -> None:
    if not PUBLISHED.is_dir():
        pytest.skip("The published data sets are not next to this repository.")
    written = [text for name in ("rank", "write", "mark", "responses") for text in texts(sample(name))]
    written += [(DEMO / f"{name}.md").read_text(encoding="utf-8") for name in ("rank", "write", "mark")]
    ours = {passage for text in written for passage in passages(text)}
    theirs = (text for path in sorted(PUBLISHED.glob("*.jsonl")) for row in rows(path) for text in texts(row))
    assert sorted({passage for text in theirs for passage in passages(text) if passage in ours}) == []
