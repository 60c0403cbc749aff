"""When a question is asked: always, or only after another one was answered in some way."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from django.utils.translation import gettext
from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from core.errors import Invalid
from core.schema import Shape
from core.text import Text

PATH = "shown_when"  # where it stands in the settings, for errors
SCALE = range(11)  # the ratings that there can be
LONGEST = 10  # answers that a sentence lists


def _as_text(value: Any) -> Any:
    return str(value) if type(value) is int else value  # `True` is an int, and no rating


Name = Annotated[Text, StringConstraints(min_length=1, max_length=200)]
Said = Annotated[Text, BeforeValidator(_as_text), StringConstraints(min_length=1, max_length=500)]


def _is_unsaid(value: Any) -> bool:
    return value is None


class ShownWhen(Shape):
    """`question`: the name of an earlier one. `any_of`: labels or ratings, as text, of which its answer has one;
    `at_least`: the lowest rating that will do. Neither of them: any answer will.
    """

    question: Name
    any_of: list[Said] | None = Field(None, min_length=1, max_length=500, exclude_if=_is_unsaid)
    at_least: int | None = Field(None, strict=True, ge=SCALE.start, lt=SCALE.stop, exclude_if=_is_unsaid)

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if self.any_of is not None and self.at_least is not None:
            raise ValueError("Name the answers that will do, or the lowest of them: not both.")
        return self

    def fitted(self, offered: Mapping[str, str], title: str) -> Self:
        """The same with labels by their values, where they are written as people read them. `Invalid` if the question,
        whose `offered` labels or ratings these are (value -> text), has no such answer.
        """
        if self.at_least is not None and not any(_reaches(one, self.at_least) for one in offered):
            raise _refused(f"“{title}” has no rating of {self.at_least} or more.")
        if self.any_of is None:
            return self
        if not offered:
            raise _refused(f"Of “{title}” can only be said that it is answered. Name no answers.")
        values = {text.casefold(): value for value, text in offered.items()} | {one: one for one in offered}
        found = [values.get(said, values.get(said.casefold())) for said in self.any_of]
        if unknown := [said for said, value in zip(self.any_of, found, strict=True) if value is None]:
            known = list(offered.values())
            few = ", ".join(known[:LONGEST]) + (" …" if len(known) > LONGEST else "")
            raise _refused(f"“{title}” has no answer “{unknown[0]:.100}”. Its answers are {few}.")
        return self.model_copy(update={"any_of": list(dict.fromkeys(found))})

    def holds(self, said: Sequence[Any]) -> bool:
        """Whether an answer that gives these labels or ratings will do. What is neither will not."""
        texts = [str(one) for one in said if isinstance(one, str) or (type(one) is int and one in SCALE)]
        if self.at_least is not None:
            return any(_reaches(one, self.at_least) for one in texts)
        return self.any_of is None or any(one in self.any_of for one in texts)

    def in_words(self, offered: Mapping[str, str], title: str) -> str:
        """The condition as people read it: “Is it right?” is No or Partly."""
        if self.at_least is not None:
            return gettext("“%(title)s” is %(rating)s or more") % {"title": title, "rating": self.at_least}
        if self.any_of is None:
            return gettext("“%(title)s” is answered") % {"title": title}
        *most, last = [offered.get(one, one) for one in self.any_of]
        if not most:
            return gettext("“%(title)s” is %(answer)s") % {"title": title, "answer": last}
        answers = {"answers": gettext(", ").join(most), "last": last}
        return gettext("“%(title)s” is %(answers)s or %(last)s") % {"title": title, **answers}


def _reaches(rating: str, least: int) -> bool:
    return rating.isdecimal() and int(rating) >= least


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, {PATH: sentence})
