"""What to do next, for programs: one record at a time, under a lease."""

from django.utils.timezone import now

from feedback.actions.responses import save_draft
from feedback.models import Lease
from tests import make
from tests.cast import Cast


def test_a_labeler_is_handed_a_record_without_models_and_keeps_it(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.records(dataset, 2)
    ben, path = cast.api(cast.ben), f"/me/datasets/{dataset.pk}/next"
    reply = ben.post(path)
    handed = reply.json()
    assert handed["record"]["fields"]["prompt"] == "Prompt 1"
    assert (handed["record"]["responses"], handed["record"]["suggestions"]) == ([], [])
    assert b"model-" not in reply.content
    assert ben.post(path).json()["lease"]["id"] == handed["lease"]["id"]
    max_ = cast.api(cast.max).post(path).json()
    assert max_["record"]["fields"]["prompt"] == "Prompt 2"
    assert max_["record"]["fields"]["answers"]["candidates"][0]["model"] == "model-1"


def test_a_draft_comes_along(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    record = make.record(dataset)
    save_draft(record, {"quality": 3}, by=cast.ben)
    [draft] = cast.api(cast.ben).post(f"/me/datasets/{dataset.pk}/next").json()["record"]["responses"]
    assert (draft["status"], draft["values"]) == ("draft", {"quality": {"value": 3}})


def test_a_sign_of_life_holds_the_place_and_a_release_gives_it_back(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.record(dataset)
    ben, path = cast.api(cast.ben), f"/me/datasets/{dataset.pk}/next"
    lease = ben.post(path).json()["lease"]
    address = f"/me/leases/{lease['id']}"
    assert ben.post(f"{address}/heartbeat").json()["expires_at"] > lease["expires_at"]
    nothing = cast.api(cast.max).post(path).json()
    assert (nothing["record"], nothing["reason"]) == (None, "leased")
    assert nothing["detail"].endswith(".")
    assert ben.delete(address).status_code == 204
    assert ben.delete(address).status_code == 404
    assert ben.post(f"{address}/heartbeat").status_code == 404
    assert cast.api(cast.ana).post(path).json()["record"] is not None


def test_a_lease_that_has_run_out_is_lost(cast: Cast) -> None:
    dataset = make.dataset(cast.workspace)
    make.record(dataset)
    ben = cast.api(cast.ben)
    lease = ben.post(f"/me/datasets/{dataset.pk}/next").json()["lease"]
    Lease.objects.update(expires_at=now())
    lost = ben.post(f"/me/leases/{lease['id']}/heartbeat")
    assert (lost.status_code, type(lost.json()["detail"])) == (404, str)


def test_an_empty_queue_says_why(cast: Cast) -> None:
    ben = cast.api(cast.ben)
    draft = make.dataset(cast.workspace, published=False)
    empty, done = make.dataset(cast.workspace), make.dataset(cast.workspace)
    make.response(make.record(done), cast.ben)
    for dataset, reason in ((draft, "draft"), (empty, "empty"), (done, "done")):
        reply = ben.post(f"/me/datasets/{dataset.pk}/next")
        assert reply.status_code == 200
        assert reply.json()["reason"] == reason
