"""The labeling page when there is no record for somebody now: why, and what they can do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from feedback.actions.labelers import pause_labeler
from feedback.actions.nothing import Nothing
from feedback.actions.queue import lease_next
from feedback.actions.responses import discard_response
from feedback.actions.rules import update_rules
from feedback.actions.schema import add_metadata_property
from feedback.models import AssignedRecord, Assignment, Dataset, QueueItem, Share
from feedback.views.task import CALM
from tests import make
from tests.cast import Cast


def rules(dataset: Dataset, **given: Any) -> None:
    for name, value in given.items():
        setattr(dataset.rules, name, value)
    dataset.rules.save()


def filled(cast: Cast, number: int = 2, **given: Any) -> Dataset:
    dataset = make.dataset(cast.workspace, **given)
    make.records(dataset, number)
    return dataset


def draft(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace, published=False)


def paused(cast: Cast) -> Dataset:
    dataset = filled(cast)
    rules(dataset, is_paused=True, pause_note="The guidelines change; we go on at noon.")
    return dataset


def paused_for_you(cast: Cast) -> Dataset:
    dataset = filled(cast)
    pause_labeler(dataset, cast.ben)
    return dataset


def closed(cast: Cast) -> Dataset:
    dataset = filled(cast)
    rules(dataset, closes_when_due=True, due_at=now() - timedelta(hours=1))
    return dataset


def empty(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace)


def enough(cast: Cast) -> Dataset:
    dataset = filled(cast)
    make.response(dataset.records.all()[0], cast.ben)
    rules(dataset, most_records=1)
    return dataset


def enough_today(cast: Cast) -> Dataset:
    dataset = filled(cast)
    make.response(dataset.records.all()[0], cast.ben)
    rules(dataset, most_per_day=1)
    return dataset


def answered(cast: Cast) -> Dataset:
    dataset = filled(cast, 1, min_submitted=2)
    make.response(dataset.records.all()[0], cast.ben)
    return dataset


def assigned(cast: Cast) -> Dataset:
    dataset = filled(cast)
    rules(dataset, opens_unassigned=False)
    return dataset


def given_to_others(cast: Cast) -> Dataset:
    dataset = filled(cast, 1)
    record = dataset.records.all()[0]
    common = {"organization": cast.acme, "dataset": dataset}
    share = Share.objects.create(
        assignment=Assignment.objects.create(**common), membership=cast.max, given=1, **common
    )
    AssignedRecord.objects.create(record=record, membership=cast.max, share=share, rank=0, **common)
    QueueItem.objects.filter(pk=record.pk).update(reserved=1)
    return dataset


def skills(cast: Cast) -> Dataset:
    dataset = make.dataset(cast.workspace)
    add_metadata_property(dataset, name="lang", title="Language", settings={"type": "terms"})
    make.record(dataset, metadata={"lang": "fr"})
    update_rules(dataset, by=cast.max, match_properties=["lang"])
    return dataset


def leased(cast: Cast) -> Dataset:
    dataset = filled(cast, 1)
    lease_next(dataset, by=cast.max)
    return dataset


def stopped(cast: Cast) -> Dataset:
    dataset = filled(cast, 1)
    discard_response(dataset.records.all()[0], {}, by=cast.max, reason="bad_prompt")
    return dataset


def done(cast: Cast) -> Dataset:
    dataset = filled(cast, 1)
    make.response(dataset.records.all()[0], cast.ben)
    return dataset


CASES: list[tuple[str, Callable[[Cast], Dataset], str]] = [
    ("draft", draft, "not published yet"),
    ("paused", paused, "we go on at noon"),
    ("paused_for_you", paused_for_you, "A manager has paused this dataset for you"),
    ("closed", closed, "until its due date"),
    ("empty", empty, "no records yet"),
    ("enough", enough, "as many answers as one person may give"),
    ("enough_today", enough_today, "Come back tomorrow"),
    ("answered", answered, "You have answered every record"),
    ("assigned", assigned, "none to you yet"),
    ("assigned", given_to_others, "given to others by name"),
    ("skills", skills, "languages or skills that you do not have"),
    ("leased", leased, "being labeled by others right now"),
    ("stopped", stopped, "a manager looks at them"),
    ("done", done, "this dataset is done"),
]


@pytest.mark.parametrize(("reason", "prepare", "said"), CASES, ids=[one.__name__ for _, one, _ in CASES])
def test_the_page_says_why_and_what_may_help(
    cast: Cast, reason: str, prepare: Callable[[Cast], Dataset], said: str
) -> None:
    dataset = prepare(cast)
    response = cast.pages(cast.ben).get(f"/acme/datasets/{dataset.pk}/label")
    page = response.content.decode()
    assert response.context["reason"] == reason
    assert said in page
    sign, again = CALM[reason]
    assert f"#i-{sign}" in page
    assert (f'<a class="btn main" href="/acme/datasets/{dataset.pk}/label">' in page) == bool(again)
    assert "All my work" in page
    assert again in page


def test_who_asks_for_another_holds_one_already(cast: Cast) -> None:
    dataset = filled(cast)
    lease_next(dataset, by=cast.ben)
    found = lease_next(dataset, by=cast.ben, another=True)
    assert isinstance(found, Nothing)
    assert found.reason == "held"
    assert found.reason in CALM
    assert {reason for reason, *_ in CASES} | {"held"} == CALM.keys()
