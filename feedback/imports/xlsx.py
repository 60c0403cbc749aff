"""XLSX: the first sheet of a workbook that has rows, under a row of names.

The texts of a workbook stand apart from its cells, all of them before the first row: they are kept on disk, so that
memory stays the same however many there are.
"""

from __future__ import annotations

import os
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from zipfile import BadZipFile

from django.utils.translation import gettext_noop
from openpyxl.cell.rich_text import CellRichText  # type: ignore[import-untyped]
from openpyxl.cell.text import Text  # type: ignore[import-untyped]
from openpyxl.reader.excel import ExcelReader  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS  # type: ignore[import-untyped]
from openpyxl.xml.functions import iterparse  # type: ignore[import-untyped]

from core.errors import Invalid
from core.text import problem
from feedback.imports import archive, base
from feedback.imports.files import refuse_too_wide

TEXT = f"{{{SHEET_MAIN_NS}}}si"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # workbooks with a password, and those of before 2007
MOST_ROWS = 1 << 20  # that a sheet can have
DAMAGED = "This workbook cannot be read: it is damaged, or no workbook. Save it again as .xlsx."
MIDNIGHT = time(0)
DAMAGES = (
    BadZipFile, InvalidFileException, LookupError, ValueError, TypeError, OSError, SyntaxError, EOFError,
    AttributeError, zlib.error,
)  # fmt: skip  # what the library raises for workbooks that are none


class Xlsx(base.Kind):
    """What spreadsheets write. Formulas come as their results, dates as 2026-11-26."""

    name = "xlsx"
    label = gettext_noop("Excel workbook")
    order = 50
    suffixes = (".xlsx", ".xlsm")
    is_table = True
    reads_at_random = True

    def __init__(self) -> None:
        self.sheet = ""

    def sniffs(self, head: bytes, filename: str) -> bool:
        if head.startswith(OLE):
            raise Invalid(
                "This workbook has a password, or is of before 2007 (.xls). Open it, and save it as .xlsx without a "
                "password."
            )
        return archive.is_zip(head)

    def rows(self, file: BinaryIO, offset: int = 0, line: int = 0) -> Iterator[base.Row | base.BadRow]:
        """Each row that is not blank. `offset`: the number of such rows before."""
        if not archive.is_workbook(archive.opened(file)):
            raise Invalid(DAMAGED)
        file.seek(0)
        reader = _Reader(file, read_only=True, data_only=True, keep_links=False)
        try:
            reader.read()
            yield from self._rows(reader.wb, offset)
        except DAMAGES:
            raise base.Damaged(DAMAGED) from None
        finally:
            reader.close()

    def _rows(self, book: Any, offset: int) -> Iterator[base.Row | base.BadRow]:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what it says about itself may be wrong
            cells = _filled(sheet)
            found = next(cells, None)
            if found is None:
                continue
            self.sheet = sheet.title
            names = _names(found[1])
            for number, (line, row) in enumerate(cells, 1):
                if number > offset:
                    yield _row(names, row, line, number)
            return

    @property
    def about(self) -> str:
        return f"sheet “{self.sheet}”" if self.sheet else ""


def _filled(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """The rows that hold anything, each with its number."""
    for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if any(cell is not None for cell in cells):
            yield line, list(cells)
        if line > MOST_ROWS:
            raise Invalid("This sheet has more rows than a sheet can have.")


def _names(cells: list[Any]) -> list[str | None]:
    names = [str(cell).strip() or None if cell is not None else None for cell in cells]
    while names and names[-1] is None:
        names.pop()
    refuse_too_wide(len(names))
    twice = [name for name, number in Counter(name for name in names if name).items() if number > 1]
    if twice:
        raise Invalid(f"Two columns are called {twice[0]!r}. Give each column a name of its own.")
    return names


def _row(names: list[str | None], cells: list[Any], line: int, end: int) -> base.Row | base.BadRow:
    data: dict[str, Any] = {name: None for name in names if name}
    for number, cell in enumerate(cells):
        name = names[number] if number < len(names) else None
        if cell is None:
            continue
        value = _plain(cell)
        if name is None:
            raw = base.Row(line, {**data, f"column {number + 1}": value}, end)
            reason = f"Column {number + 1} has no name in the first row. Give it one, or empty this cell."
            return base.BadRow(line, f"column {number + 1}", reason, end, base.Kind.written(Xlsx(), raw))
        if isinstance(value, str) and (sentence := problem(value)):
            return base.BadRow(
                line, name, sentence, end, base.Kind.written(Xlsx(), base.Row(line, data, end))
            )
        data[name] = value
    return base.Row(line, data, end, size=sum(len(cell) if isinstance(cell, str) else 8 for cell in cells))


def _plain(cell: Any) -> Any:
    if isinstance(cell, CellRichText):
        return str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == MIDNIGHT else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return cell


class _Reader(ExcelReader):  # type: ignore[misc]
    """Reads a workbook, its texts on disk."""

    def read_strings(self) -> None:
        """Instead of the list that the library makes."""
        self.shared_strings = _Texts()
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                root: Any = None
                for event, node in iterparse(source, ("start", "end")):
                    if event == "start":
                        root = node if root is None else root
                    elif node.tag == TEXT:
                        self.shared_strings.add(Text.from_tree(node).content.replace("x005F_", ""))
                        root.clear()  # and all that was read so far with it

    def close(self) -> None:
        """Let go of everything."""
        self.archive.close()
        if isinstance(self.shared_strings, _Texts):
            self.shared_strings.file.close()


class _Texts:
    """A list of texts that lies on disk."""

    def __init__(self) -> None:
        self.file = TemporaryFile()  # noqa: SIM115  closed with the workbook
        self.ends = array("q", [0])

    def add(self, text: str) -> None:
        self.ends.append(self.ends[-1] + self.file.write(text.encode(errors="surrogatepass")))

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, number: int) -> str:
        start, end = self.ends[number], self.ends[number + 1]
        self.file.flush()
        return os.pread(self.file.fileno(), end - start, start).decode(errors="surrogatepass")
