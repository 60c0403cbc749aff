"""An import as a job: what is bad is listed, what is good comes in once, whatever happens in between."""

import pytest
from django.db import OperationalError

from core.errors import Invalid
from feedback.actions import importing, reading
from feedback.actions.jobs import cancel_job
from feedback.models import Job, Record, Suggestion
from feedback.models.jobs import State
from feedback.reports.problems import BadRows
from tests import make
from tests.feedback.jobs.filling import after_chunks, bring_in, lines, row, run, start


@pytest.fixture
def dataset(cast):
    return make.dataset(cast.workspace)


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 10)


def names(dataset):
    return list(
        Record.objects.filter(dataset=dataset).order_by("position").values_list("external_id", flat=True)
    )


def expired(job):
    """As if the worker had been silent for a minute."""
    Job.objects.filter(pk=job.pk).update(leased_until="2020-01-01T00:00Z")


BAD = [
    (b'{"id": "x", "prompt": "Why?"', "character 29", "A comma or a closing bracket is missing here."),
    (b'{"id": "x", "prompt": "a\\u0000b"}', "prompt", "The text holds a NUL character (U+0000)"),
    (b'{"id": "x", "prompt": "a\\ud83d"}', "prompt", "The text holds half of a surrogate pair (U+D83D)"),
    (b'{"id": "x", "prompt": "\xff"}', "byte 24", "This is not UTF-8."),
    (b'{"id": "x"}', "prompt", "The field 'prompt' is required."),
    (b'{"id": "x", "prompt": null}', "prompt", "The field 'prompt' is required."),
    (b'{"id": "x", "prompt": 3}', "prompt", "This field holds text."),
    (b'{"id": "x", "prompt": "a", "prompt": "b"}', "prompt", "The key 'prompt' stands twice in one object."),
    (b'{"id": true, "prompt": "a"}', "id", "An external id is a text or a number."),
    (b'{"id": "x", "prompt": "a", "answers": "none"}', "answers", "Model answers are a list of"),
    (b'{"id": "x", "prompt": "a", "cost": NaN}', "cost", "NaN is not JSON."),
    (b'["a"]', "", "This is a list, not an object."),
]


@pytest.mark.parametrize(("bad", "column", "reason"), BAD, ids=lambda value: str(value)[:30])
def test_a_bad_row_is_listed_and_stops_nothing(dataset, bad, column, reason):
    job = bring_in(dataset, lines(row(1), b"", bad, row(2)), mapping={"id": "external_id"})
    assert names(dataset) == ["row-1", "row-2"]
    problem = job.problems.get()
    assert (problem.line, problem.column, bytes(problem.row)) == (3, column, bad)
    assert problem.reason.startswith(reason)
    assert problem.reason.endswith(".")
    assert (job.state, job.done, job.total, job.problems_count) == (State.FINISHED, 3, 3, 1)
    assert job.detail == (
        "2 rows came in: 2 new. 1 could not: download them, correct them, import that file."
    )


def test_bad_rows_are_downloaded_corrected_and_imported_again(dataset):
    job = bring_in(dataset, lines(row(1), {"id": "row-2"}, row(3), {"id": "row-4", "prompt": 4}))
    file = BadRows(job).file.read()
    assert file == lines({"id": "row-2"}, {"id": "row-4", "prompt": 4})
    corrected = file.replace(b'"row-2"', b'"row-2", "prompt": "Two"').replace(b": 4", b': "Four"')
    again = bring_in(dataset, corrected)
    assert (again.problems_count, again.counts["created"]) == (0, 2)
    assert names(dataset) == ["row-1", "row-3", "row-2", "row-4"]


def test_a_file_of_bad_rows_only_is_taken_and_told(dataset):
    job = bring_in(dataset, lines({"prompt": 1}, {"prompt": 2}), mapping={})
    assert (job.problems_count, job.counts) == (2, {})
    assert job.detail.startswith("No row came in. 2 could not")
    unreadable = bring_in(dataset, b"{\n{\n")
    assert (unreadable.state, unreadable.problems_count) == (State.FINISHED, 2)


