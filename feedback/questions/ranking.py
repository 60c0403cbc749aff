"""Which answer is best, and which next? Ties are answers too."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, Literal, Self

from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop
from pydantic import Field, StringConstraints, model_validator

from core.columns import as_parts
from core.errors import Invalid
from core.text import Text
from feedback import fields as field_kinds
from feedback.agreement import distances
from feedback.item import Candidate, Item, letters
from feedback.questions import base, cards, placement, posted, remarks
from feedback.questions.options import FewOptions
from feedback.questions.unfinished import refuse_unranked

# What an Argilla client sees as the options of a ranking of candidates, of which each record has its own.
LETTERED = [{"value": letter, "text": letter, "description": None} for letter in islice(letters(), 9)]


Reason = Annotated[Text, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


class Settings(base.Settings):
    """Either `options`, the same for every record, or `field`, the candidates field that is ranked. With `field`
    programs are shown the letters of candidates as `options`, and may send them back.
    """

    type: Literal["ranking"]
    options: FewOptions | None = None
    field: Annotated[Text, StringConstraints(min_length=1, max_length=200)] | None = None
    layout: Literal["columns", "grid", "focus"] | None = None  # None: by the number of answers
    strength: bool = False
    why: bool = False
    reasons: Annotated[list[Reason], Field(max_length=30)] = []
    flags: bool = True
    better: bool = True

    @model_validator(mode="before")
    @classmethod
    def _drop_options_that_only_name_letters(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and data.get("field") is not None and data.get("options") == LETTERED:
            return {key: value for key, value in data.items() if key != "options"}
        return data

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.options is None) == (self.field is None):
            raise ValueError(
                "Rank either the answers of a field or fixed options: give one of field and options."
            )
        return self


_ITEM = Item(
    fields={"prompt": "What is a well?"},
    candidates={
        "answers": [
            Candidate(id="a1", text="A hole with water.", model="model-one", extra={"cost": 3}),
            Candidate(id="a2", text="I do not know.", model="model-two"),
            Candidate(id="a3", messages=[{"role": "assistant", "content": "Water from below."}]),
        ]
    },
)


def _distance(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    return distances.kendall(a["tiers"], b["tiers"])


class Ranking(base.Kind[Settings]):
    """Which is best, and which next? Tiers of candidates or options, best first; one tier is a tie."""

    name = "ranking"
    label = gettext_noop("Ranking")
    order = 20
    schema = Settings
    told_by = "tiers"
    distance = staticmethod(_distance)
    distance_unit = gettext_noop("the share of pairs that they order differently, 0 to 1")
    changeable = frozenset({"layout", "strength", "why", "reasons", "flags", "better"})
    example = base.Example(
        settings={"type": "ranking", "field": "answers", "strength": True, "reasons": ["It is correct"]},
        answers=[
            {"version": 1, "tiers": [["a3"], ["a1", "a2"]]},
            {"version": 1, "tiers": [["a2"], [], ["a1", "a3"]]},
            {"version": 1, "tiers": [["a1", "a2", "a3"]]},
            {
                "version": 1,
                "tiers": [["a3"], [], ["a1"]],
                "strengths": ["much"],
                "flags": {"a1": ["unsafe"], "a2": ["broken", "duplicate"]},
                "reasons": ["It is correct"],
                "why": "Only one is right.",
                "better": {"text": "A hole down to water.", "from": "a3"},
            },
        ],
        mistakes=[
            {"version": 1, "tiers": [["a1"], ["a2"], ["a3"]], "strengths": ["much", "much", "much"]},
            {"version": 1, "tiers": [["a1"], ["a2"], ["a3"]], "strengths": ["a bit", "much"]},
            {"version": 1, "tiers": [["a1"], ["a2"]], "flags": {"a3": ["boring"]}},
            {"version": 1, "tiers": [["a1", "a2", "a3"]], "flags": {"a4": ["broken"]}},
            {"version": 1, "tiers": [["a1", "a2", "a3"]], "reasons": ["It is short"]},
            {"version": 1, "tiers": [["a1", "a2", "a3"]], "better": {"text": "A well.", "from": "a4"}},
            *(None, True, 3, "a1", [], {}, ["a1", "a2", "a3"]),
            {"version": 1, "tiers": []},
            {"version": 1, "tiers": [["a1"], ["a2"]]},
            {"version": 1, "tiers": [["a1"], ["a2"], ["a3", "a4"]]},
            [{"value": "a1"}, {"value": "a2"}, {"value": "a3"}],
            [{"value": "a1", "rank": 1}, {"value": "a2", "rank": 2}, {"value": "a3", "rank": 4}],
        ],
        posted={
            f"quality.{letter}": "1" if key == "a3" else "2"
            for letter, key in _ITEM.lettered(["a1", "a2", "a3"]).items()
        },
        item=_ITEM,
        wire=[{"value": "a3", "rank": 1}, {"value": "a1", "rank": 2}, {"value": "a2", "rank": 2}],
    )

    def ids(self, item: Item) -> list[str]:
        """What is to be ranked here, in stored order: ids of candidates, or values of options."""
        if self.settings.field is not None:
            return [candidate.id for candidate in item.candidates.get(self.settings.field, ())]
        return [option.value for option in self.settings.options or ()]

    # What is an answer?

    def clean(self, value: Any, item: Item, *, final: bool = True) -> dict[str, Any]:
        pairs, said = placement.read(value, order_counts=not final)
        ids = self.ids(item)
        ranks = placement.checked(pairs, ids)
        gaps = max(0, len(set(ranks.values())) - 1)
        remarked = remarks.checked(said, ids, gaps=gaps, offered=self.settings.reasons, final=final)
        if final:
            refuse_unranked(done=len(ranks.keys() | remarked.get("flags", {}).keys()), of=len(ids))
        return placement.stored(ranks, ids) | remarked

    def read(self, form: QueryDict, name: str, item: Item) -> dict[str, Any] | None:
        return posted.read(form, name, item.lettered(self.ids(item)))

    def fill(self, answer: Any, item: Item) -> dict[str, Any]:
        """`ranks`: letter -> tier; the remarks with letters for ids."""
        ids = item.lettered(self.ids(item))
        ranks = placement.ranks(answer)
        letters_of = {key: letter for letter, key in ids.items()}
        return {
            "ranks": {letter: ranks[key] for letter, key in ids.items() if key in ranks}
        } | remarks.renamed(answer, letters_of)

    def wire(self, answer: Any) -> list[dict[str, Any]]:
        return placement.listed(placement.ranks(answer), answer.get("flags", {}))

    def wire_for_labeler(self, answer: Any, item: Item) -> list[dict[str, Any]]:
        if self.settings.field is None:
            return self.wire(answer)
        shown = self.fill(answer, item)
        ranks = dict(sorted(shown["ranks"].items(), key=lambda one: (one[1], one[0])))
        return placement.listed(ranks, shown.get("flags", {}))

    def from_labeler(self, value: Any, item: Item) -> Any:
        if self.settings.field is None:
            return value
        return placement.from_letters(value, item.lettered(self.ids(item)))

    def suggested(self, answer: Any) -> list[str]:
        return [entry["value"] for entry in self.wire(answer)]

    def from_column(self, value: Any) -> Any:
        found = as_parts(value)
        if not isinstance(found, list):
            return found
        return [{"value": entry} if isinstance(entry, str) else entry for entry in found]

    def align(self, value: Any, answer: Any, scores: Sequence[float]) -> list[float]:
        if not isinstance(value, list):
            return list(scores)
        score_of = {entry["value"]: score for entry, score in zip(value, scores, strict=True)}
        return [score_of[key] for key in placement.ranks(answer)]

    # How does it look?

    def is_main(self, *, required: bool) -> bool:
        return True

    @property
    def takes_over(self) -> frozenset[str]:
        options = [option.value for option in self.settings.options or ()]
        return frozenset(options if self.settings.field is None else [self.settings.field])

    def shows(self, item: Item) -> frozenset[str]:
        return frozenset(name for name in self.takes_over if not isinstance(item.fields.get(name), Mapping))

    def show(self, item: Item) -> dict[str, Any]:
        """The `cards` in this person's order, each with its letter, and the `tiers` to put them into."""
        ids = self.ids(item)
        contents = self._cards(item)
        return {
            "cards": [{"letter": letter, **contents[key]} for letter, key in item.lettered(ids).items()],
            "tiers": list(range(1, len(ids) + 1)),
            "gaps": list(range(1, len(ids))),
            "strengths": remarks.STRENGTHS,
            "flags": {flag: gettext(words) for flag, words in remarks.FLAG_WORDS.items()},
        }

    def _cards(self, item: Item) -> dict[str, dict[str, Any]]:
        if self.settings.field is not None:
            candidates = item.candidates.get(self.settings.field, ())
            markdown = self.settings.field in item.markdown
            return {one.id: cards.of_candidate(one, markdown=markdown) for one in candidates}
        return {option.value: cards.of_option(option, item) for option in self.settings.options or ()}

    # How may it be changed?

    def wire_settings(self) -> dict[str, Any]:
        options = self.settings.model_dump()["options"] or [dict(option) for option in LETTERED]
        return self.settings.model_dump(exclude_defaults=True) | {"options": options}

    @classmethod
    def may_be_about(cls, kind: type[field_kinds.Kind[Any]]) -> bool:
        return kind.holds_candidates

    def suits(self, fields: Mapping[str, str], others: Sequence[base.Kind[Any]] = ()) -> None:
        name = self.settings.field
        if name is not None and (
            name not in fields or not self.may_be_about(field_kinds.kinds[fields[name]])
        ):
            sentence = f"There is no field {name!r} that holds answers to rank. Add one, or name another."
            raise Invalid(sentence, {"field": sentence})

    # What does an answer mean?

    def tiers(self, answer: Any) -> Sequence[Sequence[str]] | None:
        return [list(tier) for tier in answer["tiers"] if tier]

    strengths = staticmethod(remarks.strengths)
    flags = staticmethod(remarks.flags)
    better = staticmethod(remarks.better)
