"""Erasure, the part that takes long: the answers of somebody who is gone already, and what stands beside them."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from feedback.actions.personal import do_request
from feedback.actions.responses import delete_response
from feedback.models import LabelerTally, PersonalRequest, Response

CHUNK = 200  # answers in one transaction; each opens its place in the queue again

# What their machine was, and what they wrote beside the answer itself.
FORGET_BESIDE = """
update feedback_response set presentation = presentation - 'device', note = '', updated_at = now()
where id = any(array(
    select id from feedback_response
    where dataset_id = %s and membership_id = %s and (note <> '' or presentation ? 'device')
    limit %s
))
"""


def run_erasure(organization_id: str, request_id: str) -> None:
    """Do what was asked."""
    do_request(organization_id, request_id, _erase)


def _erase(request: PersonalRequest) -> dict[str, object]:
    with transaction.atomic():
        tallies = LabelerTally.objects.filter(membership=request.membership_id)
        datasets = list(tallies.values_list("dataset", flat=True))
    done = dict(request.counts)
    for dataset in datasets:
        while number := _next(request, dataset):
            done["answers"] = int(done.get("answers", 0)) + number
            with transaction.atomic():  # progress, and a sign of life
                PersonalRequest.objects.filter(pk=request.pk).update(counts=done, updated_at=Now())
    return {"counts": done}


@transaction.atomic
def _next(request: PersonalRequest, dataset: UUID) -> int:
    if not request.deletes_answers:
        with connection.cursor() as cursor:
            cursor.execute(FORGET_BESIDE, [dataset, request.membership_id, CHUNK])
            return int(cursor.rowcount)
    theirs = Response.objects.filter(dataset=dataset, membership=request.membership_id)
    chosen = list(theirs.select_related("record__dataset", "membership")[:CHUNK])
    for response in chosen:
        delete_response(response)
    return len(chosen)
