"""Rows of an archive that are not restored as they stand: people, jobs, secrets."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from core.errors import Invalid
from core.sealed import unseal
from feedback.actions.backup_tables import Table, file_columns
from feedback.actions.moved_ids import Move
from feedback.models.jobs import ENDED, GUARDED, RESTORED, JobKind, State
from feedback.models.webhooks import make_secret

Row = dict[str, Any]
# What goes on in a restored organization where it was: the checkpoints of the others are numbers of rows.
GOES_ON = {
    JobKind.IMPORT,
    JobKind.EXPORT,
    JobKind.RULES,
    JobKind.CLONE,
    JobKind.TAKE_BACK,
    JobKind.HUB_IMPORT,
}


IN_JOBS = ("options", "checkpoint", "counts", "files")  # JSON of jobs that names rows
IN_SNAPSHOTS = ("plan", "files")  # likewise


class Rows:
    """The rows of an archive as this installation takes them. `tables`: all that it has; `users`: id in the archive
    -> user here.
    """

    def __init__(
        self,
        tables: list[Table],
        move: Move,
        users: Mapping[UUID, UUID],
        left_out: Counter[str],
        *,
        is_beside: bool,
    ) -> None:
        self._move, self._users, self._left_out, self._is_beside = move, users, left_out, is_beside
        self._counted = {
            one.name: {column.name for column in one.columns if column.is_counted} for one in tables
        }
        self._changes: dict[str, Callable[[Row], Row]] = {
            "accounts_membership": self._membership,
            "feedback_webhook": self._webhook,
            "feedback_job": self._job,
            "accounts_identityprovider": self._provider,
            "accounts_domain": self._domain,
            "workspaces_invitation": self._invitation,
            "workspaces_workspace": self._workspace,
            "feedback_savedview": self._saved_view,
            "feedback_snapshot": self._snapshot,
            "feedback_response": self._response,
            "feedback_deletedrecords": self._deleted_records,
        }

    def of(self, table: str, lines: Iterator[bytes]) -> Iterator[bytes]:
        """Those of one table."""
        change, files = self._changes.get(table), file_columns().get(table, {})
        for line in lines:
            if not (change or files) or (table == "feedback_response" and b'"at_once"' not in line):
                yield line
                continue
            row = json.loads(line)
            row |= {name: self._move.text(row[name]) for name in files if row[name]}
            yield json.dumps(change(row) if change else row, ensure_ascii=False).encode()

    def _membership(self, row: Row) -> Row:
        user = row["user_id"] and self._users.get(UUID(row["user_id"]))
        return row | {"user_id": str(user) if user else None}

    def _provider(self, row: Row) -> Row:
        """Its secret is sealed in the database, too. Beside the original it is off: it does not know this address."""
        secret = row["client_secret"]
        if secret and not _opens(secret):
            secret = ""
            self._left_out["secrets of identity providers: give them again"] += 1
        rules = json.loads(self._move.text(json.dumps(row["rules"])))
        return row | {"client_secret": secret, "rules": rules, "is_on": row["is_on"] and not self._is_beside}

    def _domain(self, row: Row) -> Row:
        """A file proves nothing. Its token is the same, so that the proof is found again where it lies."""
        return row | {"proven_at": None}

    def _webhook(self, row: Row) -> Row:
        """Beside the original it is switched off: nobody wants to be told everything twice."""
        if _opens(row["secret"]):
            secret = unseal(row["secret"])
        else:
            secret = make_secret()
            self._left_out["secrets of webhooks, which have new ones"] += 1
        return row | {"secret": secret, "enabled": row["enabled"] and not self._is_beside}

    def _job(self, row: Row) -> Row:
        """What names rows in its options goes with them; whoever was at it is not any more."""
        for name in IN_JOBS:
            row[name] = json.loads(self._move.text(json.dumps(row[name])))
        if row["kind"] not in GOES_ON and row["state"] != State.FINISHED:
            row["options"] |= {RESTORED: True}
        if row["state"] in {*ENDED, State.UPLOADED}:
            return row
        row |= {"leased_until": None, "claimed_at": None}
        if row["kind"] in GOES_ON and not row["options"].get(GUARDED):
            return row | {"state": State.WAITING}
        detail = "It was under way when the backup was made. Begin it anew."
        return row | {"state": State.CANCELED, "detail": detail, "ended_at": now().isoformat()}

    def _saved_view(self, row: Row) -> Row:
        return row | {"address": self._move.text(row["address"])}

    def _invitation(self, row: Row) -> Row:
        return row | {"places": json.loads(self._move.text(json.dumps(row["places"])))}

    def _workspace(self, row: Row) -> Row:
        return row | {"people_before": json.loads(self._move.text(json.dumps(row["people_before"])))}

    def _snapshot(self, row: Row) -> Row:
        return row | {name: json.loads(self._move.text(json.dumps(row[name]))) for name in IN_SNAPSHOTS}

    def _deleted_records(self, row: Row) -> Row:
        """Records in the trash: what sequences count is counted anew when they come back, for here it is taken."""
        columns = {
            table: [name for name in names if name not in self._counted.get(table, ())]
            for table, names in row["columns"].items()
        }
        return row | {"columns": columns}

    def _response(self, row: Row) -> Row:
        """One that was given to many records at once names the job that did it."""
        shown = row["presentation"]
        return row | {"presentation": shown | {"at_once": self._move.text(shown["at_once"])}}


def _opens(sealed: str) -> bool:
    try:
        unseal(sealed)
    except Invalid:
        return False
    return True
