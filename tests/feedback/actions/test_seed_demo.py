"""The demonstration is whole, and making it again changes nothing."""

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.models import Membership
from feedback.actions.demo import PASSWORD, seed_demo
from feedback.models import Dataset, Job, Record, Response
from feedback.reports.progress import progress


@pytest.fixture
def demo(transactional_db, capsys):
    """Committed as it goes, so that the import runs where it would; the test then looks on in one transaction."""
    call_command("seed_demo")
    with transaction.atomic():
        yield capsys.readouterr().out


def test_holds_three_published_datasets_with_guidelines_and_answers(demo):
    mark, rank, write = Dataset.objects.order_by("name")
    assert (mark.name, rank.name, write.name) == ("Mark and look", "Rank the answers", "Write the answer")
    for dataset, people in ((mark, 2), (rank, 3), (write, 3)):
        assert dataset.is_published
        assert dataset.guidelines
        assert Response.objects.filter(dataset=dataset).values("membership").distinct().count() == people
        assert 0 < progress(dataset).completed < progress(dataset).total
    assert Record.objects.count() >= 40


def test_its_records_came_by_an_import_job(demo):
    assert list(Job.objects.values_list("kind", "state")) == [("import", "finished")] * 3


def test_prints_three_sign_ins_that_work(demo, client):
    for username in ("olivia", "marcus", "mina"):
        assert f"demo/{username}" in demo
        assert client.login(username=f"demo/{username}", password=PASSWORD)


def test_making_it_again_changes_nothing(demo):
    before = (
        Membership.objects.count(),
        Record.objects.count(),
        Response.objects.count(),
        Job.objects.count(),
    )
    seed_demo()
    after = (
        Membership.objects.count(),
        Record.objects.count(),
        Response.objects.count(),
        Job.objects.count(),
    )
    assert after == before
