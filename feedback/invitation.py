"""Records that labelers write themselves: which fields and questions of a dataset they are given for it."""

from __future__ import annotations

from django.utils.translation import gettext

from core.errors import Invalid
from feedback.shape import DatasetShape, FieldShape, QuestionShape


def written_fields(shape: DatasetShape) -> list[FieldShape]:
    """The fields that people can write."""
    return [field for field in shape.fields.values() if field.kind.is_written]


def asked_questions(shape: DatasetShape) -> list[QuestionShape]:
    """The questions that can be answered while the record is written: not those that act on its fields."""
    return [question for question in shape.questions.values() if not question.kind.takes_over]


def check_invitation(shape: DatasetShape) -> None:
    """Raise `Invalid` if no labeler could write a record that the dataset takes, or answer what it requires."""
    written, asked = written_fields(shape), asked_questions(shape)
    for field in shape.fields.values():
        if field.required and field not in written:
            raise _refused(
                gettext(
                    "“%(title)s” is required, and labelers cannot write a field of the kind "
                    "%(kind)s. Only texts and chats can be written."
                )
                % {"title": field.title, "kind": field.kind.label}
            )
    for question in shape.questions.values():
        if question.required and question not in asked:
            raise _refused(
                gettext(
                    "“%(title)s” is required, and acts on fields that must be there before it is asked. "
                    "It cannot be answered while a record is written."
                )
                % {"title": question.title}
            )
    if shape.fields and not written:
        raise _refused(gettext("There is no text and no chat among the fields that labelers could write."))


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, {"invites_records": sentence})
