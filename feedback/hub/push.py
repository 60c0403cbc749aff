"""Writing to a repository of the Hub: files go up one at a time, and all become visible in one commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from feedback.hub.refusals import WRITING, InWords
from feedback.hub.repository import Repository

CARD = "README.md"


@dataclass
class Push:
    """A commit that is being made to a repository, which exists."""

    repository: Repository
    operations: list[Any] = field(default_factory=list)

    def writing(self) -> InWords:
        """Whatever goes wrong within becomes a sentence."""
        return InWords(self.repository.name, has_token=True, sayings=WRITING)

    def begin(self, *, private: bool) -> None:
        """Make the repository if it is not there. One that is there stays as private as it is.

        A name without a slash is one of the account's own.
        """
        with self.writing():
            made = self.repository.api.create_repo(
                self.repository.name, repo_type="dataset", private=private, exist_ok=True
            )
            self.repository.name = made.repo_id

    def old_card(self) -> str:
        """The text of the card that is there."""
        with self.writing():
            revision = self.repository.revision()
            if revision is None or CARD not in self.repository.paths(revision):
                return ""
            return self.repository.readme(revision)

    def send(self, path: Path, name: str) -> None:
        """Upload a file, which must stay until the commit is made."""
        from huggingface_hub import CommitOperationAdd  # noqa: PLC0415  an installation may do without it

        with self.writing():
            operation = CommitOperationAdd(path_in_repo=name, path_or_fileobj=path)
            self.repository.api.preupload_lfs_files(
                self.repository.name,
                additions=[operation],
                repo_type="dataset",
                num_threads=1,
                free_memory=False,
            )
        self.operations.append(operation)

    def finish(self, texts: Mapping[str, str], replaced: Callable[[str], bool], message: str) -> str:
        """Commit what was sent and these small files, in the place of old ones that `replaced` knows; its address."""
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete  # noqa: PLC0415

        with self.writing():
            new = {one.path_in_repo for one in self.operations}
            there = self.repository.paths(str(self.repository.revision()))
            gone = [path for path in there if replaced(path) and path not in new]
            small = [CommitOperationAdd(name, text.encode()) for name, text in texts.items()]
            self.repository.api.create_commit(
                self.repository.name,
                [*self.operations, *small, *(CommitOperationDelete(path) for path in gone)],
                commit_message=message,
                repo_type="dataset",
            )
        return f"{settings.HUB_ENDPOINT}/datasets/{self.repository.name}"
