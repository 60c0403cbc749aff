"""Soft labels: how many people gave which label or rating, where they need not agree."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext, gettext_noop
from pydantic import Field

from feedback.exports import base, rules
from feedback.exports.base import Answer, ExportRecord, Row, Tally
from feedback.exports.prompts import Prompts
from feedback.exports.turns import group
from feedback.shape import DatasetShape, QuestionShape


class Options(base.Options):
    """Which question, about which texts."""

    question: str | None = Field(
        None,
        title=gettext_noop("Question"),
        description=gettext_noop("A question with labels or ratings to choose from."),
    )
    fields: list[str] = Field(
        [],
        title=gettext_noop("Texts"),
        description=gettext_noop(
            "Fields that make up the text, in this order, a blank line between. None: all."
        ),
    )
    extra: bool = Field(
        True,
        title=gettext_noop("Extra answers"),
        description=gettext_noop("Use answers too that came when a record had enough."),
    )


class SoftLabels(base.Kind[Options]):
    """One row a record: `votes` (people) and `shares` (of their weights) for each class, always all classes."""

    name = "soft_labels"
    label = gettext_noop("Soft labels")
    order = 90
    description = gettext_noop(
        "The share and number of votes for each label or rating. For classifiers that learn from disagreement."
    )
    schema = Options
    needs = ("question",)

    def offers(self, shape: DatasetShape) -> dict[str, list[str]]:
        texts = [name for name, field in shape.fields.items() if field.kind.has_text()]
        return {"question": [one.name for one in shape.questions.values() if _classes(one)], "fields": texts}

    def rows(
        self, records: Iterable[ExportRecord], options: Options, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        question = shape.questions[options.question or ""]
        names = options.fields or self.offers(shape)["fields"]
        prompts = Prompts(shape, [])
        for record in records:
            tally.counts["records_read"] += 1
            said = [one for one in record.submitted(extra=options.extra) if question.name in one.values]
            tally.counts["judgments_read"] += len(said)
            if not said:
                tally.left_out["records_without_judgment"] += 1
                continue
            texts = [
                shape.fields[one].kind.plain(record.fields[one]) for one in names if one in record.fields
            ]
            text = "\n\n".join(filter(str.strip, texts))
            if not text:
                tally.left_out["records_without_text"] += 1
                continue
            prompt = group(prompts.conversation(record) or [{"role": "user", "content": text}])
            ids = tuple(one.id for one in said)
            yield Row(
                {"text": text, **_shares(question, said), "record_id": record.id}, prompt, record.id, ids
            )

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        classes = _classes(shape.questions[options.question or ""])
        votes = pa.struct([(one, pa.int64()) for one in classes])
        shares = pa.struct([(one, pa.float64()) for one in classes])
        return pa.schema(
            [
                ("text", pa.string()),
                ("votes", votes),
                ("shares", shares),
                ("people", pa.int64()),
                ("record_id", pa.string()),
            ]
        )

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        votes, shares = data["votes"], data["shares"]
        fits = votes.keys() == shares.keys() and all(0 <= one <= 1 for one in shares.values())
        return rules.first(
            rules.plain(data),
            rules.only(data, "text"),
            rules.filled(data["text"]),
            None if fits and any(votes.values()) else gettext("The shares do not fit the votes."),
        )


def _classes(question: QuestionShape) -> list[str]:
    """What can be chosen, in its order; nothing if the question is none of choosing."""
    return list(question.kind.offered)


def _shares(question: QuestionShape, said: list[Answer]) -> dict[str, Any]:
    """Of several labels in one answer each has the whole vote, so shares may add up to more than 1."""
    votes, weights = dict.fromkeys(_classes(question), 0), dict.fromkeys(_classes(question), 0.0)
    for one in said:
        for value in question.kind.said(one.values[question.name]):
            if (name := str(value)) in votes:  # else a label that is offered no more
                votes[name] += 1
                weights[name] += one.weight
    total = sum(one.weight for one in said)
    shares = {name: min(1.0, weight / total) for name, weight in weights.items()}
    return {"votes": votes, "shares": shares, "people": len(said)}
