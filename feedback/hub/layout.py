"""Which files of a repository a subset and a split consist of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from core.errors import Invalid

SURE = (".parquet", ".jsonl", ".ndjson", ".csv", ".tsv")
READABLE = (*SURE, ".json")  # which may also be one long list, that nobody can read piece by piece
# The words by which files tell their split, as the Hub's own readers know them.
WORDS = {
    "train": ("train", "training"),
    "validation": ("validation", "valid", "dev", "val"),
    "test": ("test", "testing", "eval", "evaluation"),
}
DEFAULT = "default"


def described(card: Mapping[str, Any], paths: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Subset -> split -> files, as the card says it. Only files that are there, and can be read."""
    found: dict[str, dict[str, list[str]]] = {}
    configs = card.get("configs")
    for config in configs if isinstance(configs, list) else []:
        if isinstance(config, Mapping) and "data_files" in config:
            splits = found.setdefault(str(config.get("config_name", DEFAULT)), {})
            for split, pattern in _patterns(config["data_files"]):
                whole = (
                    f"{str(config['data_dir']).strip('/')}/{pattern}" if config.get("data_dir") else pattern
                )
                files = splits.setdefault(split, [])
                files += [path for path in matching(whole, paths) if path not in files]
    return {
        subset: kept
        for subset, splits in found.items()
        if (kept := {split: files for split, files in splits.items() if files})
    }


def named(paths: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """The same where no card says it: by words in the names of files; where none has one, all are `train`."""
    data = sorted(path for path in paths if path.lower().endswith(READABLE) and not path.startswith("."))
    splits = {split: [path for path in data if _speaks_of(path, words)] for split, words in WORDS.items()}
    splits = {split: files for split, files in splits.items() if files}
    if not splits and data:
        splits = {"train": data}
    return {DEFAULT: splits} if splits else {}


def converted(paths: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """The same for the Parquet files that the Hub makes itself: <subset>/<split>/0000.parquet."""
    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted(paths):
        parts = path.split("/")
        if len(parts) == 3 and path.endswith(".parquet"):
            found.setdefault(parts[0], {}).setdefault(parts[1].removeprefix("partial-"), []).append(path)
    return found


def choose(
    layouts: Sequence[dict[str, dict[str, list[str]]]],
    subset: str,
    split: str,
    endings: tuple[str, ...] = READABLE,
) -> tuple[int, list[str]]:
    """The first layout that has this split, by its number, and the files. `Invalid` says what there is instead."""
    for number, layout in enumerate(layouts):
        files = layout.get(subset, {}).get(split, [])
        if files and all(path.lower().endswith(endings) for path in files):
            return number, files
    subsets = list(dict.fromkeys(name for layout in layouts for name in layout))
    if not subsets:
        kinds = ", ".join(READABLE)
        raise Invalid(f"This data set has no files that can be read ({kinds}). Publish it as Parquet.")
    if subset not in subsets:
        sentence = f"The data set has no subset {subset!r}. Choose one of: {', '.join(subsets[:20])}."
        raise Invalid(sentence, {"subset": sentence})
    splits = list(dict.fromkeys(name for layout in layouts for name in layout.get(subset, {})))
    if split in splits:
        kinds = ", ".join(SURE)
        raise Invalid(f"The files of this split cannot be read here. Publish it as one of: {kinds}.")
    sentence = f"The subset {subset!r} has no split {split!r}. Choose one of: {', '.join(splits[:20])}."
    raise Invalid(sentence, {"split": sentence})


def matching(pattern: str, paths: Sequence[str]) -> list[str]:
    """The paths that a pattern means: * within a folder, ** for any folders."""
    several = [part for part in pattern.split("/") if part not in {"", "."}]
    parts = [part for part, above in zip(several, ["", *several], strict=False) if not part == above == "**"]
    return sorted(path for path in paths if _fits(parts, path.split("/")))


def _fits(parts: Sequence[str], path: Sequence[str]) -> bool:
    if not parts or not path:
        return not path and list(parts) in ([], ["**"])
    if parts[0] == "**":
        return _fits(parts[1:], path) or _fits(parts, path[1:])
    return fnmatchcase(path[0], parts[0]) and _fits(parts[1:], path[1:])


def _patterns(data_files: Any) -> Iterator[tuple[str, str]]:
    """Each (split, pattern) in any of the forms that cards use."""
    if isinstance(data_files, str):
        yield "train", data_files
    elif isinstance(data_files, Mapping):
        for split, patterns in data_files.items():
            yield from ((str(split), one) for one in _texts(patterns))
    elif isinstance(data_files, list):
        for one in data_files:
            if isinstance(one, str):
                yield "train", one
            elif isinstance(one, Mapping):
                split = str(one.get("split", "train"))
                yield from ((split, pattern) for pattern in _texts(one.get("path")))


def _texts(value: Any) -> list[str]:
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, str)]


def _speaks_of(path: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"(^|[^a-z]){word}([^a-z]|$)", path.lower()) for word in words)
