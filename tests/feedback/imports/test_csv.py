"""CSV: encoding, dialect and quoting are found out, and what does not fit is said by line and column."""

import io

import pytest

from core.errors import Invalid
from feedback.imports import BadRow, Row
from feedback.imports.csv import Csv
from feedback.imports.encodings import encoding_of
from tests.feedback.imports.written import datas, read

WORDS = {
    "cp1252": "Größe – l’été à la façon d’un garçon, señor, 5 €",
    "cp1251": "Колодец глубок, вода в нём холодная и чистая, пить её можно",
    "cp1253": "Το πηγάδι είναι βαθύ και το νερό του είναι κρύο και καθαρό",
    "cp1256": "البئر عميقة وماؤها بارد ونقي ويمكن شربه في كل وقت",
    "cp932": "井戸は深く、その水は冷たくてきれいです。いつでも飲めます。",
    "gb18030": "这口井很深，井水又凉又清，什么时候都可以喝。",
    "utf-16": "Größe and أين and 井戸",
    "utf-8-sig": "Größe and أين and 井戸",
    "utf-8": "Größe and أين and 井戸",
}


@pytest.mark.parametrize("encoding", WORDS)
def test_a_text_comes_in_whatever_its_encoding(encoding: str) -> None:
    text = "id;text\r\n" + "".join(f"{number};{WORDS[encoding]}\r\n" for number in range(20))
    assert [row["text"] for row in datas(text.encode(encoding), "a.csv")] == [WORDS[encoding]] * 20


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark(encoding: str) -> None:
    assert datas("id,text\n1,wells\n".encode(encoding), "a.csv") == [{"id": "1", "text": "wells"}]


def test_an_encoding_is_found_out_far_from_the_beginning() -> None:
    content = b"id,text\n" + b"1,wells and more\n" * 200_000 + "2,Größe für müde Füße\n".encode("cp1252")
    assert encoding_of(io.BytesIO(content)) == "cp1252"


def test_a_byte_that_is_no_utf_8_is_a_mistake_of_its_row_alone() -> None:
    good = "Größe für müde Füße, à la façon"
    content = b"id,text\n" + f"1,{good}\n".encode() * 30 + b"31,caf\xe9 bleu\n" + f"32,{good}\n".encode()
    rows = read(content, "a.csv") if False else read(content.replace(b", ", b" "), "a.csv")
    [bad] = [row for row in rows if isinstance(row, BadRow)]
    assert (bad.line, bad.column, bad.raw) == (32, "text", b"31,caf\\xe9 bleu")
    assert bad.reason.startswith("Byte 0xe9 at character 4 is not UTF-8.")
    assert len(rows) == 32


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_sign_between_cells_is_found_out(sign: str) -> None:
    text = (
        f'id{sign}text{sign}n\n1{sign}"a{sign} b, c; d"{sign}2\n2{sign}x, y{sign}3\n'
        if sign != ","
        else ('id,text,n\n1,"a, b; c; d",2\n2,"x; y",3\n')
    )
    rows = datas(text.encode(), "a.csv")
    assert [row["n"] for row in rows] == ["2", "3"]


def test_quoted_cells_may_hold_everything() -> None:
    text = 'id,text\n1,"He said ""no"", twice,\n\nand left"\n2,""\n3,plain\n'
    assert datas(text.encode(), "a.csv") == [
        {"id": "1", "text": 'He said "no", twice,\n\nand left'},
        {"id": "2", "text": None},
        {"id": "3", "text": "plain"},
    ]


def test_a_backslash_before_a_quotation_mark_is_understood_where_that_is_the_custom() -> None:
    text = 'id,text\n1,"He said \\"no\\", twice"\n2,"and \\"yes\\""\n'
    assert [row["text"] for row in datas(text.encode(), "a.csv")] == ['He said "no", twice', 'and "yes"']


def test_rows_of_another_length_are_told_with_their_cells() -> None:
    content = b"id,text\n1,fine\n2,too,many\n3\n4,fine,\n\n,\n5,fine\n"
    rows = read(content, "a.csv")
    assert [row.data["id"] for row in rows if isinstance(row, Row)] == ["1", "4", "5"]
    assert [(row.line, row.raw, row.reason[:35]) for row in rows if isinstance(row, BadRow)] == [
        (3, b"2,too,many", "This row has 3 cells, and there are"),
        (4, b"3", "This row has 1 cells, and there are"),
    ]


def test_a_quotation_mark_too_few_ends_the_file_with_the_line_where_it_began() -> None:
    rows = Csv().rows(io.BytesIO(b'id,text\n1,fine\n2,"begins and\nnever ends\n3,lost\n'))
    assert next(rows).line == 2
    with pytest.raises(Invalid, match="row that begins in line 3 does not end: a quotation mark is missing"):
        next(rows)


def test_a_quotation_mark_inside_a_cell_is_a_mistake_of_its_row_alone() -> None:
    rows = read(b'id,text\n1,"say "no" now"\n2,fine\n', "a.csv")
    assert [(row.line, getattr(row, "reason", "")[:40]) for row in rows] == [
        (2, "A quotation mark stands inside a cell. W"),
        (3, ""),
    ]
    assert rows[0].raw == b'1,"say "no" now"'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"id,text,id\n1,a,2\n", "Two columns are called 'id'"),
        (b"id,,text\n1,a,2\n", "Column 2 has no name"),
        ((",".join(f"c{n}" for n in range(100_000)) + "\n").encode(), "100,000 columns; 1,000 are the most"),
    ],
)
def test_a_first_row_that_names_no_columns_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read(content, "a.csv")


def test_a_line_without_an_end_is_not_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedback.imports.csv.LONGEST", 1000)
    rows = read(b"id,text\n1," + b"x" * 5000 + b"\n2,fine\n", "a.csv")
    assert [(row.line, isinstance(row, Row)) for row in rows] == [(2, False), (3, True)]


def test_nul_is_a_mistake_of_its_cell() -> None:
    [row] = read(b"id,text\n1,a\0b\n", "a.csv")
    assert isinstance(row, BadRow)
    assert (row.column, "NUL" in row.reason) == ("text", True)


def test_how_a_file_was_read_is_said() -> None:
    kind = Csv()
    list(kind.rows(io.BytesIO("id;text\n1;Größe für müde Füße\n".encode("cp1252"))))
    assert (kind.about, kind.head) == ("Windows-1252, semicolons between cells", b"id;text")
