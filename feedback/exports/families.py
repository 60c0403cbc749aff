"""What kinds of one family share: rows of pairs, of answers to learn from, of answers that are good or bad."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, TypeVar

from feedback.exports import base, comparing, demonstrations, rules, verdicts
from feedback.exports.base import ExportRecord, Row, Tally
from feedback.exports.comparing import Compared, PairOptions
from feedback.exports.demonstrations import Demonstration, DemonstrationOptions
from feedback.exports.recent import Recent
from feedback.exports.verdicts import Verdict, VerdictOptions
from feedback.shape import DatasetShape

P = TypeVar("P", bound=PairOptions)
D = TypeVar("D", bound=DemonstrationOptions)
V = TypeVar("V", bound=VerdictOptions)


class OfPairs(base.Kind[P]):
    """One row a pair."""

    needs = ("question",)
    unsaid: ClassVar[str] = "pairs_after_a_conversation"  # what is left out because the format cannot say it

    def __init__(self) -> None:
        # Many rows hold the same prompt and the same answers.
        self.prompt_rule, self.answer_rule = Recent(rules.prompt), Recent(rules.answer)

    def offers(self, shape: DatasetShape) -> dict[str, list[str]]:
        return comparing.offered(shape)

    @abstractmethod
    def data(self, one: Compared, options: P) -> dict[str, Any] | None:
        """What stands in the row; None if the format cannot say it."""

    def rows(
        self, records: Iterable[ExportRecord], options: P, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        for one in comparing.compared(records, options, shape, tally):
            data = self.data(one, options)
            if data is None:
                tally.left_out[self.unsaid] += 1
            else:
                yield one.row(data)


class OfDemonstrations(base.Kind[D]):
    """One row an answer to learn from."""

    needs = ("question",)
    unsaid: ClassVar[str] = "texts_after_a_conversation"

    def offers(self, shape: DatasetShape) -> dict[str, list[str]]:
        return demonstrations.offered(shape)

    @abstractmethod
    def data(self, one: Demonstration, options: D) -> dict[str, Any] | None:
        """What stands in the row; None if the format cannot say it."""

    def rows(
        self, records: Iterable[ExportRecord], options: D, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        for one in demonstrations.demonstrations(records, options, shape, tally):
            data = self.data(one, options)
            if data is None:
                tally.left_out[self.unsaid] += 1
            else:
                yield one.row(data)


class OfVerdicts(base.Kind[V]):
    """One row an answer, good or bad. Readers take the rows in their order, so good and bad ones must be mixed."""

    needs = ("question",)
    mixes = True
    unsaid: ClassVar[str] = "texts_after_a_conversation"

    def offers(self, shape: DatasetShape) -> dict[str, list[str]]:
        return verdicts.offered(shape)

    @abstractmethod
    def data(self, one: Verdict, options: V) -> dict[str, Any] | None:
        """What stands in the row; None if the format cannot say it."""

    def rows(
        self, records: Iterable[ExportRecord], options: V, shape: DatasetShape, tally: Tally
    ) -> Iterator[Row]:
        for one in verdicts.verdicts(records, options, shape, tally):
            data = self.data(one, options)
            if data is None:
                tally.left_out[self.unsaid] += 1
            else:
                yield one.row(data)
