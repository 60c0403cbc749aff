"""A worker has no transaction around it: each step opens its own and says for whom it acts."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from feedback.actions.hub import look_at_hub, start_hub_export
from feedback.actions.uploads import begin_import
from feedback.models import Record
from tests import make
from tests.cast import assemble
from tests.feedback.hub.conftest import NAME
from tests.stand_in_hub import TOKEN


def test_there_and_back_as_a_worker_does_it(hub: Any, transactional_db: None) -> None:
    with transaction.atomic():
        cast = assemble()
        dataset, other = make.dataset(cast.workspace), make.dataset(cast.workspace)
        make.records(dataset, 3)
        pushed = start_hub_export(dataset, name=NAME, token=TOKEN, by=cast.max)
    with transaction.atomic():
        looked = look_at_hub(other, name=NAME, subset="default", split="train", by=cast.max)
    with transaction.atomic():
        pushed.refresh_from_db()
        looked.refresh_from_db()
        assert (pushed.state, looked.state) == ("finished", "uploaded"), (pushed.detail, looked.detail)
        begin_import(looked, looked.options["mapping"])
    with transaction.atomic():
        looked.refresh_from_db()
        assert (looked.state, looked.detail) == ("finished", "3 rows came in: 3 new.")
        fields = Record.objects.order_by("position").values_list("fields", flat=True)
        assert list(fields.filter(dataset=other)) == list(fields.filter(dataset=dataset))
