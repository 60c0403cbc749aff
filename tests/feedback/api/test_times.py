"""When dates move, and that every answer tells the same (contract sections 1.1 and 7.2).

Dates are those of transactions, so each call here commits, as it does for a client.
"""

import re
from typing import Any

import pytest
from django.db import transaction

from feedback.actions.schema import add_metadata_property, add_vector_settings
from tests import make
from tests.cast import ApiClient, Cast

pytestmark = pytest.mark.django_db(transaction=True)

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?")


class Scene:
    """A dataset with one record that has everything, and Max, who manages it."""

    def __init__(self, cast: Cast) -> None:
        with transaction.atomic():
            dataset = make.dataset(cast.workspace, min_submitted=1, questions={"comment": {"type": "text"}})
            add_vector_settings(dataset, name="v", title="V", dimensions=1)
            add_metadata_property(dataset, name="source", title="Source", settings={"type": "terms"})
            self.comment = str(dataset.questions.get(name="comment").pk)
        self.cast = cast
        self.max: ApiClient = cast.api(cast.max)
        self.address = f"/datasets/{dataset.pk}"
        self.item: dict[str, Any] = {
            "external_id": "a",
            "fields": {"prompt": "Why?"},
            "metadata": {"source": "here", "n": 1},
            "vectors": {"v": [1.0]},
            "suggestions": [{"question_id": self.comment, "value": "Hm", "agent": "judge"}],
            "responses": [self.response("draft")],
        }
        [made] = self.put(self.item)
        self.record = f"/records/{made['id']}"

    def response(self, status: str, text: str = "So", who: Any = None) -> dict[str, Any]:
        user = str((who or self.cast.ben).pk)
        return {"user_id": user, "status": status, "values": {"comment": {"value": text}}}

    def put(self, *items: dict[str, Any]) -> Any:
        return self.max.put(f"{self.address}/records/bulk", {"items": list(items)}).json()["items"]

    def seen(self) -> dict[str, Any]:
        return self.max.get(self.record).json()  # type: ignore[no-any-return]


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return Scene(cast)


def times(value: Any) -> list[str]:
    """All dates in an answer, in their order."""
    if isinstance(value, dict):
        here = [part for key, part in value.items() if key.endswith("_at") and part is not None]
        return here + [one for part in value.values() for one in times(part)]
    return [one for part in value for one in times(part)] if isinstance(value, list) else []


def test_dates_are_utc_without_a_zone_and_the_same_wherever_they_stand(scene: Scene) -> None:
    [made] = scene.put({"external_id": "a"})
    listed = scene.max.get(f"{scene.address}/records?include=responses,suggestions,vectors").json()
    assert listed["items"] == [made] == [scene.seen()]
    assert scene.max.get(f"{scene.record}/suggestions").json()["items"] == made["suggestions"]
    answers = [made, *(scene.max.get(path).json() for path in ("/me", "/me/datasets", "/me/workspaces"))]
    answers += [scene.max.get(f"{scene.address}/{part}").json() for part in ("fields", "questions")]
    found = [one for answer in answers for one in times(answer)]
    assert len(found) > 15
    assert all(TIME.fullmatch(one) for one in found)


def test_on_creation_all_dates_of_a_thing_are_one(scene: Scene) -> None:
    record = scene.seen()
    response, suggestion = record.pop("responses")[0], record.pop("suggestions")[0]
    workspace = scene.cast.api(scene.cast.ana).post("/workspaces", {"name": "new"}).json()
    dataset = scene.max.post(
        "/datasets", {"name": "New", "workspace_id": str(scene.cast.workspace.pk)}
    ).json()
    for made in (record, response, suggestion, workspace, dataset):
        assert len(set(times(made))) == 1


