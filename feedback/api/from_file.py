"""JSON about a new dataset that a file says everything about."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, RootModel, StringConstraints
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import MANAGERS, Verb
from core.api import AnyJsonParser, ApiView, json_from, path_id, read
from core.operations import Form, operation
from core.text import Text
from feedback.actions.from_file import dataset_from_file
from feedback.api.job_json import JobJson, show_job
from feedback.api.transfers import files_of
from feedback.imports.archive import bundled
from workspaces.models import Workspace


class FromFileForm(BaseModel):
    """The texts of the form, beside its `file`. `columns` corrects what is proposed."""

    name: Annotated[Text, StringConstraints(max_length=200)] | None = Field(
        None, description="Of the dataset; by default that of the file."
    )
    min_submitted: int = Field(1, ge=1, le=1000, description="How many people answer each record.")
    columns: Text | None = Field(
        None, description="JSON: column -> what it becomes, such as field:text (docs/imports.md)."
    )


class Roles(RootModel[dict[str, str]]):
    """Column -> what it becomes."""


class DatasetFromFile(ApiView):
    """A dataset whose fields and questions follow from the columns of a file."""

    parser_classes = (MultiPartParser, AnyJsonParser)

    @operation(
        "make_dataset_from_file",
        MANAGERS,
        body=Form(FromFileForm, file="file", is_many=True),
        gives={202: JobJson},
        refuses={409},
    )
    def post(self, request: Request, workspace_id: str) -> Reply:
        """Make a dataset that suits a file, publish it, and import the file. The answer is the import, to follow."""
        pk = path_id(workspace_id, "workspace_id")
        files, form = files_of(request, FromFileForm)
        roles = (
            read(Roles, json_from(form.columns.encode(), "body", "columns"), "body") if form.columns else None
        )
        file, filename = bundled(files)
        job = dataset_from_file(
            Workspace.objects.fetch(Verb.MANAGE, self.by, pk=pk),
            file,
            filename=filename,
            name=form.name or None,
            min_submitted=form.min_submitted,
            roles=roles.root if roles else {},
            by=self.by,
        )
        return Reply(show_job(job), status=202)
