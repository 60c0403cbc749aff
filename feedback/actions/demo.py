"""The demonstration: an organization with three datasets, imported by the worker, and answers of three labelers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.access import Role
from accounts.actions import add_member
from accounts.actions.owners import set_up_owner
from accounts.models import Membership, Organization
from core.tenancy import acting_for
from core.workers import worker_is_alive
from feedback.actions import importing
from feedback.actions.datasets import create_dataset, publish_dataset
from feedback.actions.responses import discard_response, save_draft, submit_response
from feedback.actions.schema import add_field, add_metadata_property, add_question
from feedback.actions.uploads import start_import
from feedback.models import Dataset, Job, Record
from feedback.samples import SAMPLES, Sample
from workspaces.actions import add_to_workspace, create_workspace
from workspaces.models import Workspace

FILES = Path(__file__).resolve().parent.parent / "demo"
ORGANIZATION = "Demo"
PASSWORD = "assay-demo"  # noqa: S105  printed at start-up; only `--demo` makes these accounts
OWNER, MANAGER, LABELER = "olivia", "marcus", "mina"
PEOPLE = (
    (OWNER, "Olivia", Role.OWNER),
    (MANAGER, "Marcus", Role.ADMIN),
    (LABELER, "Mina", Role.ANNOTATOR),
    ("tariq", "Tariq", Role.ANNOTATOR),
    ("lena", "Lena", Role.ANNOTATOR),
)
PATIENCE = 30  # seconds that a worker has for the import of forty records


def seed_demo() -> Organization:
    """Make what is not there yet of the demonstration. Doing it again changes nothing."""
    organization = set_up_owner(ORGANIZATION, username=OWNER, password=PASSWORD).organization
    with acting_for(organization.pk):
        with transaction.atomic():
            people = {name: _person(organization, name, first, role) for name, first, role in PEOPLE}
            workspace = _workspace(organization, people)
        for sample in SAMPLES:
            _fill(workspace, sample, people)
    return organization


def _person(organization: Organization, username: str, first_name: str, role: str) -> Membership:
    member = Membership.objects.filter(organization=organization, username=username).first()
    if member is None:
        return add_member(
            organization, username=username, first_name=first_name, role=role, password=PASSWORD
        )
    if not member.first_name:
        Membership.objects.filter(pk=member.pk).update(first_name=first_name)
    return member


def _workspace(organization: Organization, people: dict[str, Membership]) -> Workspace:
    if workspace := Workspace.objects.filter(organization=organization, name="demo").first():
        return workspace
    workspace = create_workspace(organization, "demo")
    for member in people.values():
        if not member.is_owner:
            add_to_workspace(workspace, member)
    return workspace


def _fill(workspace: Workspace, sample: Sample, people: dict[str, Membership]) -> None:
    """The dataset, its records by an import of the worker, its responses."""
    with transaction.atomic():
        if Dataset.objects.filter(workspace=workspace, name=sample.name).exists():
            return
        dataset = _dataset(workspace, sample, people[MANAGER])
        with (FILES / f"{sample.key}.jsonl").open("rb") as file:
            job = start_import(dataset, file, filename=f"{sample.key}.jsonl", by=people[MANAGER])
    _wait_for(job)
    with transaction.atomic():
        _respond(dataset, sample.key, people)


def _dataset(workspace: Workspace, sample: Sample, by: Membership) -> Dataset:
    guidelines = (FILES / f"{sample.key}.md").read_text(encoding="utf-8")
    dataset = create_dataset(
        workspace, name=sample.name, guidelines=guidelines, min_submitted=sample.answers_wanted, by=by
    )
    for name, title, required, settings in sample.fields:
        add_field(dataset, name=name, title=title, settings=settings, required=required)
    for name, title, required, settings in sample.questions:
        add_question(dataset, name=name, title=title, settings=settings, required=required)
    for name in ("topic", "language"):
        add_metadata_property(dataset, name=name, title=name.title(), settings={"type": "terms"})
    return publish_dataset(dataset)


def _wait_for(job: Job) -> None:
    """The worker does it; where none runs, we do, so that the demonstration is never empty."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with transaction.atomic():
            job.refresh_from_db()
        if job.has_ended:
            return
        if until - time.monotonic() < PATIENCE - 10 and not worker_is_alive():
            break
        time.sleep(0.1)
    importing.run_import(str(job.organization_id), str(job.pk))


def _respond(dataset: Dataset, key: str, people: dict[str, Membership]) -> None:
    acts = {"submitted": submit_response, "draft": save_draft}
    records = {record.external_id: record for record in Record.objects.filter(dataset=dataset)}
    for line in _lines("responses"):
        if line["dataset"] != key:
            continue
        record, by = records[line["record"]], people[line["by"]]
        record.dataset = dataset
        if line["status"] == "discarded":
            discard_response(record, {}, by=by, reason=line["reason"])
        else:
            acts[line["status"]](record, _values(line["values"]), by=by)


def _values(values: dict[str, Any]) -> dict[str, Any]:
    """The samples write a ranking as its bare tiers."""
    return {
        name: {"version": 1, "tiers": value} if _is_tiers(value) else value for name, value in values.items()
    }


def _is_tiers(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(tier, list) for tier in value)


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (FILES / f"{name}.jsonl").open(encoding="utf-8") as file:
        yield from map(json.loads, file)
