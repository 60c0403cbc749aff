"""Several files in one import: uploaded together, in an archive, or in a folder that the operator opened."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from core.errors import Conflict, Invalid, NotFound
from feedback.actions.uploads import begin_import, keep_prefix, keep_upload, start_prefix_import
from feedback.imports.archive import bundled
from feedback.models import Job, Record
from feedback.models.jobs import State
from feedback.reports.problems import BadRows
from tests import make
from tests.cast import Cast
from tests.feedback.imports.written import archive, parquet, separated
from tests.feedback.jobs.filling import bring_in, lines, row, run, start

MAPPING = {"id": "external_id"}
CSV = separated([{"id": "c-1", "prompt": "One"}, {"id": "c-2", "prompt": ""}])


@pytest.fixture
def dataset(cast: Cast) -> Any:
    return make.dataset(cast.workspace)


def came(dataset: Any) -> list[str]:
    return list(
        Record.objects.filter(dataset=dataset).order_by("position").values_list("external_id", flat=True)
    )


def together(**files: bytes) -> tuple[bytes, str]:
    file, name = bundled([(io.BytesIO(content), name.replace("_", ".")) for name, content in files.items()])
    with file:
        return file.read(), name


def test_files_of_several_kinds_come_in_by_one_mapping_and_problems_name_the_file(dataset: Any) -> None:
    content, name = together(
        a_jsonl=lines(row(1), b"nonsense"),
        b_csv=CSV,
        c_parquet=parquet([row(2)]),
        d_jsonl_gz=gzip.compress(lines(row(3))),
    )
    job = bring_in(dataset, content, filename=name, mapping=MAPPING)
    assert (job.state, job.done, job.total, job.filename) == (State.FINISHED, 6, 6, "a.jsonl + 3")
    assert came(dataset) == ["row-1", "c-1", "row-2", "row-3"]
    assert [(one.file, one.line) for one in job.problems.all()] == [("a.jsonl", 2), ("b.csv", 3)]


def test_bad_rows_of_files_with_other_columns_are_an_archive_that_can_be_imported_again(dataset: Any) -> None:
    content, name = together(a_jsonl=lines(row(1), {**row(2), "prompt": None}), b_csv=CSV)
    job = bring_in(dataset, content, filename=name, mapping=MAPPING)
    rows = BadRows(job)
    assert rows.type == "application/zip"
    with zipfile.ZipFile(rows.file) as found:
        files = {name: found.read(name) for name in found.namelist()}
    assert files == {
        "1 a.jsonl": json.dumps({**row(2), "prompt": None}).encode() + b"\n",
        "2 b.csv": b"id,prompt\nc-2,\n",
    }
    corrected = archive(
        {name: one.replace(b"null", b'"Now"').replace(b"c-2,", b"c-2,Now") for name, one in files.items()}
    )
    assert bring_in(dataset, corrected, filename="corrected.zip", mapping=MAPPING).counts["created"] == 2


def test_the_same_external_id_in_two_files_is_told(dataset: Any) -> None:
    content, name = together(a_jsonl=lines(row(1)), b_jsonl=lines(row(2), row(1)))
    job = bring_in(dataset, content, filename=name, mapping=MAPPING)
    [problem] = job.problems.all()
    assert (problem.file, problem.line) == ("b.jsonl", 2)
    assert "stands in line 1 of a.jsonl already" in problem.reason


def test_a_file_that_breaks_off_stops_no_other(dataset: Any) -> None:
    broken = gzip.compress(lines(*(row(n, noise=f"{n:04}" * 300) for n in range(1200))))[:-2000]
    content, name = together(a_jsonl_gz=broken, b_jsonl=lines(row(5000)))
    job = bring_in(dataset, content, filename=name, mapping=MAPPING)
    assert job.state == State.FAILED
    assert came(dataset)[-1] == "row-5000"
    assert job.detail.startswith("a.jsonl.gz: The compressed file ends too early")


def test_files_of_one_name_stay_apart(dataset: Any) -> None:
    file, _ = bundled([(io.BytesIO(lines(row(n))), "rows.jsonl") for n in range(3)])
    job = bring_in(dataset, file.read(), filename="rows.zip", mapping=MAPPING)
    assert sorted(came(dataset)) == ["row-0", "row-1", "row-2"]
    assert job.problems_count == 0


def test_one_file_that_cannot_be_read_is_named(dataset: Any) -> None:
    content, name = together(a_jsonl=lines(row(1)), b_png=b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(Invalid, match=r"^b.png: This file cannot be read"):
        start(dataset, content, filename=name)


@pytest.fixture
def folder(tmp_path: Path, settings: Any, cast: Cast) -> Path:
    """What the operator opened, with the files of two organizations in it."""
    settings.IMPORT_FOLDER = str(tmp_path)
    own, other = tmp_path / cast.acme.slug, tmp_path / "elsewhere"
    (own / "2026" / "deep").mkdir(parents=True)
    other.mkdir()
    (own / "2026" / "a.jsonl").write_bytes(lines(row(1)))
    (own / "2026" / "deep" / "b.csv").write_bytes(CSV)
    (own / "2026" / "_SUCCESS").write_bytes(b"")
    (own / "2026" / ".hidden.jsonl").write_bytes(b"nonsense")
    (other / "secret.jsonl").write_bytes(lines(row(9)))
    (own / "link").symlink_to(other, target_is_directory=True)
    return tmp_path


def test_all_files_below_a_folder_come_in_and_stay_where_they_are(dataset: Any, folder: Path) -> None:
    job = run(start_prefix_import(dataset, "2026", by=None, mapping=MAPPING))
    assert (job.state, came(dataset)) == (State.FINISHED, ["row-1", "c-1"])
    assert [(one.file, one.line) for one in job.problems.all()] == [("deep/b.csv", 3)]
    assert not job.source
    assert (folder / dataset.organization.slug / "2026" / "a.jsonl").exists()


def test_one_file_of_a_folder_can_be_looked_at_first(dataset: Any, folder: Path) -> None:
    job = keep_prefix(dataset, "/2026/a.jsonl", by=None)
    assert (job.state, job.total, job.options["mapping"]["id"]) == (State.UPLOADED, 1, "external_id")
    assert run(begin_import(job, job.options["mapping"])).counts["created"] == 1


@pytest.mark.parametrize(
    "prefix", ["..", "../elsewhere", "2026/../../elsewhere", "..\\elsewhere", "link", "link/secret.jsonl"]
)
def test_no_path_leads_to_the_files_of_another_organization(dataset: Any, folder: Path, prefix: str) -> None:
    with pytest.raises((Invalid, NotFound)):
        start_prefix_import(dataset, prefix, by=None)
    assert not Job.objects.exists()


def test_a_name_that_begins_like_the_own_folder_is_another(dataset: Any, folder: Path) -> None:
    (folder / f"{dataset.organization.slug}-2").mkdir()
    (folder / f"{dataset.organization.slug}-2" / "secret.jsonl").write_bytes(lines(row(9)))
    with pytest.raises((Invalid, NotFound)):
        start_prefix_import(dataset, f"../{dataset.organization.slug}-2", by=None)


def test_without_a_word_of_the_operator_no_folder_is_open(cast: Cast, dataset: Any, settings: Any) -> None:
    settings.IMPORT_FOLDER = ""
    with pytest.raises(Invalid, match="Nobody opened a folder"):
        start_prefix_import(dataset, "", by=None)
    page = cast.pages(cast.max).get(f"/{cast.acme.slug}/datasets/{dataset.pk}/files")
    assert b"Import from a folder" not in page.content


def test_a_file_that_went_away_is_told(dataset: Any, folder: Path) -> None:
    job = start_prefix_import(dataset, "2026", by=None, mapping=MAPPING)
    (folder / dataset.organization.slug / "2026" / "a.jsonl").unlink()
    assert run(job).state == State.FAILED
    assert "is not there any more" in job.detail


@pytest.mark.parametrize("begin", ["at once", "after a look"])
def test_the_same_rows_without_external_ids_are_not_taken_in_twice_at_once(dataset: Any, begin: str) -> None:
    content = lines({"prompt": "One"}, {"prompt": "Two"})
    first = start(dataset, content)
    kept = keep_upload(dataset, io.BytesIO(content), filename="rows.jsonl", by=None)
    again = {
        "at once": lambda: start(dataset, content),
        "after a look": lambda: begin_import(kept, {"prompt": "fields.prompt"}),
    }
    with pytest.raises(Conflict, match="This very file is being imported"):
        again[begin]()
    run(first)
    assert Record.objects.filter(dataset=dataset).count() == 2
    assert run(start(dataset, content)).counts["created"] == 2  # later, on purpose


def test_the_same_rows_with_external_ids_come_in_once_however_often_they_are_sent(dataset: Any) -> None:
    jobs = [start(dataset, [row(1), row(2)], mapping=MAPPING) for _ in range(2)]
    assert [run(job).counts for job in jobs] == [
        {"created": 2, "updated": 0, "unchanged": 0},
        {"created": 0, "updated": 0, "unchanged": 2},
    ]
