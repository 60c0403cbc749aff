"""JSON about datasets that are to be like others."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import MANAGERS, Verb
from core.api import ApiView, body, path_id
from core.errors import Invalid, NotFound
from core.operations import operation
from core.text import Text
from feedback.actions.cloning import With, clone_dataset
from feedback.api.datasets import fetch_dataset
from feedback.api.job_json import JobJson, show_job
from workspaces.api.workspaces import fetch_workspace


class CloneBody(BaseModel):
    """The body of POST /datasets/{id}/clone. `workspace_id`: null is the one that the dataset is in.

    `responses`, `suggestions` and `vectors` come only with `records`.
    """

    name: Annotated[Text, StringConstraints(min_length=1, max_length=200)]
    workspace_id: UUID | None = None
    records: bool = True
    responses: bool = False
    suggestions: bool = True
    vectors: bool = True
    rules: bool = True


class DatasetClone(ApiView):
    """Cloning a dataset."""

    @operation("clone_dataset", MANAGERS, body=CloneBody, gives={202: JobJson}, refuses={409})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Clone a dataset. The answer is a job to follow; its `dataset_id` is the clone, which is there at once.

        Fields, questions, metadata, vector settings and all versions of the guidelines come along, and what is
        asked for. Assignments and drafts do not.
        """
        path_id(dataset_id, "dataset_id")
        wanted = body(request, CloneBody)
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        pk = wanted.workspace_id or dataset.workspace_id
        try:
            workspace = fetch_workspace(pk, Verb.MANAGE, by=self.by)
        except NotFound:  # 422 here: the address is right and the body is not
            raise Invalid(f"There is no workspace with the id {pk}.") from None
        what = With(
            records=wanted.records,
            responses=wanted.responses,
            suggestions=wanted.suggestions,
            vectors=wanted.vectors,
            rules=wanted.rules,
        )
        job = clone_dataset(dataset, workspace, name=wanted.name, by=self.by, what=what)
        return Reply(show_job(job), status=202)
