"""What was judged: the model answers that a ranking, or a rating of each, puts in order."""

from collections.abc import Mapping
from typing import Any

from feedback.exports.base import ExportRecord, Tally
from feedback.exports.turns import Messages, messages, written
from feedback.item import Candidate
from feedback.shape import DatasetShape, QuestionShape

ANSWERING = frozenset({"assistant", "tool"})


def rankable(shape: DatasetShape) -> list[str]:
    """The questions whose answers put something in order that a record holds."""
    return [
        name
        for name, question in shape.questions.items()
        if "tiers" in question.kind.means() and question.kind.judges & shape.fields.keys()
    ]


def judged(
    record: ExportRecord, question: QuestionShape, shape: DatasetShape, asked: Messages, tally: Tally
) -> dict[str, Messages]:
    """Id -> answer, of all that the question puts in order and that a trainer could learn from."""
    found: dict[str, Messages] = {}
    for name in shape.fields:
        if name in question.kind.judges and record.fields.get(name) is not None:
            for key, turns in _of_field(name, record.fields[name], shape).items():
                usable = _after(asked, turns)
                if usable is None:
                    tally.left_out["answers_with_wrong_roles"] += 1
                elif any(map(_is_blank, usable)):
                    tally.left_out["answers_without_text"] += 1
                else:
                    found[key] = usable
    return found


def _of_field(name: str, value: Any, shape: DatasetShape) -> dict[str, Messages | None]:
    """Id -> turns: of the candidates in the field, or of the field itself if it is one of the answers; None if
    somebody speaks whom trainers do not know."""
    kind = shape.fields[name].kind
    candidates = kind.candidates(value)
    if candidates is not None:
        return {one.id: _turns(one) for one in candidates}
    turns = kind.messages(value)
    if turns is None and not kind.holds_text:
        return {}
    return {name: written(str(value)) if turns is None else messages(turns)}


def _turns(answer: Candidate) -> Messages | None:
    return messages(answer.messages) if answer.messages else written(answer.text)


def _after(asked: Messages, answer: Messages | None) -> Messages | None:
    """The answer without the prompt, should it repeat that; None unless it is the assistant's."""
    if answer is not None and len(answer) > len(asked) and answer[: len(asked)] == asked:
        answer = answer[len(asked) :]
    roles = [one["role"] for one in answer or ()]
    fine = bool(roles) and roles[0] == roles[-1] == "assistant" and ANSWERING.issuperset(roles)
    return answer if fine else None


def _is_blank(turn: Mapping[str, str]) -> bool:
    return not turn["content"] or turn["content"].isspace()