@pytest.mark.parametrize(
    ("again", "moves"),
    [
        ({}, set()),
        ({"fields": {"prompt": "Why?"}, "metadata": {"n": 1, "source": "here"}}, set()),
        ({"fields": {"prompt": "Why not?"}}, {"record"}),
        ({"metadata": {"source": "there"}}, {"record"}),
        ({"metadata": None}, {"record"}),
        ({"vectors": {"v": [2.0]}}, set()),
        ({"suggestions": "same"}, {"suggestion"}),
        ({"responses": "same"}, {"response"}),
    ],
    ids=repr,
)
def test_an_upsert_moves_the_dates_of_what_it_changes(
    scene: Scene, again: dict[str, Any], moves: set[str]
) -> None:
    before = scene.seen()
    sent = {key: scene.item[key] if value == "same" else value for key, value in again.items()}
    [after] = scene.put({"external_id": "a", **sent})
    assert _moved(before, after) == moves
    assert scene.seen() == after
    assert after["inserted_at"] == before["inserted_at"]


def _moved(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    pairs = {
        "record": (before, after),
        "suggestion": (before["suggestions"][0], after["suggestions"][0]),
        "response": (before["responses"][0], after["responses"][0]),
    }
    return {name for name, (old, new) in pairs.items() if new["updated_at"] > old["updated_at"]}


def test_any_patch_that_says_something_moves_the_date_of_a_record(scene: Scene) -> None:
    before = scene.seen()
    assert scene.max.patch(scene.record, {}).json() == before
    for patch in ({"metadata": before["metadata"]}, {"vectors": {"v": [1.0]}}, {"suggestions": []}):
        after = scene.max.patch(scene.record, patch).json()
        assert after["updated_at"] > before["updated_at"], patch
        assert scene.seen() == after
        before = after


def test_a_dataset_moves_when_it_changes_and_not_with_what_is_in_it(scene: Scene) -> None:
    address, max_ = scene.address, scene.max
    before = max_.get(address).json()
    text = {"name": "more", "title": "More", "settings": {"type": "terms"}}
    made = max_.post(f"{address}/metadata-properties", text).json()
    max_.patch(f"/metadata-properties/{made['id']}", {"title": "Other"})
    max_.patch(f"/questions/{scene.comment}", {"title": "Other"})
    scene.put(
        {"fields": {"prompt": "Another"}}, {"external_id": "a", "responses": [scene.response("submitted")]}
    )
    assert max_.get(address).json() == before
    for patch in ({}, {"name": before["name"]}, {"guidelines": None, "metadata": None}, {"id": None}):
        assert max_.patch(address, patch).json() == before
    for patch in ({"name": "Other"}, {"distribution": before["distribution"]}, {"metadata": {"a": 1}}):
        after = max_.patch(address, patch).json()
        assert after["updated_at"] == after["last_activity_at"] > before["updated_at"], patch
        assert max_.get(address).json() == after
        before = after


def test_answering_is_activity_and_moves_nothing_else(scene: Scene) -> None:
    ben, address = scene.cast.api(scene.cast.ben), scene.address
    own = ben.get(scene.record).json()["responses"][0]
    values = {"comment": {"value": "Another"}}
    acts = [
        lambda: ben.put(f"/responses/{own['id']}", {"status": "draft", "values": values}),
        lambda: ben.post(
            "/me/responses/bulk", {"items": [{"record_id": own["record_id"], "status": "discarded"}]}
        ),
        lambda: ben.delete(f"/responses/{own['id']}"),
        lambda: ben.post(f"{scene.record}/responses", {"status": "draft", "values": values}),
    ]
    before = ben.get(address).json()
    for act in acts:
        assert act().status_code in {200, 201}
        after = ben.get(address).json()
        assert after["last_activity_at"] > before["last_activity_at"]
        assert after["updated_at"] == before["updated_at"]
        before = after


@pytest.mark.parametrize("part", ["questions", "fields"])
def test_parts_move_when_they_change_or_when_settings_are_sent(scene: Scene, part: str) -> None:
    [first, *_] = scene.max.get(f"{scene.address}/{part}").json()["items"]
    address = f"/{part}/{first['id']}"
    for patch in ({}, {"title": first["title"]}, {"name": "x", "required": False, "id": None}):
        assert scene.max.patch(address, patch).json() == first
    for patch in ({"title": "Other"}, {"settings": first["settings"]}):
        after = scene.max.patch(address, patch).json()
        assert after["updated_at"] > first["updated_at"], patch
        assert scene.max.get(f"{scene.address}/{part}").json()["items"][0] == after
        first = after
