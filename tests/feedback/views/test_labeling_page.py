"""The labeling page, answer by answer. With hands and eyes: tests/browser/test_labeling.py."""

import pytest

from feedback.actions.datasets import update_dataset
from feedback.models import Lease, Record, Response
from tests import make

HTMX = {"HX-Request": "true"}
RANKED = {"ranking.A": "1", "ranking.B": "2", "ranking.C": "3"}


@pytest.fixture
def dataset(cast):
    return make.dataset(cast.workspace, guidelines="Be fair.")


@pytest.fixture
def page(cast):
    return cast.pages(cast.ben)


def act(page, record, name, form=None, **headers):
    return page.post(f"/acme/records/{record.pk}/{name}", form or {}, headers=headers or HTMX)


def test_one_round_trip_submits_and_brings_the_next_record(cast, dataset, page):
    first, second = make.records(dataset, 2)
    page.get(f"/acme/datasets/{dataset.pk}/label")
    reply = act(page, first, "submit", RANKED)
    assert f'data-record="{second.pk}"' in reply.content.decode()
    assert "<html" not in reply.content.decode()
    assert Lease.objects.get().record == second


def test_submitting_twice_is_submitting_once(cast, dataset, page):
    record, _ = make.records(dataset, 2)
    form = {**RANKED, "submission": "0190f0f0-0000-7000-8000-000000000001", "active_ms": "4000"}
    act(page, record, "submit", form)
    act(page, record, "submit", form)
    response = Response.objects.get()
    assert (response.revision, response.active_ms) == (1, 4000)


@pytest.mark.parametrize(("act_name", "status"), [("submit", "submitted"), ("discard", "discarded")])
def test_what_was_a_draft_a_moment_ago_is_handed_in(cast, dataset, page, act_name, status):
    record = make.record(dataset)
    form = {**RANKED, "submission": "0190f0f0-0000-7000-8000-000000000001"}
    act(page, record, "draft", form)
    act(page, record, act_name, {**form, "revision": "1"})
    assert Response.objects.get().status == status


def test_active_time_is_counted_once_over_drafts(cast, dataset, page):
    record = make.record(dataset)
    act(page, record, "draft", {"comment": "a", "active_ms": "3000"})
    act(page, record, "draft", {"comment": "ab", "active_ms": "5000", "revision": "1"})
    act(page, record, "submit", {**RANKED, "active_ms": "9000"})
    assert Response.objects.get().active_ms == 9000


def test_what_was_sent_comes_back_with_what_is_wrong(cast, dataset, page):
    record = make.record(dataset)
    reply = act(page, record, "submit", {"ranking.A": "1", "comment": "Written with care"})
    assert reply.status_code == 422
    text = reply.content.decode()
    assert "Written with care" in text
    assert 'name="ranking.A" value="1" checked' in text
    assert not Response.objects.exists()


def test_a_draft_says_which_revision_it_is(cast, dataset, page):
    record = make.record(dataset)
    assert act(page, record, "draft", {"comment": "a"}).json()["revision"] == 1
    assert act(page, record, "draft", {"comment": "b", "revision": "1"}).json()["revision"] == 2
    stale = act(page, record, "draft", {"comment": "c", "revision": "1"})
    assert (stale.status_code, stale.json()["revision"]) == (409, 2)
    assert Response.objects.get().values == {"comment": "b"}


def test_a_late_draft_does_not_reopen_what_was_submitted(cast, dataset, page):
    record = make.record(dataset)
    act(page, record, "submit", RANKED)
    assert act(page, record, "draft", {"comment": "late", "revision": "1"}).status_code == 409
    assert Response.objects.get().status == "submitted"


def test_each_response_names_the_version_of_the_guidelines(cast, dataset, page):
    record = make.record(dataset)
    act(page, record, "submit", RANKED)
    assert Response.objects.get().guidelines_version == 1


