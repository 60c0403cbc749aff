"""A record's `updated_at` moves when it becomes completed or pending again (contract section 7.2).

Dates are those of transactions, so each call here commits, as it does for a client.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from feedback.actions.queue import lease_next
from feedback.actions.responses import submit_response
from feedback.models import Lease
from tests import make
from tests.cast import ApiClient, Cast

pytestmark = pytest.mark.django_db(transaction=True)

VALUES = {"comment": {"value": "So"}}


class Scene:
    """A dataset whose records want two answers, and those who give them."""

    def __init__(self, cast: Cast) -> None:
        with transaction.atomic():
            self.dataset = make.dataset(
                cast.workspace, min_submitted=2, questions={"comment": {"type": "text"}}
            )
        self.pks: dict[str, str] = {}
        for name in ("a", "b", "c"):
            self.add(name)
        self.cast = cast
        self.ana: ApiClient = cast.api(cast.ana)
        self.address = f"/datasets/{self.dataset.pk}"

    def add(self, name: str) -> None:
        with transaction.atomic():
            self.pks[name] = str(make.record(self.dataset, external_id=name).pk)

    def pk(self, name: str) -> str:
        return self.pks[name]

    def versions(self) -> list[Any]:
        """The transactions that wrote the rows of the records."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select id, xmin::text from feedback_record order by id")
            return cursor.fetchall()

    def submit(self, name: str, who: Any) -> str:
        sent = {"status": "submitted", "values": VALUES}
        reply = self.cast.api(who).post(f"/records/{self.pk(name)}/responses", sent)
        assert reply.status_code == 201, reply.content
        return f"/responses/{reply.json()['id']}"

    def complete(self, name: str) -> str:
        self.submit(name, self.cast.max)
        return self.submit(name, self.cast.ben)

    def shown(self, name: str) -> dict[str, Any]:
        """As it stands alone, in the list, and among what is found: the same everywhere."""
        alone = self.ana.get(f"/records/{self.pk(name)}").json()
        listed = self.ana.get(f"{self.address}/records").json()["items"]
        found = self.search(filters={"and": [_about("id", type="terms", values=[alone["id"]])]})
        dates = {one["updated_at"] for one in [alone, *listed, *found] if one["id"] == alone["id"]}
        assert dates == {alone["updated_at"]}
        return alone  # type: ignore[no-any-return]

    def updated(self, name: str) -> str:
        return str(self.shown(name)["updated_at"])

    def search(self, **asked: Any) -> list[dict[str, Any]]:
        reply = self.ana.post(f"{self.address}/records/search", asked)
        assert reply.status_code == 200, reply.content
        return [item["record"] for item in reply.json()["items"]]

    def sorted(self, order: str, **more: Any) -> list[str]:
        return [
            one["external_id"] for one in self.search(sort=[{**_about("updated_at"), "order": order}], **more)
        ]

    def between(self, ge: str | None = None, le: str | None = None) -> list[str]:
        bounds = {name: value for name, value in (("ge", ge), ("le", le)) if value}
        one = _about("updated_at", type="range", **bounds)
        return sorted(record["external_id"] for record in self.search(filters={"and": [one]}))


def _about(name: str, **more: Any) -> dict[str, Any]:
    return {"scope": {"entity": "record", "property": name}, **more}


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return Scene(cast)


def test_the_answer_that_completes_a_record_moves_it_and_no_other_does(scene: Scene) -> None:
    new = scene.updated("a")
    scene.submit("a", scene.cast.max)
    assert scene.updated("a") == new
    response = scene.submit("a", scene.cast.ben)
    completed = scene.updated("a")
    assert completed > new
    scene.cast.api(scene.cast.ben).put(response, {"status": "submitted", "values": VALUES})
    scene.submit("a", scene.cast.ana)
    assert scene.updated("a") == completed
    assert scene.updated("b") == scene.shown("b")["inserted_at"]


@pytest.mark.parametrize("way", ["draft", "discarded", "deleted", "in bulk", "by a program"])
def test_taking_an_answer_back_moves_it_again(scene: Scene, way: str) -> None:
    response, ben = scene.complete("a"), scene.cast.api(scene.cast.ben)
    completed = scene.updated("a")
    if way == "deleted":
        ben.delete(response)
    elif way == "in bulk":
        ben.post("/me/responses/bulk", {"items": [{"record_id": scene.pk("a"), "status": "draft"}]})
    elif way == "by a program":
        scene.ana.put(f"{scene.address}/records/bulk", {"items": [_responses(scene, "draft")]})
    else:
        ben.put(response, {"status": way, "values": VALUES})
    assert scene.shown("a")["status"] == "pending"
    assert scene.updated("a") > completed


def _responses(scene: Scene, status: str) -> dict[str, Any]:
    given = {"user_id": str(scene.cast.ben.pk), "status": status, "values": VALUES}
    return {"external_id": "a", "responses": [given]}


