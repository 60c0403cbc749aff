"""JSON about questions (contract section 4.5)."""

from typing import Annotated, Any

from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypeAliasType

from accounts.access import MANAGERS, MEMBERS, Verb
from core.api import ApiView, body, path_id
from core.changes import Changes
from core.operations import ChangesOf, Items, SettingsOf, operation
from feedback import questions
from feedback.actions.schema import add_question, change_question, remove_question
from feedback.api.datasets import fetch_dataset
from feedback.api.parts import Description, Name, PartJson, Title, check_settings, part_json
from feedback.models import Question

QuestionSettings = TypeAliasType("QuestionSettings", Annotated[dict[str, Any], SettingsOf(questions.kinds)])
QuestionChanges = TypeAliasType("QuestionChanges", Annotated[dict[str, Any], ChangesOf(questions.kinds)])


class QuestionCreate(BaseModel):
    """The body of POST /datasets/{id}/questions."""

    name: Name
    title: Title
    description: Description | None = None
    required: bool | None = None
    settings: QuestionSettings


class QuestionUpdate(Changes):
    """The body of PATCH /questions/{id}."""

    never_null = frozenset({"title", "settings"})

    title: Title | None = None
    description: Description | None = None
    settings: QuestionChanges | None = None


class QuestionJson(PartJson):
    """What people answer about each record."""

    description: str | None
    required: bool
    settings: QuestionSettings


def question_json(question: Question) -> QuestionJson:
    """A question as the contract shows it."""
    return {
        **part_json(question),
        "description": question.description,
        "required": question.required,
        "settings": question.kind.wire_settings(),
    }


class DatasetQuestions(ApiView):
    """The questions of a dataset."""

    @operation("list_questions", MEMBERS, gives={200: Items[QuestionJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List the questions of a dataset, in the order of their making."""
        dataset = fetch_dataset(self, Verb.VIEW, dataset_id)
        return Reply({"items": [question_json(question) for question in dataset.questions.all()]})

    @operation("add_question", MANAGERS, body=QuestionCreate, gives={201: QuestionJson}, refuses={409})
    def post(self, request: Request, dataset_id: str) -> Reply:
        """Add a question to a draft."""
        path_id(dataset_id, "dataset_id")
        new = body(request, QuestionCreate)
        check_settings(questions.from_wire, new.settings)
        dataset = fetch_dataset(self, Verb.MANAGE, dataset_id)
        question = add_question(dataset, **{**dict(new), "required": bool(new.required)})
        return Reply(question_json(question), status=201)


class QuestionDetail(ApiView):
    """One question."""

    @operation("change_question", MANAGERS, body=QuestionUpdate, gives={200: QuestionJson})
    def patch(self, request: Request, question_id: str) -> Reply:
        """Change texts or settings; also when the dataset is published.

        Settings that are not sent stay. Options keep their values, since answers refer to them.
        """
        pk = path_id(question_id, "question_id")
        changes = body(request, QuestionUpdate).given()
        question = Question.objects.fetch(Verb.MANAGE, self.by, pk=pk)
        return Reply(question_json(change_question(question, **changes)))

    @operation("remove_question", MANAGERS, gives={200: QuestionJson})
    def delete(self, request: Request, question_id: str) -> Reply:
        """Remove a question from a draft; the answer shows it as it was."""
        pk = path_id(question_id, "question_id")
        question = Question.objects.fetch(Verb.MANAGE, self.by, pk=pk)
        shown = question_json(question)
        remove_question(question)
        return Reply(shown)
