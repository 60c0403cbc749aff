"""What every answer carries that keeps browsers, and those who write to us, from harm."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import URLPattern, URLResolver, get_resolver

from tests import make
from tests.cast import ApiClient, Cast
from tests.policy import check_policy

ELSEWHERE = "https://elsewhere.example"


def pages_of_others() -> list[str]:
    """Of allauth and the admin, without ids: rows of tests/permissions.py are held to the policy as they run."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Any:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif "<" not in route and "(" not in route and "^" not in route:
                yield "/" + route

    return sorted(
        path for path in walk(get_resolver().url_patterns, "") if path.startswith(("/accounts/", "/admin/"))
    )


def test_every_page_of_others_keeps_the_policy(cast: Cast) -> None:
    ana, stranger, seen = cast.pages(cast.ana), Client(), 0
    for path in pages_of_others():
        if "logout" in path or "jsi18n" in path:
            continue
        for client in (ana, stranger):
            answer = client.get(path)
            check_policy(answer)
            seen += answer.headers.get("Content-Type", "").startswith("text/html")
    assert seen > 40
    assert len(admin.site._registry) > 10


@pytest.mark.parametrize("path", ["/nothing/here", "/acme/nothing", "/admin/nothing/", "/accounts/nothing"])
def test_pages_about_errors_keep_the_policy(cast: Cast, path: str) -> None:
    for client in (Client(), cast.pages(cast.ana)):
        check_policy(client.get(path, follow=True))


def test_browsers_are_told_to_stay_with_https(cast: Cast, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    for path in ("/acme/datasets/", "/api/v1/version", "/healthz"):
        answer = cast.pages(cast.ana).get(path, secure=True)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", path


@pytest.mark.parametrize(
    "path", ["/acme/datasets/", "/accounts/login/", "/api/v1/version", "/admin/", "/nothing/"]
)
def test_nobody_guesses_types_frames_us_or_learns_where_people_were(cast: Cast, path: str) -> None:
    headers = cast.pages(cast.ana).get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(cast: Cast, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    browser = Client()
    browser.get("/acme/sign-in", secure=True)
    browser.post("/acme/sign-in", {"login": "ben", "password": make.PASSWORD}, secure=True)
    session = browser.cookies["sessionid"]
    assert session["secure"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert all(cookie["secure"] or cookie.key == "django_language" for cookie in browser.cookies.values())


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_scripts_of_other_origins_read_nothing_unless_the_operator_lets_them(
    cast: Cast, settings: Any, method: str
) -> None:
    from config.settings import API_ORIGINS

    assert API_ORIGINS == [], "closed by default"
    asked = {"origin": ELSEWHERE, "access-control-request-method": "POST"}
    for path in ("/api/v1/version", "/api/v1/me", "/acme/datasets/", "/accounts/login/"):
        settings.API_ORIGINS = []
        answer = Client().generic(method, path, headers=asked)
        assert not [name for name in answer.headers if name.startswith("Access-Control-Allow-Origin")], path
    settings.API_ORIGINS = ["https://ours.example"]
    refused = Client().generic(method, "/api/v1/version", headers=asked)
    assert "Access-Control-Allow-Origin" not in refused.headers
    allowed = Client().generic(method, "/api/v1/version", headers={**asked, "origin": "https://ours.example"})
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://ours.example"
    assert "Access-Control-Allow-Credentials" not in allowed.headers, "no cookie is any good there"


def test_a_session_is_no_way_into_the_api(cast: Cast) -> None:
    assert cast.pages(cast.ana).get("/api/v1/me").status_code == 401


# Uploads

NAMES = (
    "../../etc/passwd.jsonl", "..\\..\\boot.jsonl", "/etc/cron.d/x.jsonl", "a\0b.jsonl", "x" * 400 + ".jsonl",
    "rows.jsonl.exe", "\u202elnosj.jsonl", ".jsonl", "con.jsonl", "a.b/../../x.jsonl", "rows." + "y" * 300,
)  # fmt: skip


@pytest.mark.parametrize("called", NAMES, ids=lambda called: ascii(called)[:40])
def test_a_name_leads_nowhere(cast: Cast, called: str) -> None:
    from feedback.models import Job

    dataset = make.dataset(cast.workspace)
    file = SimpleUploadedFile("rows.jsonl", b'{"prompt": "What is a well?"}\n')
    file.name = called  # past Django's own cleaning
    answer = cast.api(cast.max).post(
        f"/datasets/{dataset.pk}/imports", {"file": file}, content_type=MULTIPART_CONTENT
    )
    assert answer.status_code in {202, 422}, answer.content
    for job in Job.objects.filter(dataset=dataset):
        assert re.fullmatch(r"imports/[0-9a-f-]{36}\.\w{1,20}", str(job.source.name)), job.source.name
        assert "/" not in job.filename
        assert "\\" not in job.filename or called.startswith("..\\")


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\x02\x01\x01" + b"\0" * 64,
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\0",
        b"%PDF-1.7",
    ],
)
def test_what_is_in_a_file_counts_and_not_what_it_is_called(cast: Cast, content: bytes) -> None:
    dataset = make.dataset(cast.workspace)
    for called in ("rows.jsonl", "rows.parquet", "rows.zip", "rows.xlsx"):
        answer = cast.api(cast.max).post(
            f"/datasets/{dataset.pk}/imports",
            {"file": SimpleUploadedFile(called, content)},
            content_type=MULTIPART_CONTENT,
        )
        job = answer.json()
        assert answer.status_code == 422 or (
            answer.status_code == 202 and job["counts"].get("created", 0) == 0
        )
    assert dataset.records.count() == 0


def test_a_body_beyond_the_limit_is_refused(cast: Cast, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    dataset = make.dataset(cast.workspace)
    big = {"items": [{"fields": {"prompt": "x" * 2000}}]}
    assert cast.api(cast.max).post(f"/datasets/{dataset.pk}/records/bulk", big).status_code == 413


def test_files_that_come_back_are_kept_and_not_shown(cast: Cast) -> None:
    """A download is never rendered by the browser on our origin."""
    from feedback.actions.export_starts import start_export
    from feedback.actions.exporting import run_export

    dataset = make.dataset(cast.workspace)
    make.record(dataset)
    job = start_export(dataset, format="records", by=cast.max)
    run_export(str(job.organization_id), str(job.pk))
    answer = ApiClient(headers={"X-Argilla-Api-Key": cast.key_of(cast.max)}).get(f"/jobs/{job.pk}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
