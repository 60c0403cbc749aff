"""JSON about importing from the Hugging Face Hub and pushing to it (contract sections 3.4 and 10). Both become jobs."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import MANAGERS, Verb
from core.api import ApiView, body, path_id
from core.operations import operation
from core.text import Text
from feedback.actions.hub import start_hub_export, start_hub_import
from feedback.api.datasets import fetch_dataset
from feedback.api.job_json import JobJson, show_job

Word = Annotated[Text, StringConstraints(min_length=1, max_length=200)]
Token = Annotated[Text, StringConstraints(min_length=1, max_length=1000)]


class Pair(BaseModel):
    """A column, and the name of the field, metadata property or question that it becomes."""

    source: Word
    target: Word


class HubMapping(BaseModel):
    """What becomes of the columns. Those that are not named stay outside."""

    fields: Annotated[list[Pair], Field(min_length=1, max_length=500)]
    metadata: Annotated[list[Pair], Field(max_length=500)] | None = None
    suggestions: Annotated[list[Pair], Field(max_length=500)] | None = None
    external_id: Word | None = None


class HubDataset(BaseModel):
    """The body of POST /datasets/{id}/import. `token`: for data sets that not everybody may read."""

    name: Word
    subset: Word
    split: Word
    mapping: HubMapping
    token: Token | None = None


class HubDatasetExport(BaseModel):
    """The body of POST /datasets/{id}/export."""

    name: Word
    subset: Word = "default"
    split: Word = "train"
    private: bool = False
    token: Token


class HubImport(ApiView):
    """Rows of a data set on the Hub to take in."""

    @operation("start_hub_import", MANAGERS, body=HubDataset, gives={202: JobJson})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Import rows of a data set on the Hugging Face Hub. The answer is a job to follow.

        Targets that the dataset does not have are passed over.
        """
        path_id(dataset_id, "dataset_id")
        wanted = body(request, HubDataset)
        dataset = fetch_dataset(self, Verb.EDIT, dataset_id)
        job = start_hub_import(
            dataset,
            name=wanted.name,
            subset=wanted.subset,
            split=wanted.split,
            fields=_pairs(wanted.mapping.fields),
            metadata=_pairs(wanted.mapping.metadata),
            suggestions=_pairs(wanted.mapping.suggestions),
            external_id=wanted.mapping.external_id,
            token=wanted.token,
            by=self.by,
        )
        return Reply(show_job(job), status=202)


class HubExport(ApiView):
    """A data set on the Hub to push all records to."""

    @operation("start_hub_export", MANAGERS, body=HubDatasetExport, gives={202: JobJson})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Push all records to a data set on the Hugging Face Hub. The answer is a job to follow."""
        path_id(dataset_id, "dataset_id")
        wanted = body(request, HubDatasetExport)
        dataset = fetch_dataset(self, Verb.EDIT, dataset_id)
        job = start_hub_export(
            dataset,
            name=wanted.name,
            subset=wanted.subset,
            split=wanted.split,
            private=wanted.private,
            token=wanted.token,
            by=self.by,
        )
        return Reply(show_job(job), status=202)


def _pairs(mapping: list[Pair] | None) -> list[tuple[str, str]]:
    return [(one.source, one.target) for one in mapping or ()]
