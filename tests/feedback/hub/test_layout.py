"""Which files are which split: as cards say it, and as names of files say it."""

from typing import Any

import pytest

from core.errors import Invalid
from feedback.hub import layout
from feedback.hub.repository import card_of

PATHS = ["README.md", "train.csv", "data/a/train-0.parquet", "data/a/b/test-0.parquet", "data/x.bin"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("train.csv", ["train.csv"]),
        ("./train.csv", ["train.csv"]),
        ("*.parquet", []),
        ("**/*.parquet", ["data/a/b/test-0.parquet", "data/a/train-0.parquet"]),
        ("data/**/test-*", ["data/a/b/test-0.parquet"]),
        ("data/a/**", ["data/a/b/test-0.parquet", "data/a/train-0.parquet"]),
        ("data/a/tr[a-z]in-?.parquet", ["data/a/train-0.parquet"]),
        ("../train.csv", []),
        ("/".join(["**"] * 30), sorted(PATHS)),
    ],
)
def test_a_pattern_means_files_of_the_repository(pattern: str, found: list[str]) -> None:
    assert layout.matching(pattern, PATHS) == found


@pytest.mark.parametrize(
    ("data_files", "splits"),
    [
        ("train.csv", {"train": ["train.csv"]}),
        (["train.csv", "**/test-*"], {"train": ["train.csv", "data/a/b/test-0.parquet"]}),
        ({"test": "train.csv"}, {"test": ["train.csv"]}),
        ([{"split": "dev", "path": ["train.csv"]}], {"dev": ["train.csv"]}),
        ([{"split": "dev", "path": 3}, 7], {}),
    ],
)
def test_cards_say_it_in_several_forms(data_files: Any, splits: dict[str, list[str]]) -> None:
    found = layout.described({"configs": [{"config_name": "all", "data_files": data_files}, "odd"]}, PATHS)
    assert found == ({"all": splits} if splits else {})


def test_a_folder_of_a_subset_comes_before_its_patterns() -> None:
    card = {"configs": [{"config_name": "all", "data_dir": "data/a", "data_files": "train-*"}]}
    assert layout.described(card, PATHS) == {"all": {"train": ["data/a/train-0.parquet"]}}


@pytest.mark.parametrize(
    ("paths", "splits"),
    [
        (PATHS, {"train": ["data/a/train-0.parquet", "train.csv"], "test": ["data/a/b/test-0.parquet"]}),
        (["rows.jsonl", "more.jsonl"], {"train": ["more.jsonl", "rows.jsonl"]}),
        (["dev/0.jsonl", "latest.jsonl"], {"validation": ["dev/0.jsonl"]}),
    ],
)
def test_names_of_files_tell_their_split(paths: list[str], splits: dict[str, list[str]]) -> None:
    assert layout.named(paths) == {"default": splits}


def test_what_there_is_instead_is_said() -> None:
    layouts = [{"small": {"train": ["a.csv"]}, "large": {"test": ["b.bin"]}}]
    assert layout.choose(layouts, "small", "train") == (0, ["a.csv"])
    for subset, split, sentence in (
        ("tiny", "train", "no subset 'tiny'. Choose one of: small, large."),
        ("small", "test", "has no split 'test'. Choose one of: train."),
        ("large", "test", "cannot be read here"),
    ):
        with pytest.raises(Invalid, match=sentence):
            layout.choose(layouts, subset, split)


@pytest.mark.parametrize(
    "text", ["", "# No header", "---\n[1, 2]\n---\n", "---\n{: :\n---\n", "---\nno end\n"]
)
def test_a_card_that_says_nothing(text: str) -> None:
    assert card_of(text) == {}


def test_a_card_with_a_mark_and_windows_lines() -> None:
    assert card_of("\ufeff---\r\nlicense: mit\r\n---\r\n# A\r\n") == {"license": "mit"}
