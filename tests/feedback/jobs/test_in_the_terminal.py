"""Jobs in the terminal: listed, watched with a bar, stopped, tried again; and what Ctrl-C asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.timezone import now

from core.tenancy import acting_for
from feedback.actions.uploads import start_import
from feedback.management import watching
from feedback.management.watching import Choice, in_words, watch
from feedback.models import Dataset, Job
from feedback.models.jobs import State
from feedback.reports.job_progress import pace
from tests import make
from tests.cast import assemble

ACME = ["--organization", "acme"]


@pytest.fixture
def job(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    """An import that waits: nobody is told of it."""
    monkeypatch.setattr("feedback.actions.uploads.later", lambda *_: None)
    monkeypatch.setattr("feedback.actions.retrying.later", lambda *_: None)
    with transaction.atomic():
        cast = assemble()
        dataset = make.dataset(cast.workspace, "Replies")
        file = BytesIO(b"".join(b'{"prompt": "Prompt %d"}\n' % n for n in range(5)))
        made = start_import(dataset, file, filename="rows.jsonl", by=cast.max)
    with acting_for(made.organization_id):
        yield made


def said(capsys: Any) -> str:
    return str(capsys.readouterr().out)


def test_jobs_are_listed_stopped_and_tried_again(job: Job, capsys: Any) -> None:
    call_command("jobs", "list", *ACME)
    line = said(capsys)
    assert str(job.pk) in line
    assert "Import of Replies, by max. Waiting. It is next, as soon as a worker is free." in line
    call_command("jobs", "cancel", str(job.pk), *ACME)
    assert "Canceled before it began." in said(capsys)
    call_command("jobs", "list", *ACME, "--state", "waiting")
    assert "There is no job that is waiting." in said(capsys)
    call_command("jobs", "retry", str(job.pk), *ACME)
    assert "It goes on where it was." in said(capsys)
    with pytest.raises(CommandError, match="It has not ended yet"):
        call_command("jobs", "retry", str(job.pk), *ACME)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["watch", *ACME], "Name the job by its id"),
        (["watch", "nonsense", *ACME], "is no id"),
        (["cancel", "019b0001-0000-7000-8000-000000000001", *ACME], "There is no job"),
        (["list", "--organization", "nobody"], "There is no organization 'nobody'"),
        (["cancel", "{job}", "--organization", "rival"], "There is no job"),
    ],
)
def test_what_does_not_work_is_a_sentence(job: Job, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("jobs", *[one.format(job=job.pk) for one in arguments])


def test_without_a_worker_the_terminal_does_it_and_shows_how_it_goes(
    job: Job, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(watching, "PATIENCE", -1)
    monkeypatch.setattr(watching, "worker_is_alive", lambda: False)
    done = watch(BaseCommand(), job)
    assert (done.state, done.done) == (State.FINISHED, 5)
    assert "No worker is running, so this terminal does it." in said(capsys)


def test_a_bar_has_pace_and_time_left(job: Job) -> None:
    with transaction.atomic():
        begun = now() - timedelta(seconds=10)
        Job.objects.filter(pk=job.pk).update(
            state="running", claimed_at=begun, claimed_done=1000, done=6000, total=12_000, problems_count=3
        )
        words = in_words(pace(Job.objects.get(pk=job.pk)))
    assert re.fullmatch(
        r"\[#{12}-{12}\]  50 %  6,000 of 12,000 rows  (49|50)\d/s  12 s left  3 bad", words
    ), words


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_is_written_over_on_one_line(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    line = watching.Line(BaseCommand(stdout=screen))  # type: ignore[arg-type]
    line.show(job)
    line.clear()
    assert screen.getvalue().startswith("\rWaiting. It is next")
    assert "\n" not in screen.getvalue()


def interrupted(monkeypatch: pytest.MonkeyPatch, *choices: Choice) -> list[Choice]:
    """Ctrl-C as soon as it is watched, and so often; what is chosen then."""
    left = list(choices)
    sleep = watching.time.sleep

    def press(seconds: float) -> None:
        if left:
            raise KeyboardInterrupt
        sleep(seconds)

    monkeypatch.setattr(watching.time, "sleep", press)
    monkeypatch.setattr(watching, "ask", lambda: left.pop(0))
    return left


def test_ctrl_c_can_leave_it_running(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted(monkeypatch, Choice.WATCH, Choice.LEAVE)
    with pytest.raises(CommandError, match=f"jobs watch {job.pk} --organization acme"):
        watch(BaseCommand(), job)
    with transaction.atomic():
        assert Job.objects.get(pk=job.pk).state == State.WAITING


def test_ctrl_c_can_cancel_it(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted(monkeypatch, Choice.CANCEL)
    with pytest.raises(CommandError, match="Canceled before it began"):
        watch(BaseCommand(), job)


def test_where_nobody_can_be_asked_ctrl_c_cancels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("l\n"))
    assert watching.ask() is Choice.CANCEL

    class Keyboard(StringIO):
        def isatty(self) -> bool:
            return True

    for typed, choice in (
        ("l\n", Choice.LEAVE),
        ("\n", Choice.WATCH),
        ("C\n", Choice.CANCEL),
        ("?\n", Choice.WATCH),
    ):
        monkeypatch.setattr("sys.stdin", Keyboard(typed))
        assert watching.ask() is choice


def test_a_dataset_is_cloned(transactional_db: None, capsys: Any) -> None:
    with transaction.atomic():
        cast = assemble()
        make.records(make.dataset(cast.workspace, "Replies"), 3)
        make.workspace(cast.acme, "annex")
    where = [*ACME, "--workspace", "acme-workspace", "--dataset", "Replies", "--to-workspace"]
    call_command("clone_dataset", "Again", *where, "annex", "--without-responses")
    assert "Copied: 3 records." in said(capsys)
    with transaction.atomic():
        assert Dataset.objects.get(name="Again").workspace.name == "annex"
    with pytest.raises(CommandError, match="already has a dataset"):
        call_command("clone_dataset", "Again", *where, "annex")
    with pytest.raises(CommandError, match="There is no workspace 'nowhere'"):
        call_command("clone_dataset", "Again", *where, "nowhere")
