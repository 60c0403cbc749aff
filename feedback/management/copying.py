"""A copy in the terminal: how far it is, what could not be copied, and at the end there and here side by side."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actions.teams import NewMember, give_passwords, lacks_password
from accounts.models import Membership, Organization
from core.tenancy import acting_for
from feedback.actions.copying import Copied
from feedback.actions.copying_diary import Diary
from feedback.actions.copying_records import Copy
from feedback.reports.copies import tally_here
from feedback.sources.tally import NAMES, Tally

SHOWN = 20  # problems, or people, in the terminal


class Terminal(Diary):
    """Shows progress on one line, the first problems as they come, and writes all of them into a file."""

    def __init__(self, command: BaseCommand, problems: IO[str] | None) -> None:
        super().__init__()
        self._command, self._file, self._width = command, problems, 0

    def note(self, sentence: str) -> None:
        """Said at once."""
        super().note(sentence)
        self.clear()
        self._command.stdout.write(sentence)

    def problem(self, what: str, reason: str) -> None:
        """The first ones are shown, all are written down."""
        super().problem(what, reason)
        if self._file:
            self._file.write(json.dumps({"what": what, "reason": reason}, ensure_ascii=False) + "\n")
        if self.problems <= SHOWN:
            self.clear()
            self._command.stderr.write(f"Not copied: {what}. {reason}")

    def progress(self, what: str, done: int, total: int) -> None:
        """One line that is written over; nothing where no terminal looks on."""
        if self._command.stdout.isatty():
            line = f"{what}: {done:,} of {total:,} records"
            sys.stdout.write(f"\r{line:<{self._width}}")
            sys.stdout.flush()
            self._width = len(line)

    def clear(self) -> None:
        """Take the line of progress away."""
        if self._width:
            sys.stdout.write(f"\r{'':<{self._width}}\r")
            self._width = 0


def find_organization(name: str | None) -> Organization:
    """The one with this name or slug; without a name, the only one."""
    found = (
        list(Organization.objects.filter(name=name) or Organization.objects.filter(slug=name)) if name else []
    )
    if not name:
        found = list(Organization.objects.all()[:2])
    if len(found) == 1:
        return found[0]
    if name and not found:
        raise CommandError(f"There is no organization {name!r}. Make it first: manage.py create_owner.")
    if not found:
        raise CommandError("There is no organization yet. Make one first: manage.py create_owner.")
    raise CommandError("There are several organizations. Say which one: --organization SLUG.")


@contextmanager
def writing_problems(path: Path | None) -> Iterator[IO[str] | None]:
    """The file for all problems, if one is wanted."""
    if path is None:
        yield None
        return
    try:
        with path.open("w", encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None


def write_passwords(organization: Organization, people: Sequence[Membership], path: Path) -> int:
    """A sheet, readable by its owner alone, with a password for everybody who has none; how many there are.

    The sheet is on disk before the passwords hold: none can be lost.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CommandError(f"{path} is there already. Name a file that is not.") from None
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
    with (
        os.fdopen(handle, "w", encoding="utf-8", newline="") as file,
        acting_for(organization.pk),
        transaction.atomic(),
    ):
        new = give_passwords(people)
        _write_sheet(file, organization, new)
    return len(new)


def _write_sheet(file: IO[str], organization: Organization, people: Sequence[NewMember]) -> None:
    sheet = csv.writer(file)
    sheet.writerow(["username", "password", "sign in as"])
    for one in people:
        name = one.membership.username
        sheet.writerow([name, one.password, f"{organization.slug}/{name}"])
    file.flush()
    os.fsync(file.fileno())


def report(command: BaseCommand, organization: Organization, copied: Copied, diary: Terminal) -> bool:
    """What was copied, and there and here side by side. Whether all is here."""
    diary.clear()
    same = True
    with acting_for(organization.pk):
        for copy in copied.datasets:
            same &= _compare(command, copy)
        with transaction.atomic():
            without = [member.username for member in copied.people if lacks_password(member)]
    if without:
        more = f" and {len(without) - SHOWN:,} more" if len(without) > SHOWN else ""
        command.stdout.write(
            f"\n{len(without):,} people cannot sign in yet, for passwords cannot be copied: "
            f"{', '.join(without[:SHOWN])}{more}. Give each a password under People, or run this again with "
            "--passwords FILE."
        )
    if diary.problems:
        all_of_them = "" if diary.problems <= SHOWN else " --problems FILE lists all of them."
        command.stderr.write(f"\n{diary.problems:,} things could not be copied, see above.{all_of_them}")
    return same and not diary.problems


def _compare(command: BaseCommand, copy: Copy) -> bool:
    write, done = command.stdout.write, copy.written
    if copy.dataset is None:
        write(f"\n{copy.name}: not copied, see above.")
        return False
    write(
        f"\n{copy.name}: {done['records']:,} new and {done['changed']:,} changed records, "
        f"{done['responses']:,} responses and {done['suggestions']:,} suggestions written."
    )
    if done["newer_here"]:
        write(f"  {done['newer_here']:,} were changed here after they were copied and stay as they are here.")
    with transaction.atomic():
        ours = tally_here(copy.dataset)
    write(f"  {'':<12}{'there':>12}{'here':>12}")
    for name in NAMES:
        write(_line(name, copy.there, ours))
    return all(copy.there[name] == ours[name] for name in NAMES)


def _line(name: str, there: Tally, ours: Tally) -> str:
    mark = "" if there[name] == ours[name] else "  differs"
    return f"  {name:<12}{there[name]:>12,}{ours[name]:>12,}{mark}"
