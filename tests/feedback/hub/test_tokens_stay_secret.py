"""A token for the Hub is read by the work alone, and gone when the work has ended."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from core.errors import Invalid
from core.sealed import seal, unseal
from feedback.actions.hub import look_at_hub, start_hub_export
from feedback.actions.jobs import cancel_job
from feedback.models import Job
from feedback.models.jobs import State
from tests import make
from tests.feedback.hub.conftest import NAME, ask, bring_in, parquet, push, run
from tests.stand_in_hub import TOKEN

ROWS = {"data/train-00000-of-00001.parquet": parquet([{"text": "One"}])}


def stored(job: Job) -> str:
    """The whole row, as it lies in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(j)::text FROM feedback_job j WHERE id = %s", [job.pk])
        return str(cursor.fetchone()[0])


def test_a_waiting_job_shows_its_token_to_nobody(cast: Any, dataset: Any, client: Any) -> None:
    make.record(dataset)
    waiting = [
        ask(dataset, token=TOKEN),
        start_hub_export(dataset, name=NAME, token=TOKEN, by=None),
        look_at_hub(dataset, name=NAME, subset="default", split="train", token=TOKEN, by=None),
    ]
    client.force_login(make.operator())
    for job in waiting:
        sealed = job.options["sealed"]
        assert unseal(sealed) == TOKEN
        assert TOKEN not in stored(job)
        shown = [
            json.dumps(cast.api(cast.max).get(f"/jobs/{job.pk}").json()),
            cast.pages(cast.max).get(f"/acme/jobs/{job.pk}/").content.decode(),
            client.get(f"/admin/feedback/job/{job.pk}/change/").content.decode(),
        ]
        assert not [text for text in shown if TOKEN in text or sealed in text]
        assert all(len(text) > 200 for text in shown)


@pytest.mark.parametrize("door", [bring_in, push])
def test_it_is_gone_when_the_job_has_ended(hub: Any, dataset: Any, door: Any) -> None:
    make.record(dataset)
    hub.put(NAME, ROWS)
    job = door(dataset, token=TOKEN)
    assert job.state == State.FINISHED
    assert "sealed" not in stored(job)
    hub.reads_only.add(TOKEN)
    hub.repos.clear()
    job = door(dataset, token=TOKEN)
    assert job.state == State.FAILED
    assert "sealed" not in stored(job)


def test_it_is_gone_when_the_job_was_canceled(dataset: Any) -> None:
    job = cancel_job(ask(dataset, token=TOKEN))
    job.refresh_from_db()
    assert job.state == State.CANCELED
    assert job.options.keys() == {"name", "subset", "split", "pairs", "guarded"}


def test_a_mistake_of_ours_does_not_write_it_into_the_log(
    hub: Any, dataset: Any, monkeypatch: Any, capsys: Any, caplog: Any
) -> None:
    hub.put(NAME, ROWS)

    def broken(self: Any, *given: Any, headers: Any = None, **more: Any) -> None:
        token = TOKEN
        raise KeyError(token)

    monkeypatch.setattr("huggingface_hub.HfApi.dataset_info", broken)
    job = ask(dataset, token=TOKEN)
    with pytest.raises(RuntimeError) as raised:
        run(job)
    said = capsys.readouterr()
    assert "job failed" in said.out + said.err + caplog.text
    assert TOKEN not in said.out + said.err + caplog.text + repr(raised.value)
    assert raised.value.__suppress_context__


def test_whoever_runs_the_worker_lends_nobody_a_token(hub: Any, dataset: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_operator")
    hub.put(NAME, ROWS)
    assert bring_in(dataset).state == State.FINISHED
    assert {token for _, _, token in hub.asked} == {""}
    hub.asked.clear()
    assert bring_in(dataset, token=TOKEN).state == State.FINISHED
    assert {token for _, _, token in hub.asked} == {TOKEN}


def test_a_changed_secret_key_is_a_sentence(settings: Any) -> None:
    sealed = seal("hf_x")
    settings.SECRET_KEY = "another"
    with pytest.raises(Invalid, match="Give the token again"):
        unseal(sealed)


def test_a_refused_body_does_not_repeat_the_token(cast: Any, dataset: Any) -> None:
    body = {"name": "", "token": TOKEN, "private": "perhaps"}
    answer = cast.api(cast.max).post(f"/datasets/{dataset.pk}/export", body)
    assert answer.status_code == 422
    assert TOKEN not in answer.content.decode()
