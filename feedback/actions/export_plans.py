"""What somebody asks for when they export, checked against the dataset before anything begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from accounts.access import Role
from accounts.models import Membership
from core.errors import Invalid
from core.schema import parse
from feedback import exports
from feedback.exports.plan import Filters, Plan
from feedback.models import Dataset, Job, Suggestion
from feedback.models.jobs import JobKind
from feedback.search.address import read_query
from feedback.search.matching import matching
from feedback.search.query import RecordQuery
from feedback.search.scope import Scope
from feedback.shape import DatasetShape


def plan_export(dataset: Dataset, asked: Mapping[str, Any]) -> Plan:
    """The plan as it will be carried out: with defaults, and people by their ids. `Invalid` for what does not fit."""
    kind = exports.kinds[str(asked.get("format", ""))]()
    plan = parse(Plan, {**asked, "options": {}}, sentence="This export does not work.")
    options = kind.options(asked.get("options") or {}, shape_for_export(dataset))
    file_type = plan.file_type or kind.file_types[0]
    if file_type not in kind.file_types:
        known = ", ".join(kind.file_types)
        sentence = f"{kind.label} is not written as {file_type[:40]!r}. Choose one of: {known}."
        raise Invalid(sentence, {"file_type": sentence})
    check_filters(dataset, plan.filters)
    people = people_by_id(dataset, plan.filters.people, "filters.people")
    weighted = people_by_id(dataset, plan.weights, "weights")
    if plan.against and plan.against.job:
        _check_against(dataset, plan.against.job)
    return plan.model_copy(
        update={
            "format": kind.name,
            "options": options.model_dump(mode="json"),
            "file_type": file_type,
            "shuffle": kind.mixes if plan.shuffle is None else plan.shuffle,
            "filters": plan.filters.model_copy(update={"people": list(people.values())}),
            "weights": {weighted[name]: weight for name, weight in plan.weights.items()},
        }
    )


def shape_for_export(dataset: Dataset) -> DatasetShape:
    """What it asks for, and to which of its questions anything was suggested: by one look into an index for each."""
    there = Exists(Suggestion.objects.filter(question=OuterRef("pk")))
    return replace(
        dataset.shape, suggested=frozenset(dataset.questions.filter(there).values_list("name", flat=True))
    )


def scope_of(dataset: Dataset) -> Scope:
    """The dataset as those search it who manage it, whoever they are: they see all of it."""
    return Scope(dataset, Membership(role=Role.OWNER, organization_id=dataset.organization_id))


def query_of(filters: Filters) -> RecordQuery:
    """The conditions on records as one search. `Invalid` for what cannot be meant."""
    query = RecordQuery()
    if filters.address:
        query = read_query(QueryDict(filters.address))
    if filters.search:
        if filters.address:
            raise Invalid("Say filters.search or filters.address, not both.")
        query = parse(RecordQuery, filters.search, sentence="This search does not work.")
    if query.vector:
        raise Invalid("Records that are like one have no end. Filter by something else.")
    given = query.model_dump(mode="json", by_alias=True)
    conditions = [*((given["filters"] or {}).get("and", [])), *_conditions(filters)]
    return parse(
        RecordQuery,
        {"query": given["query"], "filters": {"and": conditions} if conditions else None},
        sentence="These filters do not work.",
    )


def check_filters(dataset: Dataset, filters: Filters) -> None:
    """`Invalid` if a filter names what the dataset has not."""
    matching(query_of(filters), scope_of(dataset))
    if filters.agreement:
        name = filters.agreement.question
        question = dataset.shape.questions.get(name)
        if question is None or question.kind.distance is None:
            known = ", ".join(
                n for n, one in dataset.shape.questions.items() if one.kind.distance is not None
            )
            sentence = f"Agreement is not measured for {name!r}. " + (
                f"Choose one of: {known}." if known else "No question of this dataset has answers to compare."
            )
            raise Invalid(sentence, {"filters.agreement": sentence})


def people_by_id(dataset: Dataset, names: Iterable[str], where: str) -> dict[str, str]:
    """What was said -> the id of the person. Usernames or ids. `Invalid` names those whom nobody is called."""
    said = list(names)
    if not said:
        return {}
    ids = [found for one in said if (found := _uuid(one))]
    people = Membership.objects.filter(organization_id=dataset.organization_id).filter(
        Q(username__in=said) | Q(pk__in=ids)
    )
    known = {key: str(one.pk) for one in people for key in (one.username, str(one.pk))}
    if unknown := [one for one in said if one not in known]:
        names_ = ", ".join(repr(one[:60]) for one in unknown[:10])
        sentence = f"Nobody here is called {names_}. Write usernames."
        raise Invalid(sentence, {where: sentence})
    return {one: known[one] for one in said}


def _check_against(dataset: Dataset, job_id: UUID) -> None:
    job = Job.objects.filter(pk=job_id, organization_id=dataset.organization_id, kind=JobKind.EXPORT).first()
    if job is None or not job.data_files:
        sentence = (
            "There is no export with files of this id to keep apart from. Take the id of a finished export."
        )
        raise Invalid(sentence, {"against.job": sentence})


def _conditions(filters: Filters) -> Iterator[dict[str, Any]]:
    if filters.status:
        scope = {"entity": "record", "property": "status"}
        yield {"type": "terms", "scope": scope, "values": [filters.status]}
    for name, wanted in filters.metadata.items():
        about = {"entity": "metadata", "metadata_property": name}
        if isinstance(wanted, Mapping):
            yield {"type": "range", "scope": about, "ge": wanted.get("ge"), "le": wanted.get("le")}
        else:
            values = wanted if isinstance(wanted, list) else [wanted]
            yield {"type": "terms", "scope": about, "values": values}
    for name, between in (("inserted_at", filters.inserted), ("updated_at", filters.updated)):
        if between:
            bounds = between.model_dump(mode="json", exclude_none=True)
            yield {"type": "range", "scope": {"entity": "record", "property": name}, **bounds}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
