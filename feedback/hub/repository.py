"""One data set repository of the Hub: what files it has, its card, and reading a file piece by piece.

Nothing but files of this very repository is ever read: what a card says about files is matched with their list.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from typing import Any, BinaryIO, cast

import yaml
from django.conf import settings

from core.errors import Invalid
from feedback.hub.refusals import READING, InWords

NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)
MOST_FILES = 20_000  # in a repository; beyond that a list of them is no small thing to hold
LONGEST_CARD = 1 << 20  # bytes
BLOCK = 4 << 20  # bytes that are fetched at once
CONVERTED = "refs/convert/parquet"  # where the Hub itself keeps a data set as Parquet
HEADER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)


def check_name(name: str) -> str:
    """The name, if a data set on the Hub may be called so; else `Invalid`."""
    if not NAME.fullmatch(name) or ".." in name or "--" in name:
        sentence = "Write the name as it stands on the Hub, such as argilla/ultrafeedback."
        raise Invalid(sentence, {"name": sentence})
    return name


class Repository:
    """A repository, read as an account. Without a token it is read as anybody: never as whoever runs the worker."""

    def __init__(self, name: str, token: str | None = None) -> None:
        self.name = check_name(name)
        self.token = token or None

    def reading(self) -> InWords:
        """Whatever goes wrong within becomes a sentence."""
        return InWords(self.name, has_token=bool(self.token), sayings=READING)

    @cached_property
    def api(self) -> Any:
        """The library's client. `token=False` keeps it from sending one that it finds in its environment."""
        from huggingface_hub import HfApi  # noqa: PLC0415  an installation may do without it
        from huggingface_hub.utils.tqdm import disable_progress_bars  # noqa: PLC0415

        disable_progress_bars()
        return HfApi(endpoint=settings.HUB_ENDPOINT, token=self.token or False, library_name="assay")

    @cached_property
    def _files(self) -> Any:
        from huggingface_hub import HfFileSystem  # noqa: PLC0415

        return HfFileSystem(
            endpoint=settings.HUB_ENDPOINT, token=self.token or False, skip_instance_cache=True
        )

    def revision(self, name: str = "main") -> str | None:
        """The commit that a branch is at; None if there is no such branch."""
        from huggingface_hub.errors import RevisionNotFoundError  # noqa: PLC0415

        try:
            return str(self.api.dataset_info(self.name, revision=name, timeout=10).sha)
        except RevisionNotFoundError:
            return None

    def paths(self, revision: str) -> list[str]:
        """All files at that commit."""
        from huggingface_hub.hf_api import RepoFile  # noqa: PLC0415

        tree = self.api.list_repo_tree(self.name, recursive=True, revision=revision, repo_type="dataset")
        found = list(islice((one.path for one in tree if isinstance(one, RepoFile)), MOST_FILES + 1))
        if len(found) > MOST_FILES:
            raise Invalid(
                f"The data set has more than {MOST_FILES:,} files. Join them into fewer, larger ones."
            )
        return found

    def readme(self, revision: str) -> str:
        """The text of its card; nothing if it has none."""
        with self.open("README.md", revision) as file:
            return file.read(LONGEST_CARD).decode("utf-8", "replace")

    @contextmanager
    def open(self, path: str, revision: str) -> Iterator[BinaryIO]:
        """A file at that commit, fetched as it is read."""
        place = f"datasets/{self.name}@{revision}/{path}"
        with self._files.open(place, "rb", block_size=BLOCK, cache_type="readahead") as file:
            yield cast(BinaryIO, io.BufferedReader(file, 1 << 16))


def card_of(text: str) -> dict[str, Any]:
    """What the header of a card says; nothing if it says nothing that can be read."""
    header = HEADER.match(text.removeprefix("\ufeff"))
    try:
        found = yaml.safe_load(header[1]) if header else None
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}
