"""The page on which labelers write a record. With hands and eyes: tests/browser/test_new_record.py."""

from uuid import uuid4

import pytest

from feedback.actions.datasets import update_dataset
from feedback.models import Record, Response
from tests import make

WELL = "What is a well, and how deep do people dig for it?"


@pytest.fixture
def dataset(cast):
    made = make.dataset(
        cast.workspace,
        fields={"prompt": {"type": "text"}, "talk": {"type": "chat"}, "answers": {"type": "candidates"}},
        questions={"reply": {"type": "text"}, "order": {"type": "ranking", "field": "answers"}},
    )
    return update_dataset(made, invites_records=True)


def address(dataset):
    return f"/acme/datasets/{dataset.pk}/write"


def send(cast, dataset, who=None, **given):
    given = {"field:prompt": WELL, "reply": "A hole.", **given}
    return cast.pages(who or cast.ben).post(address(dataset), given)


def test_fields_and_questions_that_can_be_filled_in_are_asked_for(cast, dataset):
    shown = cast.pages(cast.ben).get(address(dataset)).content.decode()
    for name in ("field:prompt", "field:talk.0.role", "field:talk.11.content", "reply"):
        assert f'name="{name}"' in shown
    assert "Order" not in shown


def test_what_was_written_is_kept_to_the_character_and_the_next_record_comes(cast, dataset):
    talk = {
        "field:talk.0.role": "system",
        "field:talk.0.content": "Be\r\nbrief.",
        "field:talk.1.content": "  ",
    }
    asked = {"field:talk.2.role": "user", "field:talk.2.content": " Hi. "}
    reply = send(cast, dataset, **talk, **asked)
    assert (reply.status_code, reply.url) == (302, f"/acme/datasets/{dataset.pk}/label")
    record = Record.objects.get()
    assert record.author == cast.ben
    assert record.fields["prompt"] == WELL
    assert record.fields["talk"] == [
        {"role": "system", "content": "Be\nbrief."},
        {"role": "user", "content": " Hi. "},
    ]
    assert Response.objects.get().values == {"reply": "A hole."}


def test_a_program_in_the_page_gets_the_next_record_in_place(cast, dataset):
    reply = cast.pages(cast.ben).post(
        address(dataset), {"field:prompt": WELL, "reply": "A hole."}, headers={"HX-Request": "true"}
    )
    assert reply.status_code == 200
    assert reply["HX-Replace-Url"] == f"/acme/datasets/{dataset.pk}/label"
    assert 'id="empty"' in reply.content.decode()


def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(cast, dataset):
    reply = send(
        cast,
        dataset,
        **{"field:prompt": " ", "field:talk.0.role": "user", "field:talk.0.content": "Hi there."},
    )
    shown = reply.content.decode()
    assert reply.status_code == 422
    assert "The field &#x27;prompt&#x27; is required." in shown
    assert "Hi there." in shown
    assert "A hole." in shown
    assert not Record.objects.exists()


def test_a_record_that_says_nearly_the_same_is_shown_once(cast, dataset):
    make.record(dataset, fields={"prompt": WELL.replace("deep", "far")})
    reply = send(cast, dataset)
    shown = reply.content.decode()
    assert reply.status_code == 422
    assert "A record says" in shown
    assert "how far do people dig" in shown
    assert WELL in shown
    seen = reply.context["seen"]
    assert send(cast, dataset, alike=seen).status_code == 302
    assert Record.objects.count() == 2


def test_another_record_that_is_alike_is_shown_too(cast, dataset):
    seen = str(make.record(dataset, fields={"prompt": "How are you?"}).pk)
    make.record(dataset, fields={"prompt": WELL})
    assert send(cast, dataset, alike=seen).status_code == 422


def test_a_submission_whose_reply_was_lost_is_not_like_itself(cast, dataset):
    submission = str(uuid4())
    for _ in range(2):
        assert send(cast, dataset, submission=submission).status_code == 302
    assert Record.objects.count() == 1


def test_a_dataset_that_invites_nobody_says_so(cast, dataset):
    label = f"/acme/datasets/{dataset.pk}/label"
    assert "Write a new record" in cast.pages(cast.ben).get(label).content.decode()
    update_dataset(dataset, invites_records=False)
    assert "Write a new record" not in cast.pages(cast.ben).get(label).content.decode()
    for reply in (cast.pages(cast.ben).get(address(dataset)), send(cast, dataset)):
        assert reply.status_code == 409
        assert "takes no records from labelers" in reply.content.decode()
    assert not Record.objects.exists()


def test_managers_read_who_wrote_a_record(cast, dataset):
    written = send(cast, dataset) and Record.objects.get()
    brought = make.record(dataset, fields={"prompt": "Why?"})
    shown = [
        cast.pages(cast.max).get(f"/acme/datasets/{dataset.pk}/records/{one.pk}/").content.decode()
        for one in (written, brought)
    ]
    assert "written by <bdi>Ben</bdi>" in shown[0]
    assert "written by" not in shown[1]


def test_a_manager_invites_on_the_page_of_the_dataset(cast, dataset):
    update_dataset(dataset, invites_records=False)
    given = {"name": dataset.name, "min_submitted": "1", "invites_records": "on"}
    page = f"/acme/datasets/{dataset.pk}/settings"
    assert cast.pages(cast.max).post(page, given).status_code == 302
    dataset.refresh_from_db()
    assert dataset.invites_records


def test_a_question_that_goes_on_with_a_chat_stands_below_it_as_the_next_turn(cast):
    made = make.dataset(
        cast.workspace,
        fields={"talk": {"type": "chat"}},
        questions={"reply": {"type": "text", "field": "talk"}},
    )
    make.record(made, fields={"talk": [{"role": "user", "content": "Hi."}]})
    shown = cast.pages(cast.ben).get(f"/acme/datasets/{made.pk}/label").content.decode()
    assert '<div class="turn" data-role="assistant"><b id="q-reply-turn">Assistant</b>' in shown
