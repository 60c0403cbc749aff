"""How good is each of the answers, on a short scale of whole numbers?"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop
from pydantic import Field, StringConstraints

from core.errors import Invalid
from core.text import Text, brief
from feedback import fields as field_kinds
from feedback.agreement import distances
from feedback.item import Candidate, Item
from feedback.questions import base, scale
from feedback.questions.unfinished import refuse_unrated

VERSION = 1
BEGINNING = 160  # characters of an answer that stand beside its points

ForEach = Annotated[
    Text,
    StringConstraints(min_length=1, max_length=200),
    Field(
        title=gettext_noop("Rate the answers of"),
        description=gettext_noop("Each of them gets a rating of its own."),
    ),
]


class Settings(scale.Settings):
    """`for_each`: the candidates field whose answers are rated."""

    type: Literal["rating_each"]
    for_each: ForEach


class WireSettings(scale.Settings):
    """A rating to clients that know no other; `kind` says that it is one for each answer."""

    type: Literal["rating"]
    kind: Literal["rating_each"]
    for_each: ForEach


def _distance(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    return distances.mean_difference(a["ratings"], b["ratings"])


class RatingEach(scale.Scale[Settings]):
    """How good is each answer? A number of the scale for every candidate."""

    name = "rating_each"
    label = gettext_noop("Rating of each answer")
    order = 35
    travels_as = "rating"
    schema = Settings
    distance = staticmethod(_distance)
    distance_unit = gettext_noop("steps of the scale, on average")
    example = base.Example(
        settings={
            "type": "rating_each",
            "options": [{"value": 1}, {"value": 2}, {"value": 3}],
            "words": {"1": "no help", "3": "just right"},
            "for_each": "answers",
        },
        answers=[
            {"version": 1, "ratings": {"a1": 3, "a2": 1}},
            {"version": 1, "ratings": {"a1": 2, "a2": 2}},
            {"version": 1, "ratings": {"a1": 1, "a2": 3}},
        ],
        mistakes=[
            *(None, True, 2, "2", [], {}, [2, 1], [{"value": "a1"}], {"a1": 3, "a2": 1}),
            {"version": 1, "ratings": {"a1": 3}},
            {"version": 1, "ratings": {"a1": 3, "a2": None}},
            {"version": 1, "ratings": {"a1": 3, "a2": 4}},
            {"version": 1, "ratings": {"a1": 3, "a2": True}},
            {"version": 1, "ratings": {"a1": 3, "a2": "1"}},
            {"version": 1, "ratings": {"a1": 3, "a2": 1, "a3": 1}},
            {"version": 1, "ratings": [3, 1]},
            {"version": 1, "ratings": {"a1": 3, "a2": 1}, "mean": 2},
            {"version": 2, "ratings": {"a1": 3, "a2": 1}},
            {"ratings": {"a1": 3, "a2": 1}},
            [{"value": "a1", "rating": 3}, {"value": "a1", "rating": 3}],
            [{"value": ["a1"], "rating": 3}, {"value": "a2", "rating": 3}],
        ],
        posted={
            f"quality.{letter}": "3" if key == "a1" else "1"
            for letter, key in Item(fields={}).lettered(["a1", "a2"]).items()
        },
        item=Item(
            fields={"prompt": "What is a well?"},
            candidates={
                "answers": [
                    Candidate(id="a1", text="A hole with water.", model="model-one"),
                    Candidate(id="a2", text="I do not know.", model="model-two"),
                ]
            },
        ),
        wire=[{"value": "a1", "rating": 3}, {"value": "a2", "rating": 1}],
    )

    def ids(self, item: Item) -> list[str]:
        """What is to be rated here, in stored order."""
        return [candidate.id for candidate in item.candidates.get(self.settings.for_each, ())]

    # What is an answer?

    @classmethod
    def settings_for(cls, answers: Sequence[Any]) -> dict[str, Any] | None:
        found = scale.points_for_each(answers)
        return {"type": cls.name, "options": found} if found else None

    def clean(self, value: Any, item: Item, *, final: bool = True) -> dict[str, Any]:
        ids, ratings = self.ids(item), dict[str, int]()
        for key, rating in _pairs(value):
            if not isinstance(key, str) or key not in ids:
                raise Invalid(f"{brief(key)} is not one of the {len(ids)} to rate here.")
            if key in ratings:
                raise Invalid(f"{brief(key)} is rated twice. Give it one rating.")
            if rating is not None:
                ratings[key] = self.check(rating)
        if final:
            refuse_unrated(done=len(ratings), of=len(ids))
        return {"version": VERSION, "ratings": {key: ratings[key] for key in ids if key in ratings}}

    def read(self, form: QueryDict, name: str, item: Item) -> list[dict[str, Any]] | None:
        """Out of `<name>.<letter>` = the rating of that answer."""
        rated = [
            {"value": key, "rating": base.whole(rating)}
            for letter, key in item.lettered(self.ids(item)).items()
            if (rating := form.get(f"{name}.{letter}"))
        ]
        return rated or None

    def fill(self, answer: Any, item: Item) -> dict[str, int]:
        """Letter -> rating."""
        ids = item.lettered(self.ids(item))
        return {letter: answer["ratings"][key] for letter, key in ids.items() if key in answer["ratings"]}

    # An Argilla client takes whatever stands in a value, whatever its question, and sends it back as it was. So it gets
    # all of the answer, in the manner of a ranking. One number that stands for several would be an answer that nobody
    # gave, and would come back in the place of the real one.
    def wire(self, answer: Any) -> list[dict[str, Any]]:
        return _listed(answer["ratings"])

    def wire_for_labeler(self, answer: Any, item: Item) -> list[dict[str, Any]]:
        return _listed(self.fill(answer, item))

    def from_labeler(self, value: Any, item: Item) -> list[dict[str, Any]]:
        ids = item.lettered(self.ids(item))
        return [{"value": _named(letter, ids), "rating": rating} for letter, rating in _pairs(value)]

    def align(self, value: Any, answer: Any, scores: Sequence[float]) -> list[float]:
        if not isinstance(value, list):
            return list(scores)
        score_of = {entry["value"]: score for entry, score in zip(value, scores, strict=True)}
        return [score_of[key] for key in answer["ratings"]]

    # How does it look?

    def is_main(self, *, required: bool) -> bool:
        return True

    def show(self, item: Item) -> dict[str, Any]:
        """The `rows` in this person's order: {"letter", "text"}, of which `text` is how the answer begins."""
        texts = {one.id: _beginning(one) for one in item.candidates.get(self.settings.for_each, ())}
        return {
            "rows": [
                {"letter": letter, "text": texts[key]} for letter, key in item.lettered(list(texts)).items()
            ]
        }

    # How may it be changed?

    @classmethod
    def wire_shape(cls) -> type[WireSettings]:
        return WireSettings

    @classmethod
    def from_wire(cls, settings: Mapping[str, Any]) -> "RatingEach":
        return super().from_wire({**settings, "type": cls.name})

    def wire_settings(self) -> dict[str, Any]:
        return {**super().wire_settings(), "type": self.travels_as, "kind": self.name}

    @classmethod
    def may_be_about(cls, kind: type[field_kinds.Kind[Any]]) -> bool:
        return kind.holds_candidates

    def suits(self, fields: Mapping[str, str], others: Sequence[base.Kind[Any]] = ()) -> None:
        name = self.settings.for_each
        if name not in fields or not self.may_be_about(field_kinds.kinds[fields[name]]):
            sentence = f"There is no field {name!r} that holds answers to rate. Add one, or name another."
            raise Invalid(sentence, {"for_each": sentence})

    # What does an answer mean?

    @property
    def judges(self) -> frozenset[str]:
        return frozenset({self.settings.for_each})

    def tiers(self, answer: Any) -> Sequence[Sequence[str]] | None:
        ratings: Mapping[str, int] = answer["ratings"]
        return [
            [key for key, rating in ratings.items() if rating == point]
            for point in sorted(set(ratings.values()), reverse=True)
        ]

    def scores(self, answer: Any) -> Mapping[str, float]:
        return {key: float(rating) for key, rating in answer["ratings"].items()}


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    """Each (id, rating) of {"version": 1, "ratings": {id: 3}} or [{"value": id, "rating": 3}]; or `Invalid`."""
    if isinstance(value, list) and all(isinstance(one, Mapping) and "value" in one for one in value):
        return [(one["value"], one.get("rating")) for one in value]
    if not isinstance(value, Mapping):
        raise Invalid('Write ratings as a list of {"value": …, "rating": …}.')
    if type(value.get("version")) is not int or value["version"] != VERSION:
        raise Invalid(f"Ratings have their version beside them; this server knows version {VERSION}.")
    if value.keys() != {"version", "ratings"} or not isinstance(value["ratings"], Mapping):
        raise Invalid(f"Ratings of version {VERSION} are numbers by id, under the key 'ratings'.")
    return list(value["ratings"].items())


def _listed(ratings: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"value": key, "rating": rating} for key, rating in ratings.items()]


def _named(letter: Any, ids: Mapping[str, str]) -> str:
    if not isinstance(letter, str) or letter not in ids:
        raise Invalid(
            gettext("Name what you rate by its letter, one of %(letters)s.") % {"letters": ", ".join(ids)}
        )
    return ids[letter]


def _beginning(answer: Candidate) -> str:
    text = answer.text or " ".join(str(one["content"]) for one in answer.messages)
    return " ".join(text[: 2 * BEGINNING].split())[:BEGINNING]
