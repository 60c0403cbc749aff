"""Texts that were suggested, and what people made of them: what somebody wrote instead beats the suggestion."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from feedback.exports.base import Answer, ExportRecord, Tally
from feedback.exports.judging import Judged, JudgingOptions
from feedback.exports.pairs import Judgment
from feedback.exports.prompts import Prompts
from feedback.exports.turns import written
from feedback.shape import DatasetShape


def writable(shape: DatasetShape) -> list[str]:
    """The questions whose answers are texts; those that are required first, for others are often remarks."""
    texts = [one for one in shape.questions.values() if "text" in one.kind.means()]
    return [one.name for one in sorted(texts, key=lambda one: not one.required)]


def correctable(shape: DatasetShape) -> list[str]:
    """Those of them to which anything was suggested, as far as that is known."""
    return [name for name in writable(shape) if shape.suggested is None or name in shape.suggested]


class _Read(NamedTuple):
    """A text that somebody handed in, and the one that was suggested to them."""

    by: Answer
    suggested: str
    text: str

    @property
    def is_corrected(self) -> bool:
        return self.text != self.suggested


class Corrections:
    """Reads one record after the other, as `Judging` does, and counts what it leaves out.

    `joined`: the judgments become one. Whoever left a suggestion as it was then has a vote, that neither is better:
    what others made of it they never saw.
    """

    gap = 0.0

    def __init__(self, options: JudgingOptions, shape: DatasetShape, tally: Tally, *, joined: bool) -> None:
        self.extra, self.tally, self.joined = options.extra, tally, joined
        self.question = shape.questions[options.question or ""]
        self.prompts = Prompts(shape, options.prompt, self.question.kind.goes_on_with)

    def of(self, record: ExportRecord) -> Judged | None:
        read = list(self._read(record))
        self.tally.counts["texts_read"] += len(read)
        self.tally.left_out["suggestions_left_as_they_were"] += sum(not one.is_corrected for one in read)
        if not any(one.is_corrected for one in read):
            self.tally.left_out["records_without_a_corrected_suggestion"] += 1
            return None
        asked = self.prompts.of(record, self.tally)
        if asked is None:
            return None
        ids: dict[str, str] = {}  # text -> what it is called: two people may have written the same
        for one in read:
            ids.setdefault(one.suggested, str(len(ids)))
            ids.setdefault(one.text, str(len(ids)))
        answers = {key: written(text) for text, key in ids.items()}
        return Judged(record, asked, answers, list(self._judgments(read, ids)))

    def _read(self, record: ExportRecord) -> Iterator[_Read]:
        for one in record.submitted(extra=self.extra):
            text, suggested = self._text(one.values.get(self.question.name)), self._suggested(one, record)
            if text is None:
                continue
            if suggested is None:
                self.tally.left_out["texts_without_a_suggestion"] += 1
            elif not text.strip() or not suggested.strip():
                self.tally.left_out["empty_texts"] += 1
            else:
                yield _Read(one, suggested, text)

    def _suggested(self, answer: Answer, record: ExportRecord) -> str | None:
        """What this person began from; of an answer that does not say so, since it came from elsewhere, what is
        suggested now."""
        if answer.presentation:
            said = answer.presentation.get("suggested", {}).get(self.question.name)
            return self._text(said and said["value"])
        now = record.suggestions.get(self.question.name)
        return self._text(now and now.value)

    def _text(self, value: object) -> str | None:
        return None if value is None else self.question.kind.text(value)

    def _judgments(self, read: Sequence[_Read], ids: dict[str, str]) -> Iterator[Judgment]:
        texts = dict.fromkeys((one.suggested, one.text) for one in read if one.is_corrected)
        for one in read:
            if one.is_corrected:
                heights = {ids[one.text]: 1.0, ids[one.suggested]: 0.0}
                yield Judgment(one.by.id, one.by.person, heights, 1.0, weight=one.by.weight)
            elif self.joined:
                for suggested, text in texts:
                    if suggested == one.suggested:
                        heights = {ids[suggested]: 0.0, ids[text]: 0.0}
                        yield Judgment(one.by.id, one.by.person, heights, 1.0, weight=one.by.weight)