@pytest.mark.parametrize("file", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_a_file_without_rows_is_refused_in_words(dataset, file):
    with pytest.raises(Invalid, match="The file is empty"):
        start(dataset, file)
    assert not Job.objects.exists()


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_rows(dataset):
    job = bring_in(dataset, b"\xef\xbb\xbf" + lines(row(1), row(2)).replace(b"\n", b"\r\n"))
    assert (names(dataset), job.problems_count) == (["row-1", "row-2"], 0)


def test_the_first_row_of_one_external_id_comes_in_and_the_others_are_listed(dataset, small_chunks):
    rows = [row(1), row(2), row(1, prompt="Later"), *map(row, range(3, 20)), row(2, prompt="Last")]
    job = bring_in(dataset, rows, mapping={"id": "external_id"})
    assert len(names(dataset)) == len(set(names(dataset))) == 19
    prompts = dict(Record.objects.filter(dataset=dataset).values_list("external_id", "fields__prompt"))
    assert (prompts["row-1"], prompts["row-2"]) == ("Prompt 1", "Prompt 2")
    assert (job.counts["created"], sum(job.counts.values())) == (19, 19)
    assert [(one.line, one.reason.split(" Keep")[0]) for one in job.problems.all()] == [
        (3, "The external id 'row-1' stands in line 1 already."),
        (21, "The external id 'row-2' stands in line 2 already."),
    ]
    assert BadRows(job).file.read() == lines(rows[2], rows[20])  # nothing is lost


def test_a_row_that_could_not_come_in_leaves_its_external_id_to_another(dataset, small_chunks):
    job = bring_in(dataset, [row(1, prompt=7), row(1)], mapping={"id": "external_id"})
    assert (names(dataset), [one.line for one in job.problems.all()]) == (["row-1"], [1])


def test_a_suggestion_fits_the_answers_of_its_own_row(dataset):
    """Also where a later row of the same external id has other answers: that stops nothing."""
    ranked = {"version": 1, "tiers": [["b"], ["a"]]}
    later = row(1) | {"answers": [{"id": "c", "text": "C"}, {"id": "d", "text": "D"}]}
    mapping = {"id": "external_id", "best": "suggestions.ranking"}
    job = bring_in(dataset, [row(1, best=ranked), later], mapping=mapping)
    assert (job.state, job.problems_count) == (State.FINISHED, 1)
    assert Suggestion.objects.get().value == ranked


def test_numbers_move_with_every_chunk(dataset, small_chunks, monkeypatch):
    seen = []
    job = start(dataset, map(row, range(25)))

    def look():
        job.refresh_from_db()
        seen.append((job.state, job.done, job.total, job.percent))

    for chunks in range(3):
        after_chunks(monkeypatch, chunks, look)
    run(job)
    assert seen == [("running", 0, 25, 0), ("running", 10, 25, 40), ("running", 20, 25, 80)]


def test_large_rows_go_in_smaller_chunks(dataset, monkeypatch):
    monkeypatch.setattr(reading, "HEAVY", 1000)
    seen = []
    job = start(dataset, (row(number, note="x" * 400) for number in range(9)))
    take = importing._take
    monkeypatch.setattr(importing, "_take", lambda job, chunk: seen.append(chunk.rows) or take(job, chunk))
    run(job)
    assert seen == [2, 2, 2, 2, 1]


def test_a_canceled_import_keeps_what_came_in_and_says_so(dataset, small_chunks, monkeypatch):
    job = start(dataset, map(row, range(25)))
    after_chunks(monkeypatch, 2, lambda: cancel_job(job))
    run(job)
    assert (job.state, job.done, len(names(dataset))) == (State.CANCELED, 20, 20)
    assert job.detail == "Canceled after 20 of 25 rows. What came in stays."
    assert run(job).state == State.CANCELED


def test_an_import_can_be_canceled_before_it_begins(dataset):
    job = start(dataset, [row(1)])
    cancel_job(job)
    run(job)
    assert (job.state, job.detail, names(dataset)) == (State.CANCELED, "Canceled before it began.", [])


def test_a_worker_that_dies_is_followed_by_one_that_goes_on(dataset, small_chunks, monkeypatch):
    def die():
        raise OperationalError("The server closed the connection.")

    job = start(dataset, lines(*map(row, range(15)), {"id": "bad"}, *map(row, range(15, 35))))
    with monkeypatch.context() as patch:
        after_chunks(patch, 2, die)
        with pytest.raises(OperationalError):
            run(job)
    job.refresh_from_db()
    assert (job.state, job.done, len(names(dataset))) == (State.RUNNING, 20, 19)
    assert run(job).state == State.RUNNING  # its lease holds: nobody else begins
    expired(job)
    run(job)
    assert (job.state, job.done, job.problems_count) == (State.FINISHED, 36, 1)
    assert names(dataset) == [f"row-{number}" for number in range(35)]
    assert job.counts == {"created": 35, "updated": 0, "unchanged": 0}


def test_a_worker_that_lost_its_job_leaves_it_to_the_other(dataset, small_chunks, monkeypatch):
    """It was silent for too long; the other one went on at the checkpoint. Each row is there once."""
    job = start(dataset, map(row, range(35)))

    def other_takes_over():
        expired(job)
        with monkeypatch.context() as patch:
            patch.setattr(importing, "_take", take)
            run(Job.objects.get(pk=job.pk))

    take = importing._take
    after_chunks(monkeypatch, 2, other_takes_over)
    run(job)
    assert (job.state, job.done) == (State.FINISHED, 35)
    assert names(dataset) == [f"row-{number}" for number in range(35)]


def test_a_worker_that_lost_its_job_cannot_fail_it(dataset, small_chunks, monkeypatch):
    job = start(dataset, map(row, range(35)))

    def lost_and_broken():
        Job.objects.filter(pk=job.pk).update(claimed_at="2040-01-01T00:00Z")
        raise RuntimeError("Too late.")

    after_chunks(monkeypatch, 2, lost_and_broken)
    with pytest.raises(RuntimeError):
        run(job)
    job.refresh_from_db()
    assert (job.state, job.detail) == (State.RUNNING, "")


def test_a_job_that_was_delivered_twice_runs_once(dataset):
    job = start(dataset, map(row, range(5)))
    assert run(job).counts["created"] == 5
    assert run(job).counts == {"created": 5, "updated": 0, "unchanged": 0}


def test_our_mistake_ends_a_job_with_a_sentence(dataset, monkeypatch):
    job = start(dataset, [row(1)])

    def break_down():
        raise RuntimeError("A bug.")

    after_chunks(monkeypatch, 0, break_down)
    with pytest.raises(RuntimeError):
        run(job)
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert job.detail == "Something went wrong here; what came before is kept. Our log has the reason."


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ({"id": "fields.id"}, "The dataset has no field named 'id'"),
        ({"id": "nowhere"}, "is no target"),
        ({"prompt": "metadata.prompt"}, "The field 'prompt' is required."),
        ({"id": "metadata.x", "prompt": "metadata.x"}, "Several columns go to metadata.x."),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_at_once(dataset, mapping, reason):
    with pytest.raises(Invalid) as refused:
        start(dataset, [row(1)], mapping=mapping)
    assert reason in " ".join(refused.value.errors.values())


def test_a_guess_that_fills_no_required_field_asks_for_a_mapping(dataset):
    with pytest.raises(Invalid) as refused:
        start(dataset, [{"prompt": 1}, {"prompt": 2}])
    assert (
        refused.value.errors["prompt"] == "The field 'prompt' is required. Choose the column that fills it."
    )


def test_a_draft_takes_no_import(cast):
    with pytest.raises(Invalid, match="Publish it"):
        start(make.dataset(cast.workspace, published=False), [row(1)])
