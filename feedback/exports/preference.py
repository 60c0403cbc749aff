"""Preference: a prompt, the answer that people chose, and one that they rejected."""

from collections.abc import Mapping
from typing import Any, Literal, Self

import pyarrow as pa
from django.utils.translation import gettext, gettext_noop
from pydantic import Field, model_validator

from feedback.exports import rules
from feedback.exports.comparing import Compared, Margin, PairOptions, Ties
from feedback.exports.families import OfPairs
from feedback.exports.prompts import FormOptions
from feedback.exports.turns import column, shaped
from feedback.shape import DatasetShape


class Options(FormOptions, PairOptions):
    """What stands in a row beside the two answers."""

    layout: Literal["explicit", "implicit"] = Field(
        "explicit",
        title=gettext_noop("Where the prompt stands"),
        description=gettext_noop(
            "In a column of its own, which every trainer understands; or at the head of both answers."
        ),
        json_schema_extra={
            "words": {
                "explicit": gettext_noop("In a column of its own"),
                "implicit": gettext_noop("At the head of both answers"),
            }
        },
    )
    margin: Margin = Field(
        "none",
        title=gettext_noop("Margin"),
        description=gettext_noop(
            "How clear the preference is, from 0 to 1: the distance in the ranking or of the ratings, the lead in "
            "votes, or what labelers said of the strength (0 where they said nothing)."
        ),
        json_schema_extra={
            "words": {
                "none": gettext_noop("No margin"),
                "distance": gettext_noop("Distance"),
                "votes": gettext_noop("Lead in votes"),
                "strength": gettext_noop("Strength"),
            }
        },
    )
    ties: Ties = Field(
        "drop",
        title=gettext_noop("Tied pairs"),
        description=gettext_noop(
            "In a file of their own, neither answer counts as better: which is called chosen is drawn."
        ),
        json_schema_extra={
            "words": {
                "drop": gettext_noop("Leave them out"),
                "zero": gettext_noop("Rows with margin 0"),
                "aside": gettext_noop("A file of their own"),
            }
        },
    )
    weight: bool = Field(
        False,
        title=gettext_noop("Weight"),
        description=gettext_noop("Adds a column with 1 / the number of pairs of the prompt."),
    )

    @property
    def said_margin(self) -> Margin:
        return self.margin

    @property
    def said_ties(self) -> Ties:
        return self.ties

    @model_validator(mode="after")
    def _tied_rows_have_a_margin(self) -> Self:
        if self.ties == "zero" and self.margin == "none":
            raise ValueError(gettext("Tied pairs among the others need a margin, which tells them apart."))
        return self


class Preference(OfPairs[Options]):
    """One row a pair. Ties, equal texts and empty texts give none, unless ties are wanted."""

    name = "preference"
    label = gettext_noop("Preference")
    order = 30
    description = gettext_noop(
        "Chosen and rejected answers, from rankings, ratings or corrected suggestions. For reward models, DPO and KTO "
        "of TRL."
    )
    schema = Options

    def data(self, one: Compared, options: Options) -> dict[str, Any] | None:
        prompt, chosen, rejected = one.asked, one.chosen, one.rejected
        if options.form == "standard":
            ready = shaped(prompt, [chosen, rejected], options.form)
            if ready is None:
                return None
            prompt, (chosen, rejected) = ready
        if options.layout == "explicit":
            data: dict[str, Any] = {"prompt": prompt, "chosen": chosen, "rejected": rejected}
        else:
            data = {"chosen": prompt + chosen, "rejected": prompt + rejected}
        if options.margin != "none":
            data["margin"] = one.margin
        if options.weight:
            data["weight"] = one.weight
        data["group"], data["record_id"] = one.group, one.source.id
        if options.policy == "per_labeler":
            data["annotator"] = one.person
        return data

    def columns(self, options: Options, shape: DatasetShape) -> pa.Schema:
        text = column(options.form)
        names = [("prompt", text)] if options.layout == "explicit" else []
        names += [("chosen", text), ("rejected", text)]
        names += [("margin", pa.float64())] if options.margin != "none" else []
        names += [("weight", pa.float64())] if options.weight else []
        names += [("group", pa.string()), ("record_id", pa.string())]
        names += [("annotator", pa.string())] if options.policy == "per_labeler" else []
        return pa.schema(names)

    def check(self, data: Mapping[str, Any], options: Options) -> str | None:
        chosen, rejected = data["chosen"], data["rejected"]
        if options.layout == "explicit":
            rule = self.prompt_rule(data["prompt"]) or self.answer_rule(chosen) or self.answer_rule(rejected)
        else:
            rule = rules.whole(chosen) or rules.whole(rejected) or _begin_alike(chosen, rejected)
        return (
            rules.plain(data)
            or rules.only(data, "prompt", "chosen", "rejected")
            or rule
            or rules.differ(chosen, rejected)
            or (rules.margin(data["margin"]) if "margin" in data else None)
        )


def _begin_alike(chosen: Any, rejected: Any) -> str | None:
    """Without a common beginning there is no prompt to be found."""
    return None if chosen[0] == rejected[0] else gettext("The two answers have no prompt in common.")
