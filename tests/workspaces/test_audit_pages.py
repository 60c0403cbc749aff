"""Owners read the audit log: on a page, as a file, through the API and in the admin."""

import csv
import json
from io import StringIO

import pytest

from accounts.audit import note
from accounts.audit_models import AuditEntry
from accounts.models import Organization
from core.tenancy import acting_for
from tests import make
from tests.cast import Cast
from workspaces.actions import create_workspace

PAGE = "/acme/audit/"


def told(cast: Cast, **asked: str) -> str:
    page = cast.pages(cast.ana).get(PAGE, asked)
    assert page.status_code == 200
    return page.content.decode()


def test_an_owner_reads_who_did_what(cast: Cast) -> None:
    cast.pages(cast.ana).post("/acme/workspaces/new", {"name": "annex"})
    page = told(cast)
    assert "created the workspace annex" in page
    assert f"?member_id={cast.ana.pk}" in page


def test_it_is_found_by_person_kind_object_door_and_day(cast: Cast) -> None:
    cast.pages(cast.ana).post("/acme/workspaces/new", {"name": "annex"})
    cast.api(cast.max).post("/datasets", {"name": "letters", "workspace_id": str(cast.workspace.pk)})
    annex, letters = "created the workspace annex", "created the dataset letters"
    for asked in ({"person": "max"}, {"kind": "datasets"}, {"door": "api"}, {"object": "lett"}):
        page = told(cast, **asked)
        assert letters in page
        assert annex not in page
    assert annex in told(cast, member_id=str(cast.ana.pk), since="2020-01-01")
    assert annex not in told(cast, until="2020-01-01")
    assert annex in told(cast, since="nonsense"), "what makes no sense is as if it were not there"


def test_pages_go_on_where_the_last_one_ended(cast: Cast) -> None:
    for number in range(60):
        note("organization.changed", cast.acme, number=number)
    ana = cast.api(cast.ana)
    seen, cursor = [], None
    while True:
        answer = ana.get("/audit", {"limit": 25, **({"cursor": cursor} if cursor else {})}).json()
        seen += [entry["id"] for entry in answer["items"]]
        if not (cursor := answer["next"]):
            break
    with acting_for(cast.acme.pk):
        there = [
            str(pk) for pk in AuditEntry.objects.filter(organization=cast.acme).values_list("pk", flat=True)
        ]
    assert seen == there
    page = cast.pages(cast.ana).get(PAGE)
    assert 'rel="next"' in page.content.decode()


def test_the_api_tells_what_changed(cast: Cast) -> None:
    cast.api(cast.ana).patch(f"/users/{cast.ben.pk}", {"role": "admin"})
    [entry] = cast.api(cast.ana).get("/audit", {"act": "member.role_changed"}).json()["items"]
    assert entry["object_id"] == str(cast.ben.pk)
    assert (entry["door"], entry["means"]) == ("api", "key")
    assert cast.api(cast.ana).get("/audit", {"cursor": str(cast.ben.pk)}).json() == {
        "items": [],
        "next": None,
    }
    assert cast.api(cast.ana).get("/audit", {"kind": "nonsense"}).status_code == 422


def test_the_log_is_taken_away_as_a_file_which_stands_in_it(cast: Cast) -> None:
    create_workspace(cast.acme, "annex")
    ana = cast.pages(cast.ana)
    reply = ana.get(f"{PAGE}file.jsonl", {"kind": "places"})
    lines = [json.loads(line) for line in reply.getvalue().decode().splitlines()]
    assert {line["act"].split(".")[0] for line in lines} <= {"workspace", "group"}
    assert "annex" in {line["object_name"] for line in lines}
    rows = list(csv.DictReader(StringIO(ana.get(f"{PAGE}file.csv").getvalue().decode())))
    assert rows[0]["act"] == "audit.exported"
    assert ana.get(f"{PAGE}file.xml").status_code == 404


def test_a_spreadsheet_runs_nothing_that_somebody_wrote(cast: Cast) -> None:
    make.member(cast.acme, "=1+1")
    rows = list(csv.DictReader(StringIO(cast.pages(cast.ana).get(f"{PAGE}file.csv").getvalue().decode())))
    assert {row["object_name"] for row in rows if "1+1" in row["object_name"]} == {"'=1+1"}


def test_a_file_has_all_of_a_long_log_and_nothing_of_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.audit_reading.CHUNK", 7)
    for number in range(20):
        note("organization.changed", cast.acme, number=number)
    note("organization.changed", cast.rival)
    reply = cast.pages(cast.ana).get(f"{PAGE}file.jsonl")
    found = [json.loads(line)["id"] for line in reply.getvalue().decode().splitlines()]
    with acting_for(cast.acme.pk):
        assert set(found) == {str(pk) for pk in AuditEntry.objects.values_list("pk", flat=True)}
    assert len(found) == len(set(found))


def test_an_owner_says_how_long_it_is_kept(cast: Cast) -> None:
    ana = cast.pages(cast.ana)
    assert ana.post(f"{PAGE}keep", {"days": "30"}).status_code == 422
    ana.post(f"{PAGE}keep", {"days": "120"})
    assert Organization.objects.get(pk=cast.acme.pk).audit_days == 120
    assert "365 → 120" in told(cast)


def test_in_the_admin_it_is_read_and_nothing_else(cast: Cast) -> None:
    note("organization.changed", cast.acme)
    note("organization.changed", cast.rival)
    ana = cast.pages(cast.ana)
    page = ana.get("/admin/accounts/auditentry/?kind=organization&door=terminal")
    assert page.status_code == 200
    with acting_for(cast.rival.pk):
        foreign = AuditEntry.objects.filter(organization=cast.rival).first()
    with acting_for(cast.acme.pk):
        own = AuditEntry.objects.filter(organization=cast.acme).first()
    assert foreign
    assert own
    assert ana.get(f"/admin/accounts/auditentry/{own.pk}/change/").status_code == 200
    assert ana.get(f"/admin/accounts/auditentry/{foreign.pk}/change/").status_code == 404
    for path in ("add/", f"{own.pk}/delete/"):
        assert ana.post(f"/admin/accounts/auditentry/{path}", {"post": "yes"}).status_code == 403
    assert cast.pages(cast.max).get("/admin/accounts/auditentry/").status_code == 403
