"""Records that labelers write themselves, with their own answers: who is asked about them, and what is refused."""

from uuid import uuid4

import pytest

from core.errors import Conflict, Invalid
from feedback.actions.datasets import update_dataset
from feedback.actions.nothing import Nothing
from feedback.actions.one_response import Circumstances
from feedback.actions.queue import lease_next
from feedback.actions.responses import delete_response
from feedback.actions.writing import FIELD, write_record
from feedback.models import Lease, Record, Response
from feedback.reports.progress import progress
from tests import make

GIVEN = {"prompt": "Why is the sky blue?"}, {"reply": "Because of scattering."}


@pytest.fixture
def dataset(cast):
    made = make.dataset(
        cast.workspace,
        fields={"prompt": {"type": "text"}, "context": {"type": "text"}},
        questions={"reply": {"type": "text"}, "remark": {"type": "text"}},
        min_submitted=2,
    )
    return update_dataset(made, invites_records=True)


def test_it_is_a_record_of_its_author_with_their_answers(cast, dataset):
    record = write_record(dataset, *GIVEN, by=cast.ben)
    record.refresh_from_db()
    assert (record.author, record.fields) == (cast.ben, GIVEN[0])
    response = Response.objects.get()
    assert (response.record, response.membership, response.values) == (record, cast.ben, GIVEN[1])
    assert (response.status, response.is_extra) == ("submitted", False)


def test_the_others_are_asked_about_it_and_its_author_never(cast, dataset):
    record = write_record(dataset, *GIVEN, by=cast.ben)
    assert isinstance(lease_next(dataset, by=cast.ben), Nothing)
    delete_response(Response.objects.get())
    assert isinstance(lease_next(dataset, by=cast.ben), Nothing), "Not even when they took their answer back."
    held = lease_next(dataset, by=cast.max)
    assert isinstance(held, Lease)
    assert held.record_id == record.pk


def test_the_answer_of_its_author_is_one_of_those_that_are_wanted(cast, dataset):
    record = write_record(dataset, *GIVEN, by=cast.ben)
    assert progress(dataset).completed == 0
    make.response(record, cast.max, {"reply": "Light."})
    assert progress(dataset).completed == 1


def test_the_same_submission_twice_is_one_record(cast, dataset):
    how = Circumstances(submission=uuid4())
    first = write_record(dataset, *GIVEN, by=cast.ben, how=how)
    assert write_record(dataset, *GIVEN, by=cast.ben, how=how) == first
    assert write_record(dataset, *GIVEN, by=cast.max, how=Circumstances(submission=uuid4())) != first
    assert Record.objects.count() == Response.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "values", "wrong"),
    [
        ({}, {"reply": "So."}, {FIELD + "fields"}),
        ({"context": "Here."}, {"reply": "So."}, {FIELD + "prompt"}),
        ({"prompt": "Why?"}, {}, {"reply"}),
        ({"context": "Here."}, {"remark": "Hm."}, {FIELD + "prompt", "reply"}),
        ({"prompt": "Wh\0y?"}, {"reply": "So."}, {FIELD + "prompt"}),
    ],
)
def test_nothing_is_kept_of_what_is_not_complete_and_all_of_it_is_said(cast, dataset, fields, values, wrong):
    with pytest.raises(Invalid) as refused:
        write_record(dataset, fields, values, by=cast.ben)
    assert refused.value.errors.keys() == wrong
    assert not Record.objects.exists()


def test_a_dataset_that_did_not_ask_takes_none(cast, dataset):
    update_dataset(dataset, invites_records=False)
    with pytest.raises(Conflict, match="takes no records from labelers"):
        write_record(dataset, *GIVEN, by=cast.ben)
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("fields", "questions", "sentence"),
    [
        ({"prompt": {"type": "image"}}, {"reply": {"type": "text"}}, "“Prompt” is required"),
        (
            {"prompt": {"type": "text"}, "answers": {"type": "candidates"}},
            {"order": {"type": "ranking", "field": "answers"}},
            "“Order” is required, and acts on fields",
        ),
        ({"picture": {"type": "image"}}, {"reply": {"type": "text"}}, "no text and no chat"),
    ],
)
def test_labelers_are_not_invited_to_write_what_nobody_can(cast, fields, questions, sentence):
    made = make.dataset(cast.workspace, fields=fields, questions=questions)
    with pytest.raises(Invalid, match=sentence) as refused:
        update_dataset(made, invites_records=True)
    assert refused.value.errors.keys() == {"invites_records"}
    made.refresh_from_db()
    assert not made.invites_records
