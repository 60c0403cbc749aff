"""Records in bulk: added, changed, deleted; with their positions, blocks and counts."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from feedback.actions import answers, suggestions
from feedback.actions.entries import Entry
from feedback.actions.records import create_records, delete_records, update_record, upsert_records
from feedback.models import LabelerTally, QueueItem, Record, RecordBlock, Response, Suggestion
from feedback.models import records as record_models
from feedback.reports.progress import mine, progress
from tests import make


@pytest.fixture
def dataset(cast):
    return make.dataset(cast.workspace)


def entry(number=1, **given):
    return Entry(**{"fields": make.fields(number), "external_id": f"e{number}"} | given)


def ids(dataset):
    return list(Record.objects.filter(dataset=dataset).order_by("position").values_list("pk", flat=True))


def kept_counts(dataset):
    """What is kept, and what there is."""
    dataset.count.refresh_from_db()
    blocks = RecordBlock.objects.filter(dataset=dataset).values_list("records", flat=True)
    there = Record.objects.filter(dataset=dataset).count()
    completed = QueueItem.objects.filter(dataset=dataset, completed=True).count()
    found = progress(dataset)
    return (dataset.count.records, sum(blocks), found.total, found.completed), (
        there,
        there,
        there,
        completed,
    )


def test_records_stand_in_the_order_of_the_call(dataset):
    written = create_records(dataset, [entry(n) for n in range(5)])
    more = create_records(dataset, [entry(n) for n in range(5, 8)])
    assert ids(dataset) == written.ids + more.ids
    assert list(Record.objects.order_by("position").values_list("position", flat=True)) == list(range(8))
    assert set(written.new) == set(written.ids)


def test_what_is_sent_is_what_is_stored(dataset):
    metadata = {"n": 1.5, "big": 2**70, "null": None, "deep": [{"a": []}], "text": "é🕳 \t\\u0000"}
    pk = create_records(dataset, [entry(metadata=metadata)]).ids[0]
    record = Record.objects.get(pk=pk)
    assert (record.fields, record.metadata) == (make.fields(), metadata)


def test_a_taken_external_id_adds_nothing_at_all(dataset):
    create_records(dataset, [entry(1)])
    with pytest.raises(Invalid, match="exist already: e1"):
        create_records(dataset, [entry(2), entry(1)])
    with pytest.raises(Invalid, match="more than once: e3"):
        create_records(dataset, [entry(3), entry(3)])
    assert len(ids(dataset)) == 1


def test_external_ids_belong_to_their_dataset(cast, dataset):
    create_records(dataset, [entry(1)])
    other = make.dataset(cast.workspace)
    create_records(other, [entry(1)])
    assert len(upsert_records(other, [entry(1)]).new) == 0


def test_one_wrong_record_adds_none_and_is_named(dataset):
    with pytest.raises(Invalid, match="position 1 "):
        create_records(dataset, [entry(1), entry(2, fields={"prompt": 3})])
    assert ids(dataset) == []


def test_an_upsert_finds_records_by_id_before_external_id(dataset):
    one, two = create_records(dataset, [entry(1), entry(2)]).ids
    written = upsert_records(
        dataset,
        [
            Entry(id=one, external_id="e2", metadata={"by": "id"}),
            Entry(external_id="e2", metadata={"by": "name"}),
            entry(3, id=uuid4()),
        ],
    )
    assert written.ids[:2] == [one, two]
    assert set(written.new) == {written.ids[2]}
    found = Record.objects.in_bulk()
    assert [found[pk].metadata for pk in (one, two)] == [{"by": "id"}, {"by": "name"}]
    assert [found[pk].external_id for pk in written.ids] == ["e1", "e2", "e3"]


def test_an_id_of_another_dataset_makes_a_new_record(cast, dataset):
    other = make.record(make.dataset(cast.workspace))
    written = upsert_records(dataset, [Entry(id=other.pk, fields=make.fields(9))])
    assert written.ids[0] != other.pk
    other.refresh_from_db()
    assert other.fields == make.fields(1)


def test_what_an_upsert_leaves_out_stays(dataset):
    (pk,) = create_records(dataset, [entry(1, metadata={"a": 1})]).ids
    upsert_records(dataset, [Entry(id=pk, fields=make.fields(2))])
    assert Record.objects.get().metadata == {"a": 1}
    upsert_records(dataset, [Entry(id=pk, metadata=None)])
    record = Record.objects.get()
    assert (record.fields, record.metadata) == (make.fields(2), None)


def test_two_items_for_one_record_say_it_one_after_the_other(dataset):
    (pk,) = create_records(dataset, [entry(1)]).ids
    written = upsert_records(
        dataset,
        [
            Entry(id=pk, fields=make.fields(2)),
            Entry(external_id="e1", metadata={"a": 1}),
            entry(7),
            entry(7, fields=make.fields(8)),
        ],
    )
    assert written.ids[0] == written.ids[1] == pk
    assert written.ids[2] == written.ids[3]
    record, new = Record.objects.order_by("position")
    assert (record.fields, record.metadata) == (make.fields(2), {"a": 1})
    assert new.fields == make.fields(8)


def test_the_date_moves_only_where_something_changed(dataset):
    first, second = create_records(dataset, [entry(1), entry(2)]).ids
    Record.objects.update(updated_at="2020-01-01T00:00Z")
    written = upsert_records(dataset, [entry(1), entry(2, fields=make.fields(3))])
    assert (set(written.new), set(written.updated)) == (set(), {second})
    assert Record.objects.get(pk=first).updated_at.year == 2020
    assert Record.objects.get(pk=second).updated_at.year > 2020


def test_suggestions_and_responses_come_with_their_records(cast, dataset):
    question = dataset.questions.get(name="comment")
    given = {
        "suggestions": [suggestions.Given(question.pk, "Perhaps.", score=0.5, agent="m")],
        "responses": [answers.Given(cast.ben.pk, "submitted", make.RANKED)],
    }
    (pk,) = create_records(dataset, [entry(1, **given)]).ids
    assert Suggestion.objects.get(record=pk).value == "Perhaps."
    assert Response.objects.get(record=pk).membership == cast.ben
    assert progress(dataset).completed == mine(dataset, cast.ben).submitted == 1


def test_a_new_set_of_suggestions_is_checked_against_the_new_fields(dataset):
    record = make.record(dataset)
    fields = {"prompt": "New", "answers": [{"id": "x", "text": "X"}, {"id": "y", "text": "Y"}]}
    ranked = {"version": 1, "tiers": [["y"], ["x"]]}
    given = [suggestions.Given(dataset.questions.get(name="ranking").pk, ranked)]
    update_record(record, Entry(fields=fields, suggestions=given))
    assert record.fields == fields
    assert Suggestion.objects.get(record=record).value == ranked


def test_deleting_takes_everything_below_and_keeps_all_counts_true(cast, dataset):
    first, second, third = make.records(dataset, 3)
    make.response(first, cast.ben)
    make.response(second, cast.ben)
    assert delete_records(dataset, [first.pk, third.pk, uuid4()]) == 2
    assert ids(dataset) == [second.pk]
    kept, there = kept_counts(dataset)
    assert kept == there == (1, 1, 1, 1)
    assert LabelerTally.objects.get(membership=cast.ben).submitted == 1
    assert delete_records(dataset, [first.pk]) == 0


def test_records_of_another_dataset_are_not_deleted(cast, dataset):
    other = make.record(make.dataset(cast.workspace))
    assert delete_records(dataset, [other.pk]) == 0
    assert Record.objects.filter(pk=other.pk).exists()


acts = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 9)),
        st.tuples(st.just("delete"), st.lists(st.integers(0, 60), min_size=1, max_size=9)),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts)
def test_every_offset_is_exact_after_any_adding_and_deleting(cast, monkeypatch, acts):
    block = 4
    monkeypatch.setattr(record_models, "BLOCK", block)
    monkeypatch.setattr("feedback.actions.record_rows.BLOCK", block)
    dataset = make.dataset(cast.workspace)
    for act, what in acts:
        there = ids(dataset)
        if act == "add":
            create_records(dataset, [Entry(fields=make.fields()) for _ in range(what)])
        else:
            delete_records(dataset, [there[place] for place in what if place < len(there)])
    whole = ids(dataset)
    for offset in range(len(whole) + 2):
        page = Record.objects.from_offset(dataset, offset)
        assert [record.pk for record in page[:5]] == whole[offset : offset + 5]
    kept, there = kept_counts(dataset)
    assert kept == there
