"""One small dataset that every format finds something in, for what all formats owe and for the golden files."""

from typing import Any

from feedback.exports import ExportRecord, Suggestion
from tests.feedback.exports.making import answer, candidates, record, said, shape, user

POINTS = [{"value": value} for value in range(1, 6)]
QUESTIONS: dict[str, dict[str, Any]] = {
    "reply": {"type": "text"},
    "rank": {"type": "ranking", "field": "answers", "strength": True},
    "each": {"type": "rating_each", "for_each": "answers", "options": POINTS},
    "quality": {"type": "rating", "options": POINTS},
    "thumb": {
        "type": "label_selection",
        "options": [{"value": "up", "text": "Good"}, {"value": "down", "text": "Bad"}],
    },
    "faults": {
        "type": "multi_label_selection",
        "options": [{"value": "long", "text": "Too long"}, {"value": "rude", "text": "Rude"}],
    },
    "wrong": {
        "type": "span",
        "field": "solution",
        "options": [{"value": "error", "text": "Error"}, {"value": "style", "text": "Style"}],
    },
}
FIELDS = {
    "system": "text",
    "prompt": "text",
    "messages": "chat",
    "response": "text",
    "solution": "text",
    "answers": "candidates",
}
SHAPE = shape(FIELDS, QUESTIONS)


def ranked(tiers: str, *strengths: str | None, **remarks: Any) -> dict[str, Any]:
    """A stored ranking from "a bc d", with what was said beside it."""
    beside = {"strengths": list(strengths)} if strengths else {}
    return {"version": 1, "tiers": [list(tier) for tier in tiers.split(" ")], **beside, **remarks}


def scored(**ratings: int) -> dict[str, Any]:
    return {"version": 1, "ratings": ratings}


BEGUN = {"version": 1, "suggested": {"reply": {"value": "Because it is.", "agent": "model-a"}}}


def _named(one: ExportRecord) -> ExportRecord:
    """With ids of responses that no other record has."""
    return one._replace(answers=[each._replace(id=f"{one.id}-{each.person}") for each in one.answers])


TALK = [*user("Hi."), *said("Hello! What is it?"), *user("Why is the sky blue?")]
SOLUTION = "Half of 18 is 9.\nTwice 9 is 19.\n\nSo it is 19."

RECORDS = [
    _named(one)
    for one in (
        record(
            answer(
                "labeler-1",
                rank=ranked("a bc d", "much", "slightly", better={"text": "A, but better.", "from": "a"}),
                each=scored(a=5, b=3, c=3, d=1),
                reply="Because of the way it is.",
                quality=4,
                thumb="up",
                faults=["long"],
                wrong=[
                    {"label": "error", "start": 17, "end": 31},
                    {"label": "style", "start": 33, "end": 35},
                ],
            )._replace(presentation=BEGUN, note="It is two questions in one."),
            answer(
                "labeler-2",
                rank=ranked("b a c d", "slightly", None, "clearly"),
                each=scored(a=4, b=5, c=2, d=1),
                reply="ليس بعد",
                quality=5,
                thumb="up",
                faults=["long", "rude"],
                wrong=[
                    {"label": "error", "start": 20, "end": 25},
                    {"label": "error", "start": 41, "end": 43},
                ],
            ),
            answer("labeler-3", "draft", reply="Becau"),
            answer("labeler-4", "discarded", rank=ranked("d c b a")),
            id="one",
            suggestions={"reply": Suggestion("Because of physics.", "model-b", 0.5, "model")},
            system="Be brief.",
            prompt="Why?",
            response="So.",
            solution=SOLUTION,
            answers=candidates("A “fine” answer.\n", "B <b>bold</b>", "C\t\u2028", "D"),
        ),
        record(
            answer("labeler-1", rank=ranked("a b"), each=scored(a=2, b=1), quality=1, thumb="down"),
            answer(
                "labeler-2",
                rank=ranked("a", flags={"b": ["unsafe"]}),
                each=scored(a=3, b=1),
                quality=2,
                thumb="down",
                faults=["rude"],
            ),
            id="two",
            messages=TALK,
            response="It is not.",
            answers=candidates("It scatters.", "No idea."),
        ),
        record(
            answer("labeler-2", rank=ranked("a b c"), reply="Yes.", quality=3, thumb="up"),
            id="three",
            prompt=" why? ",
            response="Yes.",
            answers=candidates("same", "same", "other"),
        ),
        record(id="four", prompt="Nobody answered this."),
    )
]
