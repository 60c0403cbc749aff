"""Passwords that were made just now, shown this once."""

import csv
from collections.abc import Sequence
from io import StringIO
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from accounts.actions import NewMember
from core.http import Request


def passwords_page(request: Request, people: Sequence[NewMember]) -> HttpResponse:
    """The passwords, to copy, print, or download as CSV: the file is in the page itself and nowhere else."""
    download = _as_link(request.organization.slug, people)
    site = settings.SITE_URL.rstrip("/")
    context = {"nav": "people", "people": people, "download": download, "site": site}
    return render(request, "workspaces/passwords.html", context)


def _as_link(slug: str, people: Sequence[NewMember]) -> str:
    """A `data:` address of a CSV file with username, password and the name to sign in with anywhere."""
    file = StringIO()
    rows = csv.writer(file)
    rows.writerow(["username", "password", "sign in as"])
    for membership, password in people:
        rows.writerow([membership.username, password, f"{slug}/{membership.username}"])
    return f"data:text/csv;charset=utf-8,{quote(file.getvalue())}"
