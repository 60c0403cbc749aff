"""Somebody who never wrote code uploads a file and gets a dataset with its records."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils.timezone import now

from feedback.actions import from_file
from feedback.models import Dataset, Job, Record, Suggestion
from feedback.tasks import sweep_jobs
from tests import make
from tests.cast import Cast
from tests.feedback.views.test_files import file, text

ROWS: list[dict[str, Any]] = [
    {
        "id": f"r{n}",
        "prompt": "What is a well?",
        "answer_a": "A hole.",
        "answer_b": "Water.",
        "label": tone,
        "n": n,
    }
    for n, tone in enumerate(["calm", "rude", "calm", "rude"])
]


def upload(cast: Cast, rows: Any = None, name: str = "My rows.jsonl") -> Any:
    sent = {"workspace": cast.workspace.pk, "file": file(rows or ROWS, name)}
    return cast.pages(cast.max).post("/acme/datasets/from-file", sent)


def planned(page: str) -> dict[str, str]:
    """The form as it stands."""
    found = dict(
        re.findall(
            r'<input[^>]*name="((?:column|title)\.\d+|shape|name|min_submitted)"[^>]*value="([^"]*)"', page
        )
    )
    for name, select in re.findall(r'name="(role\.\d+)"(.*?)</select>', page, re.DOTALL):
        role = re.search(r'<option value="([^"]*)" selected', select)
        found[name] = role[1] if role else ""
    found |= dict(re.findall(r'name="(labels\.\d+)"[^>]*>(.*?)</textarea>', page, re.DOTALL))
    return found


def number_of(form: dict[str, str], column: str) -> str:
    return next(
        name.partition(".")[2]
        for name, value in form.items()
        if name.startswith("column.") and value == column
    )


def test_a_file_proposes_a_dataset_and_shows_its_first_record(cast: Cast) -> None:
    response = upload(cast)
    page = cast.pages(cast.max).get(response.url).content.decode()
    form = planned(page)
    assert form["name"] == "My rows"
    assert form["shape"] == "side_by_side"
    assert form[f"role.{number_of(form, 'answers')}"] == "field:candidates"
    assert form[f"role.{number_of(form, 'label')}"] == "question:label_selection"
    assert form[f"labels.{number_of(form, 'label')}"].splitlines() == ["calm", "rude"]
    assert "What is a well?" in page.partition("as labelers will see it")[2]
    assert "Make it and import 4 rows" in text(cast.pages(cast.max).get(response.url))
    dataset = Dataset.objects.get()
    assert not dataset.is_published
    assert not dataset.fields.exists()


def test_it_is_made_published_and_filled_in_one_go(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    path = upload(cast).url
    browser = cast.pages(cast.max)
    form = planned(browser.get(path).content.decode())
    form |= {
        f"title.{number_of(form, 'label')}": "How does it sound?",
        f"role.{number_of(form, 'n')}": "skip",
    }
    form |= {"name": "Wells", "min_submitted": "2", "make": "1"}
    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(path, form)
    job = Job.objects.get()
    assert response.url == f"/acme/jobs/{job.pk}/"
    assert (job.state, job.done, job.problems_count) == ("finished", 4, 0)
    dataset = Dataset.objects.get()
    assert (dataset.name, dataset.is_published, dataset.min_submitted) == ("Wells", True, 2)
    assert list(dataset.questions.values_list("name", flat=True)) == [
        "how_does_it_sound",
        "which_answer_is_better",
    ]
    record = Record.objects.order_by("position")[1]
    assert (record.external_id, record.metadata) == ("r1", None)
    assert [one["text"] for one in record.fields["answers"]] == ["A hole.", "Water."]
    assert Suggestion.objects.get(record=record).value == "rude"
    assert cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/label").status_code == 200
    assert browser.get(path).url == f"/acme/jobs/{job.pk}/"


def test_what_cannot_be_is_said_and_nothing_is_made(cast: Cast) -> None:
    path = upload(cast).url
    browser = cast.pages(cast.max)
    form = planned(browser.get(path).content.decode())
    answers = number_of(form, "answers")
    response = browser.post(path, form | {f"role.{answers}": "skip", "make": "1"})
    assert response.status_code == 422
    assert "no field that such a question can be about" in text(response)
    dataset = Dataset.objects.get()
    assert not dataset.is_published
    assert not dataset.fields.exists()
    assert Job.objects.get().state == "uploaded"


def test_it_is_all_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    path = upload(cast).url
    browser = cast.pages(cast.max, raise_request_exception=False)
    form = planned(browser.get(path).content.decode())

    def dies(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(from_file, "begin_import", dies)
    assert browser.post(path, form | {"make": "1"}).status_code == 500
    assert not Dataset.objects.get().fields.exists()


def test_corrections_stay_while_one_looks_again(cast: Cast) -> None:
    path = upload(cast).url
    browser = cast.pages(cast.max)
    form = planned(browser.get(path).content.decode())
    n = number_of(form, "n")
    page = browser.post(
        path, form | {f"role.{n}": "skip", "look": "1", "add": "question:text"}
    ).content.decode()
    again = planned(page)
    assert again[f"role.{n}"] == "skip"
    assert "Comment" in again.values()
    assert planned(browser.get(path).content.decode())[f"role.{n}"] == "skip"
    plain = planned(browser.post(path, again | {"read": "plainly"}).content.decode())
    assert plain["shape"] == ""
    assert {"answer_a", "answer_b"} <= set(plain.values())


def test_whoever_cancels_leaves_nothing_behind(cast: Cast) -> None:
    path = upload(cast).url
    assert cast.pages(cast.max).post(path, {"drop": "1"}).url == "/acme/datasets/"
    assert not Dataset.objects.exists()
    assert not Job.objects.exists()


def test_what_nobody_goes_on_with_is_gone_after_a_day(cast: Cast) -> None:
    upload(cast)
    begun = make.dataset(cast.workspace, published=False)
    sweep_jobs()
    assert Dataset.objects.count() == 2
    Job.objects.update(inserted_at=now() - timedelta(days=2))
    sweep_jobs()
    assert Dataset.objects.get() == begun
    assert not Job.objects.exists()


def test_a_file_that_cannot_be_read_makes_nothing(cast: Cast) -> None:
    sent = {"workspace": cast.workspace.pk, "file": SimpleUploadedFile("x.jsonl", b"\n\n")}
    response = cast.pages(cast.max).post("/acme/datasets/from-file", sent)
    assert response.status_code == 422
    assert not Dataset.objects.exists()


def test_names_that_are_taken_get_a_number(cast: Cast) -> None:
    make.dataset(cast.workspace, "My rows")
    upload(cast)
    upload(cast)
    assert set(Dataset.objects.values_list("name", flat=True)) == {"My rows", "My rows 2", "My rows 3"}


def post(cast: Cast, **form: Any) -> Any:
    content = "\n".join(map(json.dumps, ROWS)).encode()
    sent = {"file": SimpleUploadedFile("rows.jsonl", content), **form}
    path = f"/workspaces/{cast.workspace.pk}/datasets/from-file"
    return cast.api(cast.max).generic("POST", path, *_encoded(sent))


def _encoded(sent: dict[str, Any]) -> tuple[bytes, str]:
    return encode_multipart(BOUNDARY, sent), MULTIPART_CONTENT


def test_a_program_says_it_in_one_call(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = post(
            cast, name="By API", columns=json.dumps({"label": "metadata:terms"}), min_submitted="3"
        )
    assert response.status_code == 202
    dataset = Dataset.objects.get(pk=response.json()["dataset_id"])
    assert (dataset.name, dataset.min_submitted, dataset.records.count()) == ("By API", 3, 4)
    assert dataset.metadata_properties.filter(name="label", type="terms").exists()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"columns": "{"}, "json_invalid"),
        ({"columns": '{"nothing": "skip"}'}, "no such column"),
        ({"columns": '{"n": "field:magic"}'}, "Choose what this column becomes"),
        ({"columns": '{"prompt": "question:rating"}'}, "no answers to such a question"),
        ({"min_submitted": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_a_program_says_wrong_makes_nothing(cast: Cast, form: dict[str, Any], sentence: str) -> None:
    response = post(cast, **form)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Dataset.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_terminal_makes_one_too(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with transaction.atomic():
        make.workspace(make.organization("Acme"), "main")
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)))
    given = {"organization": "acme", "workspace": "main", "name": "By hand"}
    call_command("dataset_from_file", path, "--as", "n=skip", **given)
    with transaction.atomic():
        assert Dataset.objects.get().name == "By hand"
        assert Record.objects.count() == 4


def test_a_table_says_it_too(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    """In a CSV all is text: numbers, labels, and lists as JSON."""
    talk = json.dumps([{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Yes?"}]).replace('"', '""')
    lines = [f'r{n},"{talk}",{n % 5 + 1},{n}' for n in range(4)]
    content = "\n".join(["id,conversations,stars,tokens", *lines]).encode()
    path = upload(cast, content, "talks.csv").url
    browser = cast.pages(cast.max)
    form = planned(browser.get(path).content.decode())
    assert form["shape"] == "sharegpt"
    assert form[f"role.{number_of(form, 'messages')}"] == "field:chat"
    assert form[f"role.{number_of(form, 'stars')}"] == "question:rating"
    assert form[f"role.{number_of(form, 'tokens')}"] == "metadata:integer"
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(path, form | {"make": "1"})
    job = Job.objects.get()
    assert (job.state, job.done, job.problems_count) == ("finished", 4, 0), list(
        job.problems.values("reason")
    )
    record = Record.objects.order_by("position")[2]
    assert [one["role"] for one in record.fields["messages"]] == ["user", "assistant"]
    assert record.metadata == {"tokens": 2}
    assert Suggestion.objects.get(record=record).value == 3
