"""Typed tables: every type has a form in JSON, or says that it has none."""

import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import Invalid
from feedback.imports import BadRow, Row
from tests.feedback.imports.written import arrow_file, arrow_stream, datas, parquet, read

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 10
AT = datetime(2026, 11, 26, 7, 15, 30, tzinfo=UTC)
CELLS: list[tuple[pa.DataType, Any, Any]] = [
    (pa.int64(), 2**63 - 1, 2**63 - 1),
    (pa.uint64(), 2**64 - 1, 2**64 - 1),
    (pa.float64(), 0.1, 0.1),
    (pa.float64(), float("nan"), None),
    (pa.bool_(), True, True),
    (pa.timestamp("us", "UTC"), AT, "2026-11-26T07:15:30+00:00"),
    (pa.timestamp("ns"), datetime(2026, 11, 26), "2026-11-26T00:00:00"),
    (pa.date32(), date(2026, 11, 26), "2026-11-26"),
    (pa.time64("us"), time(7, 15), "07:15:00"),
    (pa.duration("s"), timedelta(seconds=90), 90.0),
    (pa.decimal128(10, 2), Decimal("1.10"), 1.1),
    (pa.decimal128(38, 0), Decimal(10**30), 10**30),
    (pa.decimal128(38, 20), Decimal("0.12345678901234567891"), "0.12345678901234567891"),
    (pa.binary(), PNG, "data:image/png;base64,iVBORw0KGgp4eHh4eHh4eHh4"),
    (pa.binary(), b"\0\1\2", "AAEC"),
    (pa.struct([("bytes", pa.binary()), ("path", pa.string())]), {"bytes": PNG, "path": "a.png"},
     "data:image/png;base64,iVBORw0KGgp4eHh4eHh4eHh4"),
    (pa.list_(pa.struct([("role", pa.string()), ("at", pa.date32())])), [{"role": "user", "at": date(2026, 1, 2)}],
     [{"role": "user", "at": "2026-01-02"}]),
    (pa.map_(pa.string(), pa.int64()), {"a": 1}, {"a": 1}),
    (pa.dictionary(pa.int8(), pa.string()), "red", "red"),
    (pa.null(), None, None),
]  # fmt: skip


@pytest.mark.parametrize(("type", "value", "expected"), CELLS, ids=lambda one: str(one)[:20])
def test_each_type_has_a_form_in_json(type: pa.DataType, value: Any, expected: Any) -> None:
    table, file = pa.table({"x": pa.array([value], type)}), io.BytesIO()
    pq.write_table(table, file)
    assert datas(file.getvalue(), "a.parquet") == [{"x": expected}]


def test_infinity_has_none_and_is_a_mistake_of_its_row() -> None:
    rows = read(parquet([{"id": 1, "x": float("inf")}, {"id": 2, "x": 0.5}]), "a.parquet")
    assert [isinstance(row, Row) for row in rows] == [False, True]
    assert (rows[0].line, getattr(rows[0], "column", "")) == (1, "x")


def test_classes_come_by_their_names() -> None:
    features = b'{"info": {"features": {"label": {"names": ["good", "bad"], "_type": "ClassLabel"}}}}'
    table = pa.table({"label": [1, 0]}).replace_schema_metadata({b"huggingface": features})
    file = io.BytesIO()
    pq.write_table(table, file)
    assert datas(file.getvalue(), "a.parquet") == [{"label": "bad"}, {"label": "good"}]


@pytest.mark.parametrize("write", [parquet, arrow_file, arrow_stream])
def test_a_file_that_is_cut_off_says_so(write: Any) -> None:
    content = write([{"id": number, "text": "x" * 100} for number in range(50)])
    with pytest.raises(Invalid, match="cut off"):
        read(content[: len(content) // 2], "rows")


def test_two_columns_of_one_name_are_refused() -> None:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), file)
    with pytest.raises(Invalid, match="Two columns are called 'a'"):
        read(file.getvalue(), "a.parquet")


def test_a_workbook_gives_dates_numbers_and_what_formulas_gave() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["when", "at", "number", "whole", "sure", "text", None, "nothing"])
    sheet.append([date(2026, 11, 26), datetime(2026, 11, 26, 7, 15), 0.1, 3, True, "x\ny", None, None])
    sheet.append([])
    sheet.append([None, None, None, 4])
    file = io.BytesIO()
    book.save(file)
    first, second = read(file.getvalue(), "a.xlsx")
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert first.data == {
        "when": "2026-11-26", "at": "2026-11-26T07:15:00", "number": 0.1, "whole": 3, "sure": True, "text": "x\ny",
        "nothing": None,
    }  # fmt: skip
    assert (second.line, second.data["whole"]) == (4, 4)


def test_a_cell_without_a_name_above_it_is_not_lost_in_silence() -> None:
    book = openpyxl.Workbook()
    book.active.append(["id"])
    book.active.append(["1", "stray"])
    file = io.BytesIO()
    book.save(file)
    [row] = read(file.getvalue(), "a.xlsx")
    assert isinstance(row, BadRow)
    assert (row.column, row.raw) == ("column 2", b'{"id": "1", "column 2": "stray"}')


def with_shared_texts(texts: list[str], doctype: str = "") -> bytes:
    """A workbook as Excel writes it: one column, whose texts stand apart from the cells."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in range(1, len(texts) + 1)
    )
    parts = {
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{namespace}"><sheetData>{cells}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'{doctype}<sst xmlns="{namespace}">'
        + "".join(f"<si><r><t>{text[:3]}</t></r><r><t>{text[3:]}</t></r></si>" for text in texts)
        + "</sst>",
    }
    book, plain, whole = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["x"])
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(whole, "w") as new:
        for name in old.namelist():
            if name == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
                override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
                new.writestr(name, old.read(name).decode().replace("</Types>", override))
            elif name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return whole.getvalue()


def test_texts_that_stand_apart_from_their_cells_are_found_on_disk() -> None:
    texts = [f"بئر {number} 🕳️" for number in range(300)]
    assert [row["text"] for row in datas(with_shared_texts(["text", *texts]), "a.xlsx")] == texts


def test_entities_that_grow_are_not_followed() -> None:
    grow = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    with pytest.raises(Invalid, match="damaged"):
        read(with_shared_texts(["text", "and &j;"], f'<!DOCTYPE sst [<!ENTITY a "lol">{grow}]>'), "a.xlsx")


def test_a_cell_that_points_to_no_text_is_damage() -> None:
    content = with_shared_texts(["text", "one"])
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(whole, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>1</v>", b"<v>7</v>"))
    with pytest.raises(Invalid, match="damaged"):
        read(whole.getvalue(), "a.xlsx")
