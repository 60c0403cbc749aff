"""Write something: an answer, a prompt, a remark."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop, ngettext
from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from core.columns import as_text
from core.errors import Invalid
from core.text import Text as Title
from core.text import check_text
from feedback import fields as field_kinds
from feedback.item import Item, next_speaker
from feedback.questions import base
from feedback.questions.snippets import Snippets


class Settings(base.Settings):
    """Lengths are in characters (Unicode code points) and bind final answers only."""

    type: Literal["text"]
    use_markdown: bool = False
    min_length: int | None = Field(None, ge=1, le=1_000_000)
    max_length: int | None = Field(None, ge=1, le=1_000_000)
    field: Annotated[Title, StringConstraints(min_length=1, max_length=200)] | None = Field(
        None,
        title=gettext_noop("Next turn of"),
        description=gettext_noop(
            "A chat that the text goes on with: it is written below it, as its next turn."
        ),
    )
    snippets: Snippets = Field(
        [],
        title=gettext_noop("Snippets"),
        description=gettext_noop(
            "Texts to insert while writing. A line “=== Refusal ===” names one; what follows is its text."
        ),
    )

    @field_validator("max_length")
    @classmethod
    def _not_below_the_least(cls, longest: int | None, info: ValidationInfo) -> int | None:
        shortest = info.data.get("min_length")
        if longest is not None and shortest is not None and longest < shortest:
            raise ValueError(f"The longest length cannot be below the shortest ({shortest}).")
        return longest


class Text(base.Kind[Settings]):
    """What would you say? The text is kept to the character: nothing trimmed, nothing normalized."""

    name = "text"
    label = gettext_noop("Text")
    order = 10
    schema = Settings
    fits_any = True
    changeable = frozenset({"use_markdown", "min_length", "max_length", "snippets"})
    example = base.Example(
        settings={"type": "text", "use_markdown": True, "min_length": 2, "max_length": 2000},
        answers=["A well is a hole.\nWater stands in it.", "  بئر 🕳️  ", "a\r\nb"],
        mistakes=[3, 2.5, True, None, ["a"], {"text": "a"}, "x", "x" * 2001, "a\0b", "\ud800"],
        posted={"quality": "A well is a hole.\r\nWater stands in it."},
        wire="A well is a hole.\nWater stands in it.",
    )

    @classmethod
    def settings_for(cls, answers: Sequence[Any]) -> dict[str, Any] | None:
        return {"type": cls.name} if all(isinstance(one, str) for one in answers) else None

    def clean(self, value: Any, item: Item, *, final: bool = True) -> str:
        if not isinstance(value, str):
            raise Invalid(gettext("Write a text."))
        check_text(value)
        if final:
            self._check_length(len(value))
        return value

    def from_column(self, value: Any) -> Any:
        return as_text(value)

    def _check_length(self, length: int) -> None:
        shortest, longest = self.settings.min_length, self.settings.max_length
        if shortest is not None and length < shortest:
            raise Invalid(
                ngettext(
                    "Write at least %(least)s character; these are %(length)s.",
                    "Write at least %(least)s characters; these are %(length)s.",
                    shortest,
                )
                % {"least": shortest, "length": length}
            )
        if longest is not None and length > longest:
            raise Invalid(
                ngettext(
                    "Write at most %(most)s character; these are %(length)s.",
                    "Write at most %(most)s characters; these are %(length)s.",
                    longest,
                )
                % {"most": longest, "length": length}
            )

    def read(self, form: QueryDict, name: str, item: Item) -> str | None:
        # Browsers send every line break of a text box as CR LF; what the person wrote has LF.
        text = (form.get(name) or "").replace("\r\n", "\n")
        return text if text.strip() else None

    # How does it look?

    def is_main(self, *, required: bool) -> bool:
        return required or self.goes_on_with is not None

    @property
    def goes_on_with(self) -> str | None:
        return self.settings.field

    def show(self, item: Item) -> dict[str, str]:
        """Whose turn is written; nobody's if there is no such conversation in the record, or not yet."""
        said = item.fields.get(self.settings.field or "")
        return {"turn": next_speaker(said)} if said else {}

    # How may it be changed?

    @classmethod
    def may_be_about(cls, kind: type[field_kinds.Kind[Any]]) -> bool:
        return kind.holds_turns

    def suits(self, fields: Mapping[str, str], others: Sequence[base.Kind[Any]] = ()) -> None:
        name = self.settings.field
        if name is not None and (
            name not in fields or not self.may_be_about(field_kinds.kinds[fields[name]])
        ):
            sentence = f"There is no chat {name!r} to go on with. Add one, or name another."
            raise Invalid(sentence, {"field": sentence})

    def wire_settings(self) -> dict[str, Any]:
        lengths = {"min_length": self.settings.min_length, "max_length": self.settings.max_length}
        ours: dict[str, Any] = {key: length for key, length in lengths.items() if length is not None}
        if self.settings.field is not None:
            ours["field"] = self.settings.field
        if self.settings.snippets:
            ours["snippets"] = [one.model_dump() for one in self.settings.snippets]
        return self.settings.model_dump(include={"type", "use_markdown", "shown_when"}) | ours

    def text(self, answer: Any) -> str | None:
        return str(answer)