def test_a_submitted_record_can_be_seen_and_changed_again(cast, dataset, page):
    record = make.record(dataset)
    make.response(record, cast.ben)
    reply = page.get(f"/acme/datasets/{dataset.pk}/label?record={record.pk}")
    assert "You submitted this" in reply.content.decode()
    act(page, record, "submit", RANKED)
    assert Response.objects.get().revision == 2


def test_others_answers_are_never_shown(cast, dataset, page):
    record = make.record(dataset)
    make.response(record, cast.max, {**make.RANKED, "comment": "what Max thinks"})
    assert (
        "what Max thinks"
        not in page.get(f"/acme/datasets/{dataset.pk}/label?record={record.pk}").content.decode()
    )


@pytest.mark.parametrize(
    "form",
    [{"active_ms": "x"}, {"revision": "-1"}, {"submission": "no"}, {"quality": "٣"}, {"ranking.A": "9" * 30}],
)
def test_nonsense_in_a_form_is_no_error_of_ours(cast, dataset, page, form):
    record = make.record(dataset)
    assert act(page, record, "draft", form).status_code in (200, 422)
    assert act(page, record, "submit", {**RANKED, **form}).status_code in (200, 422)


def test_a_nul_character_is_refused_in_words(cast, dataset, page):
    record = make.record(dataset)
    reply = act(page, record, "submit", {**RANKED, "comment": "a\0b"})
    assert reply.status_code == 422
    assert "NUL" in reply.content.decode()


def test_showing_the_next_record_takes_few_queries(cast, dataset, page, django_assert_max_num_queries):
    make.records(dataset, 30)
    url = f"/acme/datasets/{dataset.pk}/label"
    page.get(url)
    with django_assert_max_num_queries(32):
        page.get(url)


def test_a_dataset_that_is_a_draft_says_so(cast, page):
    draft = make.dataset(cast.workspace, published=False)
    assert "not published yet" in page.get(f"/acme/datasets/{draft.pk}/label").content.decode()


def test_a_record_of_another_dataset_is_not_found(cast, dataset, page):
    stranger = make.record(make.dataset(cast.rival_workspace))
    assert Record.objects.filter(pk=stranger.pk).exists()
    assert page.get(f"/acme/datasets/{dataset.pk}/label?record={stranger.pk}").status_code == 404
    assert act(page, stranger, "submit", RANKED).status_code == 404


def guide(page, dataset):
    text = page.get(f"/acme/datasets/{dataset.pk}/label").content.decode()
    return text[text.index("<guide-drawer") : text.index("</guide-drawer>")]


def read(page, dataset, version):
    return page.post(f"/acme/datasets/{dataset.pk}/guidelines/read", {"version": version}, headers=HTMX)


def test_guidelines_ask_once_to_be_read(cast, dataset, page):
    make.record(dataset)
    assert "Read these before you begin." in guide(page, dataset)
    assert read(page, dataset, 1).status_code == 204
    assert "data-unread" not in guide(page, dataset)


def test_changed_guidelines_show_what_is_new_and_what_is_gone(cast, dataset, page):
    make.record(dataset)
    read(page, dataset, 1)
    update_dataset(dataset, guidelines="Be fair and quick.\n\nThank you.")
    shown = guide(page, dataset)
    assert "Changed since you last read them." in shown
    assert '<p class="changed" ' in shown or '<p class="changed">Be fair and quick.' in shown
    assert "<del>Be fair.</del>" in shown
    read(page, dataset, 2)
    assert "changed" not in guide(page, dataset)


def test_guidelines_that_changed_while_they_were_read_are_not_read(cast, dataset, page):
    make.record(dataset)
    update_dataset(dataset, guidelines="Be quick.")
    read(page, dataset, 1)
    assert "Changed since you last read them." in guide(page, dataset)
    assert read(page, dataset, 3).status_code == 422


def test_a_response_names_the_version_of_the_guidelines_it_was_given_under(cast, dataset, page):
    record = make.record(dataset)
    update_dataset(dataset, guidelines="Be quick.")
    act(page, record, "submit", RANKED)
    assert Response.objects.get().guidelines_version == 2
