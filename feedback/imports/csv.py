"""CSV: rows of texts between commas or the like, under a row of names. Encoding and dialect are found out."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, ClassVar, cast

from django.utils.translation import gettext_noop

from core.errors import Invalid
from core.text import problem
from feedback.imports import base
from feedback.imports.dialects import LOOKED_AT, best, dialect_of
from feedback.imports.encodings import FIRST, WRONG, encoding_of, words
from feedback.imports.files import refuse_too_wide
from feedback.imports.jsonl import BINARY

LONGEST = 64 << 20  # characters in a line, or in a cell
BETWEEN = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SURE = 8  # of ten rows that agree: then it is CSV, even if its name does not say so
KEPT = 1000  # characters of a line that is too long


class Csv(base.Kind):
    """Cells are texts; an empty one means that there is nothing. The first row names the columns."""

    name = "csv"
    label = gettext_noop("CSV")
    order = 30
    suffixes = (".csv", ".txt")
    is_table = True
    between: ClassVar[str] = ",;\t|"  # what may stand between cells

    def __init__(self) -> None:
        self.names: list[str] = []
        self.encoding = "utf-8"
        self.dialect: dict[str, Any] = {"delimiter": ","}

    def sniffs(self, head: bytes, filename: str) -> bool:
        """Text with the same number of cells in its rows; one column only if its name says so."""
        if head.startswith(
            (b"PK\x03\x04", b"PAR1", *(one for one in BINARY if len(one) < 3 and one[:1] not in b"\xff\xfe"))
        ):
            return False
        encoding = encoding_of(io.BytesIO(head))
        if not encoding.startswith("utf-") and not base.is_text(head):
            return False
        text = head.decode(encoding, "assay-mark")
        if "\0" in text[:1000] or not text.strip() or text.lstrip("\ufeff \r\n")[:1] in {"{", "["}:
            return filename.lower().endswith(self.suffixes) and base.is_text(head)
        if filename.lower().endswith(self.suffixes):
            return True
        return best(text, self.between)[1] >= SURE

    def rows(self, file: BinaryIO, offset: int = 0, line: int = 0) -> Iterator[base.Row | base.BadRow]:
        """Each row that is not blank. `offset`: the number of rows before."""
        csv.field_size_limit(LONGEST)
        self.encoding = encoding_of(file)
        file.seek(0)
        self.dialect = dialect_of(file.read(LOOKED_AT).decode(self.encoding, "assay-mark"), self.between)
        file.seek(0)
        text = io.TextIOWrapper(cast(BinaryIO, _Open(file)), self.encoding, "assay-mark", newline="")
        try:
            yield from self._rows(_Lines(text), offset)
        finally:
            text.detach()

    def _rows(self, lines: _Lines, offset: int) -> Iterator[base.Row | base.BadRow]:
        reader = csv.reader(lines, strict=True, **self.dialect)
        self._name(reader)
        number = 0
        while True:
            begins = lines.number + 1
            found = self._next(reader, lines, begins)
            if found is None:
                return
            if any(found):
                number += 1
                if number > offset:
                    yield self._row(found, begins, number)

    def _name(self, reader: Any) -> None:
        """Read the names of the columns."""
        try:
            names: list[str] = next((row for row in reader if any(row)), [])
        except csv.Error as error:
            raise Invalid(f"The first row cannot be read as names of columns: {_say(error)}") from None
        refuse_too_wide(len(names))
        while names and not names[-1].strip():
            names.pop()
        twice = [name for name, number in Counter(names).items() if number > 1]
        if twice:
            raise Invalid(f"Two columns are called {twice[0]!r}. Give each column a name of its own.")
        if any(not name.strip() for name in names):
            raise Invalid(
                f"Column {[not name.strip() for name in names].index(True) + 1} has no name in the first row."
            )
        for name in names:
            if WRONG.search(name) or problem(name):
                raise Invalid(f"The name of column {names.index(name) + 1} cannot be read. {self._hint()}")
        self.names = names

    def _next(self, reader: Any, lines: _Lines, begins: int) -> list[str] | tuple[str, str] | None:
        """The cells of the next row; or what is wrong with it, and its text; or None at the end."""
        lines.read.clear()
        try:
            return next(reader)  # type: ignore[no-any-return]
        except StopIteration:
            return None
        except csv.Error as error:
            if lines.too_long:
                lines.too_long = False
                return f"The line is longer than {LONGEST >> 20} MB. Split it.", lines.read[0][:KEPT]
            if lines.is_over or "field larger" in str(error):
                raise base.Damaged(
                    f"The row that begins in line {begins:,} does not end: a quotation mark is missing. From there on "
                    "nothing could be read."
                ) from None
            return _say(error), "".join(lines.read)

    def _row(self, found: list[str] | tuple[str, str], line: int, end: int) -> base.Row | base.BadRow:
        if isinstance(found, tuple):
            return base.BadRow(line, "", found[0], end, _shown(found[1].rstrip("\r\n")))
        cells = found
        if len(cells) != len(self.names):
            cells = self._fitting(cells)
            if len(cells) != len(self.names):
                few = f"This row has {len(found):,} cells, and there are {len(self.names):,} columns."
                hint = "Perhaps a text with a separator in it has no quotation marks."
                return base.BadRow(line, "", f"{few} {hint}", end, self._line(found))
        if not all(cell.isascii() for cell in cells) or any("\0" in cell for cell in cells):
            for name, cell in zip(self.names, cells, strict=True):
                if sentence := self._wrong(cell):
                    return base.BadRow(line, name, sentence, end, self._line(cells))
        data = {name: cell or None for name, cell in zip(self.names, cells, strict=True)}
        return base.Row(line, data, end, size=sum(map(len, cells)))

    def _fitting(self, cells: list[str]) -> list[str]:
        """Without empty cells behind the last column, as spreadsheets write them."""
        while len(cells) > len(self.names) and not cells[-1]:
            cells = cells[:-1]
        return cells

    def _wrong(self, cell: str) -> str | None:
        if found := WRONG.search(cell):
            byte = ord(found[0]) - FIRST
            return f"Byte {byte:#04x} at character {found.start() + 1} is not {words(self.encoding)}. {self._hint()}"
        return problem(cell)

    def _hint(self) -> str:
        return "Save the file as UTF-8 and import it again, or correct the text."

    def written(self, row: base.Row) -> bytes:
        return self._line([cell or "" for cell in row.data.values()])

    def _line(self, cells: Sequence[str]) -> bytes:
        """The cells as a line of the same dialect, in UTF-8."""
        text = io.StringIO()
        csv.writer(text, lineterminator="", **self.dialect).writerow(cells)
        return _shown(text.getvalue())

    @property
    def head(self) -> bytes:
        return self._line(self.names)

    @property
    def about(self) -> str:
        between = BETWEEN[self.dialect["delimiter"]]
        return f"{words(self.encoding)}, {between} between cells"


class _Open(io.BufferedIOBase):
    """A file that a text wrapper must not close."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1) -> bytes:
        return self.file.read(size if size > 0 else 1 << 16)

    def read(self, size: int | None = -1) -> bytes:
        return self.file.read(-1 if size is None else size)

    def seekable(self) -> bool:
        return False


class _Lines:
    """The lines of a text. None is ever held that is too long. `read`: those of the row that is being read."""

    def __init__(self, text: Any) -> None:
        self.text = text
        self.number = 0
        self.is_over = self.too_long = False
        self.read: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST)
        if not line:
            self.is_over = True
            raise StopIteration
        self.number += 1
        self.read.append(line)
        if len(line) >= LONGEST and not line.endswith("\n"):
            self.too_long = True
            while (rest := self.text.readline(1 << 20)) and not rest.endswith("\n"):
                pass
            raise csv.Error("line too long")
        return str(line)


def _say(error: csv.Error) -> str:
    if "expected after" in str(error):
        return "A quotation mark stands inside a cell. Write two of them, or put the whole cell in quotation marks."
    if "unexpected end" in str(error):
        return "The row does not end: a quotation mark is missing."
    return "This row cannot be read as CSV."


def _shown(text: str) -> bytes:
    """In UTF-8. What cannot be read is written as \\x and its number."""
    return WRONG.sub(lambda sign: f"\\x{ord(sign[0]) - FIRST:02x}", text).encode(errors="backslashreplace")