def test_answers_that_come_in_bulk_move_what_they_complete(scene: Scene) -> None:
    new, answered = scene.updated("a"), _responses(scene, "submitted")
    [first] = scene.ana.put(f"{scene.address}/records/bulk", {"items": [answered]}).json()["items"]
    assert first["updated_at"] == new
    answered["responses"][0]["user_id"] = str(scene.cast.max.pk)
    [second] = scene.ana.put(f"{scene.address}/records/bulk", {"items": [answered]}).json()["items"]
    assert second["status"] == "completed"
    assert second["updated_at"] == scene.updated("a") > new


def test_another_number_of_answers_moves_the_records_whose_status_follows(scene: Scene) -> None:
    scene.submit("a", scene.cast.ben)
    before = {name: scene.updated(name) for name in "ab"}
    for wanted in (1, 3):
        distribution = {"strategy": "overlap", "min_submitted": wanted}
        scene.ana.patch(scene.address, {"distribution": distribution})
        assert scene.updated("a") > before["a"]
        assert scene.updated("b") == before["b"]
        before["a"] = scene.updated("a")


def test_a_place_that_is_taken_or_given_back_moves_nothing(scene: Scene) -> None:
    before = [scene.updated(name) for name in "abc"]
    ben = scene.cast.api(scene.cast.ben)
    lease = ben.post(f"/me{scene.address}/next").json()["lease"]["id"]
    ben.delete(f"/me/leases/{lease}")
    assert [scene.updated(name) for name in "abc"] == before


def test_records_are_found_by_the_day_on_which_they_turned(scene: Scene) -> None:
    late = scene.updated("c")
    scene.complete("a")
    turned = scene.updated("a")
    assert scene.between(ge=turned) == scene.between(turned, turned) == ["a"]
    assert scene.between(le=late) == ["b", "c"]
    assert scene.between(ge=scene.updated("b"), le=late) == ["b", "c"]
    [one] = scene.search(filters={"and": [_about("updated_at", type="terms", values=[turned])]})
    assert one["external_id"] == "a"
    scene.ana.patch(f"/records/{scene.pk('a')}", {"metadata": {"n": 1}})
    assert scene.between(turned, turned) == []
    assert scene.between(ge=scene.updated("a")) == ["a"]


def test_when_many_are_meant_the_same_are_found(scene: Scene, monkeypatch: Any) -> None:
    monkeypatch.setattr("feedback.search.matching.FEW", 0)
    test_records_are_found_by_the_day_on_which_they_turned(scene)


def test_records_are_sorted_by_when_they_turned(scene: Scene) -> None:
    assert scene.sorted("desc") == ["c", "b", "a"]
    scene.complete("a")
    assert scene.sorted("desc") == ["a", "c", "b"]
    assert scene.sorted("asc") == ["b", "c", "a"]
    scene.ana.patch(f"/records/{scene.pk('b')}", {"metadata": {"n": 1}})
    scene.complete("c")
    assert scene.sorted("desc") == ["c", "b", "a"]
    pending = {"and": [_about("status", type="terms", values=["pending"])]}
    assert scene.sorted("desc", filters=pending) == ["b"]


def test_pages_of_the_latest_follow_one_another(scene: Scene) -> None:
    scene.add("d")
    scene.complete("b")
    whole = scene.sorted("desc")
    asked = {"sort": [{**_about("updated_at"), "order": "desc"}]}
    pages = [
        scene.ana.post(f"{scene.address}/records/search?offset={at}&limit=1", asked).json()["items"]
        for at in range(5)
    ]
    assert [item["record"]["external_id"] for page in pages for item in page] == whole == ["b", "d", "c", "a"]


def test_an_export_and_the_administration_say_the_same_date(scene: Scene) -> None:
    scene.complete("a")
    shown = datetime.fromisoformat(scene.updated("a") + "+00:00")
    job = scene.ana.post(f"{scene.address}/exports", {"format": "records"}).json()
    file = b"".join(scene.ana.get(f"/jobs/{job['id']}/file").streaming_content)  # type: ignore[attr-defined]
    [row] = [one for one in map(json.loads, file.splitlines()) if one["external_id"] == "a"]
    assert datetime.fromisoformat(row["updated_at"]) == shown
    page = scene.cast.pages(scene.cast.ana).get(f"/admin/feedback/record/{scene.pk('a')}/change/")
    assert page.status_code == 200
    assert page.context["original"].changed_at == shown


def test_a_turn_is_written_with_the_places_and_never_to_the_record(scene: Scene) -> None:
    before = scene.versions()
    scene.complete("a")
    assert scene.versions() == before


def test_no_claim_and_no_answer_but_the_last_writes_to_an_index(scene: Scene) -> None:
    """So that dead entries of indexes do not pile up under hundreds of labelers."""
    written = (
        "select n_tup_upd, n_tup_hot_upd from pg_stat_xact_user_tables where relname = 'feedback_queueitem'"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(written)
        updates, within_pages = cursor.fetchone()
        lease = lease_next(scene.dataset, by=scene.cast.ben)
        assert isinstance(lease, Lease)
        submit_response(lease.record, {"comment": "So"}, by=scene.cast.ben)
        cursor.execute(written)
        assert cursor.fetchone() == (updates + 2, within_pages + 2)
