"""Whatever is wrong with a file has a clear outcome, in bounded memory: rows that can be corrected, or a sentence."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any

import pyarrow as pa
import pytest

from core.errors import Invalid
from feedback.models import Job, Record
from feedback.models.jobs import State
from feedback.reports.problems import BadRows
from tests import make
from tests.cast import assemble
from tests.feedback.imports.written import as_json, parquet, separated, workbook, zstd
from tests.feedback.jobs.filling import bring_in, lines, row, start

MAPPING = {"id": "external_id"}
WIDE = (",".join(f"c{n}" for n in range(100_000)) + "\n" + "x," * 99_999 + "x\n").encode()


@pytest.fixture
def dataset(db: None) -> Any:
    return make.dataset(assemble().workspace)


def problems(job: Job) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.reason) for one in job.problems.all()]


def came(dataset: Any) -> list[str]:
    return list(
        Record.objects.filter(dataset=dataset).order_by("position").values_list("external_id", flat=True)
    )


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("rows.jsonl.gz", lambda rows: gzip.compress(lines(*rows))[:-3000]),
        ("rows.jsonl.zst", lambda rows: zstd(lines(*rows))[:-3000]),
        ("rows.json", lambda rows: as_json(rows)[:-3000]),
    ],
)
def test_of_a_file_that_is_cut_off_the_beginning_comes_in_and_the_job_says_so(
    dataset: Any, name: str, cut: Any
) -> None:
    rows = [row(number, noise=f"{hash(str(number)):x}" * 5) for number in range(2000)]
    job = bring_in(dataset, cut(rows), filename=name, mapping=MAPPING)
    assert job.state == State.FAILED
    assert job.detail.startswith(
        ("The compressed file ends too early", "The file ends in the middle of the list.")
    )
    number = Record.objects.filter(dataset=dataset).count()
    assert 0 < number < 2000
    assert came(dataset) == [f"row-{n}" for n in range(number)]
    assert f"{number:,} rows came in" in job.detail
    again = bring_in(dataset, lines(*rows), mapping=MAPPING)  # the whole file, later
    assert (again.counts["created"], again.counts["unchanged"]) == (2000 - number, number)


@pytest.mark.parametrize("name", ["rows.parquet", "rows.arrow", "rows.xlsx"])
def test_a_table_without_its_end_is_refused_at_once(dataset: Any, name: str) -> None:
    content = {"rows.xlsx": workbook, "rows.parquet": parquet}.get(name, parquet)([row(n) for n in range(50)])
    with pytest.raises(Invalid, match=r"cut off|damaged"):
        start(dataset, content[:-40], filename=name)
    assert not Job.objects.exists()


def test_bad_rows_of_csv_are_csv_with_the_same_names(dataset: Any) -> None:
    good = {
        "id": "a",
        "prompt": "Größe",
        "answers": json.dumps([{"id": "1", "text": "x"}, {"id": "2", "text": "y"}]),
    }
    bad = good | {"id": "b", "prompt": "", "answers": good["answers"]}
    job = bring_in(dataset, separated([good, bad], ";"), filename="rows.csv", mapping=MAPPING)
    assert (came(dataset), problems(job)) == (["a"], [(3, "prompt", "The field 'prompt' is required.")])
    rows = BadRows(job)
    assert (rows.name(" to correct"), rows.type) == ("rows to correct.csv", "text/csv")
    corrected = rows.file.read().replace(b"b;;", b"b;now;")
    assert corrected.startswith(b"id;prompt;answers\n")
    assert bring_in(dataset, corrected, filename="corrected.csv", mapping=MAPPING).counts["created"] == 1


@pytest.mark.parametrize(("name", "write"), [("rows.parquet", parquet), ("rows.xlsx", workbook)])
def test_bad_rows_of_tables_are_json_lines(dataset: Any, name: str, write: Any) -> None:
    job = (
        bring_in(dataset, write([row(1), row(2) | {"prompt": None}]), filename=name, mapping=MAPPING)
        if (name == "rows.parquet")
        else bring_in(dataset, write([row(1), row(2) | {"prompt": ""}]), filename=name, mapping=MAPPING)
    )
    assert [(line, column) for line, column, _ in problems(job)] == [
        (2 if name == "rows.parquet" else 3, "prompt")
    ]
    rows = BadRows(job)
    assert rows.name("") == "rows.jsonl"
    corrected = json.loads(rows.file.read()) | {"prompt": "Now"}
    if isinstance(corrected["answers"], str):
        corrected["answers"] = json.loads(corrected["answers"])
    assert bring_in(dataset, lines(corrected), mapping=MAPPING).counts["created"] == 1


def test_pictures_of_five_megabytes_come_in(dataset: Any) -> None:
    picture = "data:image/png;base64," + "A" * 4_900_000
    job = bring_in(dataset, [row(n, picture=picture) for n in range(4)], mapping=MAPPING)
    assert (job.state, job.counts["created"]) == (State.FINISHED, 4)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (b'{"id": "x", "prompt": "a\\u0000b"}', "prompt", "NUL"),
        (b'{"id": "x", "prompt": "a\0b"}', "character 25", "control character"),
        (b'{"id": "x", "prompt": "\\ud83d"}', "prompt", "surrogate"),
        (b'{"id": "x", "prompt": "a", "n": NaN}', "n", "NaN is not JSON"),
        (b'{"id": "x", "prompt": "a", "n": -Infinity}', "n", "Infinity is not JSON"),
        (b'{"id": "x", "n": ' + b"[" * 200 + b"]" * 200 + b"}", "", "nested more than 100 deep"),
        (b'{"id": "x", "n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "", "nested more than 100 deep"),
        ('{"id": "x", "prompt": "Größe"}'.encode("cp1252"), "byte 26", "not UTF-8"),
    ],
)
@pytest.mark.parametrize("is_list", [False, True])
def test_a_value_that_cannot_be_stored_is_a_mistake_of_its_row(
    dataset: Any, line: bytes, column: str, words: str, is_list: bool
) -> None:
    content = lines(row(1), line, row(2))
    if is_list:
        content = b"[" + content.strip().replace(b"\n", b",\n") + b"]"
    job = bring_in(dataset, content, filename="rows.json" if is_list else "rows.jsonl", mapping=MAPPING)
    [(number, found, reason)] = problems(job)
    assert (number, found) == (2, column)
    assert words in reason
    assert (job.state, came(dataset)) == (State.FINISHED, ["row-1", "row-2"])
    assert BadRows(job).file.read() == line + b"\n"


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_rows(dataset: Any) -> None:
    text = separated([{"id": "a", "prompt": "x"}, {"id": "b", "prompt": "y"}]).decode()
    job = bring_in(dataset, b"\xef\xbb\xbf" + text.encode(), filename="rows.csv")
    assert (came(dataset), job.problems_count) == (["a", "b"], 0)


@pytest.mark.parametrize(("codec", "suffix"), [("gzip", "gz"), ("zstd", "zst")])
def test_a_bomb_goes_off_in_a_sentence(dataset: Any, settings: Any, codec: str, suffix: str) -> None:
    bomb = gzip.compress if codec == "gzip" else zstd
    content = bomb(lines(row(1)) + b" " * (200 << 20) + lines(row(2)))
    assert len(content) < 1 << 20
    with pytest.raises(Invalid, match="unpacks to more than 200 times its size"):
        start(dataset, content, filename=f"rows.jsonl.{suffix}", mapping=MAPPING)
    begun = lines(*map(row, range(1500)))  # more than is looked at beforehand
    content = bomb(begun + b" " * (200 << 20) + lines(row(2)))
    job = bring_in(dataset, content, filename=f"rows.jsonl.{suffix}", mapping=MAPPING)
    assert (job.state, len(came(dataset))) == (State.FAILED, 1500)
    assert "unpacks to more than 200 times its size" in job.detail


def test_a_zip_that_claims_terabytes_is_refused(dataset: Any) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("rows.jsonl", b" " * (100 << 20))
    with pytest.raises(Invalid, match="unpacks to more than 200 times"):
        start(dataset, whole.getvalue(), filename="rows.zip")


def test_an_import_reads_no_more_than_the_operator_allows(dataset: Any, settings: Any) -> None:
    settings.IMPORT_MOST_MEGABYTES = 1
    content = gzip.compress(lines(*(row(n, noise=f"{n:05}" * 150) for n in range(2000))))
    job = bring_in(dataset, content, filename="rows.jsonl.gz", mapping=MAPPING)
    assert (job.state, 0 < len(came(dataset)) < 2000) == (State.FAILED, True)
    assert "larger than an import may be (1 MB)" in job.detail


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("rows.csv", WIDE, "100,000 columns"),
        ("rows.jsonl", lines({f"c{n}": 1 for n in range(100_000)}), "100,000 columns"),
        ("rows.parquet", None, "2,000 columns"),
        ("rows.csv", b"", "The file is empty"),
        ("rows.csv", b"id,prompt\n", "names of columns, and no row below"),
        ("rows.json", b"[]", "The file is empty"),
        ("rows.jsonl.gz", gzip.compress(b"", mtime=0), "The file is empty"),
        ("rows.xlsx", b"\x89PNG\r\n\x1a\n\0\0", "cannot be read"),
        ("rows.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "has a password, or is of before 2007"),
        ("rows.zip", b"PK\x03\x04" + b"\0" * 100, "cut off or damaged"),
        ("rows.csv", b"id,id\n1,2\n", "Two columns are called 'id'"),
    ],
)  # fmt: skip
def test_a_file_in_which_there_is_nothing_to_read_is_refused_at_once(
    dataset: Any, name: str, content: bytes | None, words: str
) -> None:
    if content is None:
        table = pa.table({f"c{n}": [1] for n in range(2000)})
        sink = pa.BufferOutputStream()
        pa.parquet.write_table(table, sink)
        content = sink.getvalue().to_pybytes()
    with pytest.raises(Invalid, match=words):
        start(dataset, content, filename=name)
    assert not Job.objects.exists()


def test_a_text_called_a_workbook_is_read_as_what_it_is(dataset: Any) -> None:
    content = separated([{"id": "a", "prompt": "x"}, {"id": "b", "prompt": "y"}])
    job = bring_in(dataset, content, filename="rows.xlsx")
    assert (job.format, came(dataset)) == ("csv", ["a", "b"])


def test_a_workbook_that_is_another_office_file_is_refused(dataset: Any) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", "<document>\n<p>\n")
    with pytest.raises(Invalid, match="cannot be read"):
        start(dataset, whole.getvalue(), filename="rows.xlsx")
