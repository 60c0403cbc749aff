"""JSON about work that is given to people by name."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MANAGERS, REVIEWERS, Verb
from core.api import ApiView, body, path_id, query
from core.errors import Invalid
from core.operations import Listing, Time, operation
from feedback.actions.assigning import start_assignment
from feedback.actions.assignments import change_assignment
from feedback.actions.handing_over import hand_over
from feedback.actions.unassigning import take_back_assignment
from feedback.api.assignment_bodies import Assignees, AssignmentCreate, AssignmentUpdate, HandOver
from feedback.api.datasets import fetch_dataset
from feedback.api.job_json import JobJson, show_job
from feedback.api.jobs import Page
from feedback.models import Assignment, Dataset, Share
from feedback.reports.assignments import Given, given
from workspaces.actions import people_of
from workspaces.models import Group


class PartJson(TypedDict):
    """One person's part. `waiting` and `left`, for they do not work here any more, are counted up to 10,000."""

    id: UUID
    username: str
    weight: float
    given: int
    answered: int
    waiting: int
    left: int


class AssignmentJson(TypedDict):
    """Work that was given to people by name. `job`: the one that gives it, null if that was deleted."""

    id: UUID
    dataset_id: UUID
    by: UUID | None
    note: str
    due_at: Time | None
    given: int
    answered: int
    users: list[PartJson]
    job: JobJson | None
    inserted_at: Time


def assignment_json(one: Given) -> AssignmentJson:
    """An assignment with its people and its job."""
    assignment = one.assignment
    return {
        "id": assignment.pk,
        "dataset_id": assignment.dataset_id,
        "by": assignment.by_id,
        "note": assignment.note,
        "due_at": assignment.due_at,
        "given": one.given,
        "answered": one.answered,
        "users": [
            {
                "id": part.person.pk,
                "username": part.person.username,
                "weight": part.share.weight,
                "given": part.share.given,
                "answered": part.share.answered,
                "waiting": part.waiting.number,
                "left": part.left.number,
            }
            for part in one.parts
        ],
        "job": show_job(assignment.job) if assignment.job else None,
        "inserted_at": assignment.inserted_at,
    }


class Assignments(ApiView):
    """The assignments of a dataset."""

    @operation("list_assignments", REVIEWERS, query=Page, gives={200: Listing[AssignmentJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List the assignments of a dataset, the newest first."""
        path_id(dataset_id, "dataset_id")
        page = query(request, Page)
        found = fetch_dataset(self, Verb.REVIEW, dataset_id).assignments.select_related("job")
        items = [assignment_json(one) for one in given(found[page.offset : page.offset + page.limit])]
        return Reply({"items": items, "total": found.count()})

    @operation("assign_records", MANAGERS, body=AssignmentCreate, gives={202: AssignmentJson})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Give records to people by name. `job` says how far it is.

        Nobody gets a record that they wrote, hold, have answered, or have been given before.
        """
        path_id(dataset_id, "dataset_id")
        asked = body(request, AssignmentCreate)
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        made = start_assignment(
            dataset,
            asked.selection,
            people=_people(self, dataset, asked),
            by=self.by,
            overlap=asked.overlap,
            number=asked.number,
            percent=asked.percent,
            at_random=asked.order == "random",
            note=asked.note,
            due_at=asked.due_at,
        )
        return Reply(assignment_json(given([made])[0]), status=202)


class AssignmentDetail(ApiView):
    """One assignment."""

    @operation("get_assignment", REVIEWERS, gives={200: AssignmentJson})
    def get(self, request: Request, assignment_id: str) -> Reply:
        """Show how far each person is."""
        return Reply(assignment_json(given([_fetch(self, assignment_id, Verb.REVIEW)])[0]))

    @operation("change_assignment", MANAGERS, body=AssignmentUpdate, gives={200: AssignmentJson})
    def patch(self, request: Request, assignment_id: str) -> Reply:
        """Change what is said about an assignment, and until when it is due."""
        path_id(assignment_id, "assignment_id")
        changes = body(request, AssignmentUpdate).given()
        return Reply(assignment_json(given([change_assignment(_fetch(self, assignment_id), **changes)])[0]))

    @operation("take_back_assignment", MANAGERS, gives={202: JobJson}, refuses={409})
    def delete(self, request: Request, assignment_id: str) -> Reply:
        """Take back what nobody has begun. The answer is a job to follow.

        What is answered or held stays; if nothing does, the assignment goes, too. 409 while it is being given.
        """
        return Reply(show_job(take_back_assignment(_fetch(self, assignment_id), by=self.by)), status=202)


class AssignmentHandOver(ApiView):
    """Passing one person's part of an assignment on."""

    @operation("hand_over_assignment", MANAGERS, body=HandOver, gives={202: JobJson}, refuses={409})
    def post(self, request: Request, assignment_id: str) -> Reply:
        """Hand over to others what waits for somebody, or what they left. The answer is a job to follow.

        409 while it is being given, or if nothing of it waits for them.
        """
        pk = path_id(assignment_id, "assignment_id")
        asked = body(request, HandOver)
        share = Share.objects.fetch(Verb.MANAGE, self.by, assignment=pk, membership=asked.user_id)
        to = _people(self, share.dataset, asked)
        job = hand_over(share.dataset, share.membership, to=to, by=self.by, assignment=share.assignment)
        return Reply(show_job(job), status=202)


def _fetch(view: ApiView, assignment_id: str, verb: Verb = Verb.MANAGE) -> Assignment:
    return Assignment.objects.fetch(verb, view.by, pk=path_id(assignment_id, "assignment_id"))


def _people(view: ApiView, dataset: Dataset, asked: Assignees) -> dict[UUID, float]:
    """Membership id -> weight, of users and of those who are in the groups now."""
    found = list(
        Group.objects.allowing(Verb.MANAGE, view.by).filter(
            pk__in=asked.groups, workspace=dataset.workspace_id
        )
    )
    if unknown := set(asked.groups) - {group.pk for group in found}:
        sentence = f"The workspace has no group with the id {min(unknown)}."
        raise Invalid(sentence, {"groups": sentence})
    weights = {member: 1.0 for people in people_of(found).values() for member in people} | asked.weights
    if not weights:
        sentence = "Nobody is in these groups."
        raise Invalid(sentence, {"groups": sentence})
    return weights
