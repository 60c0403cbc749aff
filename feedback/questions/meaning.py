"""What answers mean, whatever the kind of their question: exports and reports ask this, not the kind's name."""

from collections.abc import Mapping, Sequence
from typing import Any

MEANINGS = ("text", "score", "tiers", "chosen", "spans")  # of which an answer has one
BESIDE = ("scores", "strengths", "flags", "better")  # what may be said beside tiers


class Meaning:
    """What an answer means. None, or nothing: nothing of the sort."""

    @classmethod
    def means(cls) -> frozenset[str]:
        """Which of `MEANINGS` and `BESIDE` its answers can have: the methods below that this kind overrides."""
        names = (*MEANINGS, *BESIDE)
        return frozenset(name for name in names if getattr(cls, name) is not getattr(Meaning, name))

    @property
    def judges(self) -> frozenset[str]:
        """Names of the fields whose answers its tiers put in order."""
        return frozenset()

    @property
    def marks(self) -> str | None:
        """The name of the field whose text its spans mark."""
        return None

    @property
    def texts(self) -> Mapping[str, str]:
        """Label -> what people read, of those that can be chosen, or given to spans, in their order."""
        return {}

    @property
    def scale(self) -> tuple[float, float] | None:
        """The least and the greatest score that can be given."""
        return None

    def text(self, answer: Any) -> str | None:
        """The text that the person wrote."""
        return None

    def score(self, answer: Any) -> float | None:
        """How good, as a number; higher is better."""
        return None

    def tiers(self, answer: Any) -> Sequence[Sequence[str]] | None:
        """Candidate ids (or options), best first; those of one tier are tied. Empty tiers are left out."""
        return None

    def chosen(self, answer: Any) -> Sequence[str] | None:
        """The labels that the person chose."""
        return None

    def spans(self, answer: Any) -> Sequence[Mapping[str, Any]] | None:
        """The pieces of a text that the person marked: {"label", "start", "end"} in code points."""
        return None

    # What is said beside tiers, each about the same ids.

    def scores(self, answer: Any) -> Mapping[str, float]:
        """Id -> how good, as a number on `scale`; higher is better."""
        return {}

    def strengths(self, answer: Any) -> Sequence[float]:
        """How much better each tier is than the next, 0 (not said) to 1 (much); nothing if it was said of none."""
        return []

    def flags(self, answer: Any) -> Mapping[str, Sequence[str]]:
        """Id -> what is wrong with it; it has at least one flag."""
        return {}

    def better(self, answer: Any) -> tuple[str, str | None] | None:
        """A better answer that the person wrote, and the id of what it began as, or None."""
        return None
