"""JSON about questions (contract section 4.5)."""

from typing import Any

from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response as Reply

from accounts.access import Verb
from core.api import ApiView, body, path_id
from core.changes import Changes
from feedback import questions
from feedback.actions.schema import add_question, change_question, remove_question
from feedback.api.datasets import fetch_dataset
from feedback.api.parts import Description, Name, Settings, Title, check_settings, part_json
from feedback.models import Question


class QuestionCreate(BaseModel):
    """The body of POST /datasets/{id}/questions."""

    name: Name
    title: Title
    description: Description | None = None
    required: bool | None = None
    settings: Settings


class QuestionUpdate(Changes):
    """The body of PATCH /questions/{id}."""

    never_null = frozenset({"title", "settings"})

    title: Title | None = None
    description: Description | None = None
    settings: Settings | None = None


def question_json(question: Question) -> dict[str, Any]:
    """A question as the contract shows it."""
    return part_json(
        question,
        description=question.description,
        required=question.required,
        settings=question.kind.wire_settings(),
    )


class DatasetQuestions(ApiView):
    """The questions of a dataset."""

    def get(self, request: Request, dataset_id: str) -> Reply:
        dataset = fetch_dataset(self, Verb.VIEW, dataset_id)
        return Reply({"items": [question_json(question) for question in dataset.questions.all()]})

    def post(self, request: Request, dataset_id: str) -> Reply:
        path_id(dataset_id, "dataset_id")
        new = body(request, QuestionCreate)
        check_settings(questions.from_wire, new.settings)
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        question = add_question(dataset, **{**dict(new), "required": bool(new.required)})
        return Reply(question_json(question), status=201)


class QuestionDetail(ApiView):
    """One question."""

    def patch(self, request: Request, question_id: str) -> Reply:
        pk = path_id(question_id, "question_id")
        changes = body(request, QuestionUpdate).given()
        question = Question.objects.fetch(Verb.MANAGE, self.by, pk=pk)
        return Reply(question_json(change_question(question, **changes)))

    def delete(self, request: Request, question_id: str) -> Reply:
        pk = path_id(question_id, "question_id")
        question = Question.objects.fetch(Verb.MANAGE, self.by, pk=pk)
        shown = question_json(question)
        remove_question(question)
        return Reply(shown)
