"""The first page: what waits for whom, and why nothing does."""

import re
from datetime import UTC, datetime
from typing import Any

from feedback.actions.datasets import update_dataset
from feedback.actions.queue import lease_next, read_guidelines_of
from feedback.actions.responses import save_draft
from feedback.models import Dataset, QueueRules
from tests import make
from tests.cast import Cast
from tests.feedback.assigned import assign
from workspaces.models import WorkspaceMembership


def home(cast: Cast, who: Any) -> str:
    response = cast.pages(who).get("/acme/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_labeler_sees_what_waits_and_goes_on(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, "Debugging help", min_submitted=2)
    first, _ = make.records(dataset, 2)
    make.response(first, cast.ben)
    make.response(first, cast.max)
    page = home(cast, cast.ben)
    assert "1 dataset waits for you." in page
    assert "Ranking · you and one other, 2 answers per record" in page
    assert "1 mine · 1 of 2" in page
    assert f'href="/acme/datasets/{dataset.pk}/label">Go on' in page
    newcomer = make.member(cast.acme, "newcomer")
    make.place(cast.workspace, newcomer)
    assert f'href="/acme/datasets/{dataset.pk}/label">Start' in home(cast, newcomer)


def test_a_draft_is_offered_first(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, "Debugging help")
    record = make.record(dataset)
    save_draft(record, {"comment": "Hm"}, by=cast.ben, revision=0)
    assert f"/acme/datasets/{dataset.pk}/label?record={record.pk}" in home(cast, cast.ben)
    assert "Finish it" not in home(cast, cast.max)


def test_a_dataset_with_nothing_to_do_says_why(cast: Cast) -> None:
    make.dataset(cast.workspace, "Without records")
    answered = make.dataset(cast.workspace, "Answered", min_submitted=2)
    make.response(make.record(answered), cast.ben)
    done = make.dataset(cast.workspace, "Done")
    make.response(make.record(done), cast.max)
    held = make.dataset(cast.workspace, "Held")
    make.record(held)
    lease_next(held, by=cast.max)
    page = home(cast, cast.ben)
    assert "This dataset has no records yet." in page
    assert "You have answered every record that still needs an answer." in page
    assert "Every record has the answers it needs." in page
    assert "The last one is being labeled by others right now." in page
    assert not {"Go on", "Start"} & set(re.findall(r">([\w ]+)</a>", page))


def test_changed_guidelines_are_announced(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, guidelines="Be fair.")
    make.record(dataset)
    read_guidelines_of(dataset, 1, by=cast.ben)
    assert "guidelines changed" not in home(cast, cast.ben)
    update_dataset(dataset, guidelines="Be fair and quick.")
    assert "guidelines changed" in home(cast, cast.ben)


def test_drafts_of_datasets_are_for_managers_only(cast: Cast) -> None:
    make.dataset(cast.workspace, "Not yet", published=False)
    assert "Not yet" in home(cast, cast.max)
    assert "Not yet" not in home(cast, cast.ben)


def test_nothing_of_other_workspaces_or_organizations_appears(cast: Cast) -> None:
    make.dataset(make.workspace(cast.acme, "elsewhere"), "Foreign place")
    make.dataset(cast.rival_workspace, "Foreign house")
    page = home(cast, cast.ben)
    assert "Foreign" not in page
    assert "Foreign place" in home(cast, cast.ana)
    assert "Foreign house" not in home(cast, cast.ana)


def test_an_empty_page_says_what_to_do(cast: Cast) -> None:
    assert "Create the first dataset" in home(cast, cast.ana)
    assert "have not published a dataset" in home(cast, cast.ben)
    assert "Ask your manager." in home(cast, cast.dov)
    WorkspaceMembership.objects.all().delete()
    assert "Ask an owner." in home(cast, cast.max)


def test_an_owner_of_an_empty_organization_begins_with_a_workspace(cast: Cast) -> None:
    cast.rival_workspace.delete()
    response = cast.pages(cast.cleo).get("/rival/")
    assert "Begin with a workspace" in response.content.decode()


def test_more_datasets_need_no_more_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        dataset = make.dataset(cast.workspace, f"Number {number}")
        make.response(make.records(dataset, 2)[0], cast.ben)
    ben = cast.pages(cast.ben)
    ben.get("/acme/")
    with django_assert_max_num_queries(20):
        ben.get("/acme/")
    assert Dataset.objects.count() == 8


def test_what_was_given_to_somebody_is_said_with_its_due_date(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, "Given")
    records = make.records(dataset, 3)
    assign(dataset, cast.ben, by=cast.max, note="For Monday", due_at=datetime(2020, 1, 1, tzinfo=UTC))
    make.response(records[0], cast.ben)
    page = home(cast, cast.ben)
    assert "<strong>2 records</strong> were given to you" in page
    assert "2020-01-01" in page
    assert "overdue" in page
    assert "For Monday" in page
    others = home(cast, cast.max)
    assert "given to you" not in others
    assert "The records that are left were given to others by name." in others


def test_unassigned_records_wait_for_nobody_where_the_dataset_says_so(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, "Closed")
    make.records(dataset, 3)
    QueueRules.objects.filter(dataset=dataset).update(opens_unassigned=False)
    assert "by name, and none to you yet." in home(cast, cast.ben)
    assign(dataset, cast.ben, by=cast.max, number=1)
    assert "1 dataset waits for you." in home(cast, cast.ben)
    lease = lease_next(dataset, by=cast.ben)
    make.response(lease.record, cast.ben)
    assert "You have answered every record that was given to you." in home(cast, cast.ben)


def test_a_paused_dataset_waits_for_nobody(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace, "Paused")
    make.record(dataset)
    QueueRules.objects.filter(dataset=dataset).update(is_paused=True, pause_note="Back on Monday.")
    assert "This dataset is paused. Back on Monday." in home(cast, cast.ben)
