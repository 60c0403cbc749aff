"""What files for Axolotl share: the lines of its configuration that name them."""

from collections.abc import Mapping, Sequence

READERS = {"jsonl": "json", "json": "json", "parquet": "parquet"}  # end of a file's name -> ds_type
FILE_TYPES = tuple(READERS)


def config(written: Mapping[str, Sequence[str]], type: Sequence[str], *before: str) -> dict[str, str]:
    """The companion with the lines to paste. `type`: what stands at each file; `before`: lines for the whole run."""
    lines = ["# Paste this into the configuration of Axolotl. Paths are from where it runs.", *before]
    for heading, splits in (("datasets", ("train",)), ("test_datasets", ("validation", "test"))):
        files = [name for split in splits for name in written.get(split, ())]
        lines += [f"{heading}:"] if files else []
        for name in files:
            lines += [f"  - path: {name}", f"    ds_type: {READERS[name.rpartition('.')[2]]}"]
            lines += ["    split: train"]  # what readers call the one split of a file
            lines += [f"    {line}" for line in type]
    return {"axolotl.yaml": "\n".join(lines) + "\n"}
