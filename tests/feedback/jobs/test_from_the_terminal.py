"""Imports and exports by the installation's own terminal."""

import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from feedback.actions.exporting import run_export
from feedback.actions.snapshots import produce_again
from feedback.models import Job, Record, Snapshot
from tests import make
from tests.cast import assemble

WHERE = ["--organization", "acme", "--workspace", "acme-workspace", "--dataset", "Replies"]


@pytest.fixture
def cast(transactional_db):
    with transaction.atomic():
        cast = assemble()
        make.dataset(cast.workspace, "Replies")
    return cast


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "rows.jsonl"
    good = [{"id": f"r{n}", **make.fields(n)} for n in range(3)]
    path.write_text("\n".join(map(json.dumps, good)) + '\n{"id": "bad"}\n', encoding="utf-8")
    return path


def test_rows_come_in_and_bad_ones_are_listed(cast, file, tmp_path, capsys):
    bad = tmp_path / "bad.jsonl"
    call_command("import_records", str(file), *WHERE, "--bad-rows", str(bad))
    said = capsys.readouterr()
    assert "3 rows came in: 3 new." in said.out
    assert "line 4, prompt: The field 'prompt' is required." in said.err
    assert bad.read_text(encoding="utf-8") == '{"id": "bad"}\n'
    with transaction.atomic():
        assert list(Record.objects.order_by("position").values_list("external_id", flat=True)) == [
            "r0",
            "r1",
            "r2",
        ]


def test_a_file_goes_out(cast, file, tmp_path, capsys):
    call_command("import_records", str(file), *WHERE)
    with transaction.atomic():
        for record in Record.objects.select_related("dataset"):
            make.response(record, cast.ben, {"ranking": {"version": 1, "tiers": [["m1"], ["m2"], ["m3"]]}})
    pairs = tmp_path / "pairs.jsonl"
    call_command("export_records", "preference", str(pairs), *WHERE)
    assert len(pairs.read_text(encoding="utf-8").splitlines()) == 9
    assert "9 rows from 3 records." in capsys.readouterr().out


def test_a_folder_goes_out_split_and_frozen(cast, file, tmp_path, capsys):
    """In transactions of its own, as a worker does it."""
    call_command("import_records", str(file), *WHERE)
    held_out = tmp_path / "eval.jsonl"
    held_out.write_text(json.dumps({"prompt": "prompt 0"}) + "\n", encoding="utf-8")
    splits = ["--splits", '{"train": 0.5, "test": 0.5, "seed": 3}', "--file-type", "parquet"]
    call_command("export_records", "records", str(tmp_path / "out"), *WHERE, *splits, "--snapshot", "v1")
    names = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")}
    assert {"README.md", "provenance.json", "trace.jsonl"} < names
    assert "3 rows from 3 records." in capsys.readouterr().out
    apart = ["--against", str(held_out), "--filters", '{"status": "pending"}', "--shuffle", "yes"]
    call_command("export_records", "records", str(tmp_path / "out.zip"), *WHERE, *apart)
    assert "2 rows from 2 records." in capsys.readouterr().out
    assert "train.jsonl" in zipfile.ZipFile(tmp_path / "out.zip").namelist()
    with transaction.atomic():
        job = produce_again(Snapshot.objects.get(), by=None)
    run_export(str(job.organization_id), str(job.pk))
    with transaction.atomic():
        assert Job.objects.get(pk=job.pk).detail.endswith("byte for byte.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["import_records", "absent.jsonl", *WHERE], "cannot be read"),
        (["import_records", "absent.jsonl", *WHERE[:-1], "Nothing"], "There is no dataset 'Nothing'"),
        (["import_records", "absent.jsonl", *WHERE, "--mapping", "{"], "--mapping is not JSON"),
        (["export_records", "preference", "x", *WHERE, "--options", '{"policy": "best"}'], "do not work"),
    ],
)
def test_what_does_not_work_is_a_sentence(cast, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command(*arguments)


def test_files_and_folders_come_in_together_and_problems_name_the_file(cast, file, tmp_path, capsys):
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "more.csv").write_text("id,prompt\nc-1,One\nc-2,\n", encoding="utf-8")
    (folder / "_SUCCESS").touch()
    bad = tmp_path / "bad.zip"
    call_command("import_records", str(file), str(folder), *WHERE, "--bad-rows", str(bad))
    said = capsys.readouterr()
    assert "4 rows came in: 4 new." in said.out
    assert "rows.jsonl, line 4, prompt: The field 'prompt' is required." in said.err
    assert "deep/more.csv, line 3, prompt: The field 'prompt' is required." in said.err
    with zipfile.ZipFile(bad) as rows:
        assert {name: rows.read(name) for name in rows.namelist()} == {
            "1 more.csv": b"id,prompt\nc-2,\n",
            "2 rows.jsonl": b'{"id": "bad"}\n',
        }
