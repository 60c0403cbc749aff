"""Whoever changes people, roles, keys, datasets or files says so to the audit log (accounts/audit.py)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from accounts.audit_acts import ACTS
from tests.house.sources import ROOT, modules, name, tree

WRITES = {
    "create",
    "bulk_create",
    "bulk_update",
    "update",
    "delete",
    "save",
    "_raw_delete",
    "update_or_create",
}
BULK = {"execute"}  # core.bulk
NOTES = {"note", "note_all"}

# What writes and is no act of the log, each with the reason. A whole file: its path.
EXEMPT = {
    # People
    "accounts/actions/accounts.py": "an account alone opens nothing; who joins with it is noted (enroll)",
    "accounts/actions/founding.py::ask_for_organization": "there is no organization yet; that it is made is noted",
    "accounts/actions/founding.py::approve_request": "there is no organization yet; that it is made is noted",
    "accounts/actions/founding.py::decline_request": "there is no organization, and there will be none",
    "workspaces/actions/newcomers.py": "who joins is noted (enroll), and the sign-in where the session begins",
    "accounts/actions/departures.py::end_keys": "a step of removing and deactivating, which are noted",
    "accounts/actions/departures.py::end_sessions": "a step of removing and deactivating, which are noted",
    "accounts/actions/departures.py::forget_account": "a step of erasing, which is noted",
    "feedback/actions/personal.py::do_request": "noted when it was asked for",
    "feedback/actions/personal.py::forget_copies": "files whose time is over",
    "workspaces/actions/invitations.py::note_letter": "whether a letter went",
    "accounts/actions/languages.py": "how one's own pages look",
    # What labelers do all day: the records' history has it (docs/queue.md)
    "feedback/actions/answers.py": "answers, told by the history of the record",
    "feedback/actions/first_responses.py": "answers, told by the history of the record",
    "feedback/actions/one_response.py": "answers, told by the history of the record",
    "feedback/actions/responses.py": "answers, told by the history of the record",
    "feedback/actions/opinions.py": "asks for an answer, told by the history of the record",
    "feedback/actions/queue.py": "leases, told by the history of the record",
    "feedback/actions/stops.py": "records that came back to the queue, told by their history",
    "feedback/actions/labelers.py": "work of labelers, told by the page People of the dataset",
    "feedback/actions/shortcuts.py": "one's own keyboard",
    "feedback/actions/saved_views.py": "a filter with a name",
    # Work by name: what was asked, by whom and when stands on the page Assignments
    "feedback/actions/assigned_rows.py": "shares of an assignment",
    "feedback/actions/assignees.py": "shares of an assignment",
    "feedback/actions/assigning.py": "an assignment is its own account of who gave what to whom",
    "feedback/actions/assignments.py": "an assignment is its own account of who gave what to whom",
    "feedback/actions/unassigning.py": "an assignment is its own account of who gave what to whom",
    "feedback/actions/handing_over.py": "an assignment is its own account of who gave what to whom",
    "feedback/actions/priority.py": "the order of records, told by the job",
    "feedback/actions/targets.py": "follows from rules, which are noted",
    # Parts of what is noted where it is asked for
    "feedback/actions/bulk_answers.py::run_answers": "noted when it was asked for",
    "feedback/actions/bulk_answers.py::settle_many": "noted when it was asked for",
    "feedback/actions/taking_back.py::run_take_back": "noted when it was asked for",
    "feedback/actions/importing.py": "noted when it was asked for",
    "feedback/actions/exporting.py": "noted when it was asked for",
    "feedback/actions/hub_importing.py": "noted when it was asked for",
    "feedback/actions/hub_exporting.py": "noted when it was asked for",
    "feedback/actions/hub_folder.py": "noted when it was asked for",
    "feedback/actions/export_files.py": "files of an export, which is noted",
    "feedback/actions/export_sources.py": "rows of an export, which is noted",
    "feedback/actions/gathering.py": "a step of a job",
    "feedback/actions/jobs.py": "a step of a job; to cancel one is noted",
    "feedback/actions/snapshots.py::keep_data": "data of a snapshot, which is noted",
    "feedback/actions/uploads.py": "a file that waits is no import yet; to start one is noted",
    "feedback/actions/leaving.py": "follows from departures and roles, which are noted",
    "feedback/actions/sources.py": "reads files; what it updates is a checksum",
    "feedback/actions/drafts.py::remake": "a part of a draft takes another kind, on the page that made it",
    "feedback/actions/copying_people.py": "copying another server: people and places are noted as they are made",
    "feedback/actions/copying_settings.py": "copying another server: datasets are noted as they are made",
    "feedback/actions/copying_records.py": "copying another server: records",
    "feedback/actions/copied_records.py": "copying another server: records",
    "feedback/actions/demo.py": "the demonstration",
    # Records one by one and by thousands: too many to note, and versioned by their dates; deleting them is noted
    "feedback/actions/records.py": "records that come and change; deleting them is noted",
    "feedback/actions/record_rows.py": "statements of the actions in records.py",
    "feedback/actions/suggestions.py": "parts of records",
    "feedback/actions/vectors.py": "parts of records",
    "feedback/actions/writing.py": "a record that a labeler wrote, told by its history",
    "feedback/actions/brought_answers.py": "answers that came with a file; the import is noted",
    "feedback/actions/cloned_rows.py": "rows of a clone, which is noted",
    "feedback/actions/from_file.py": "a draft and its import, which are noted",
    "feedback/actions/kept_mappings.py": "what somebody chose last",
    "feedback/actions/restored_files.py": "files of a restore, which is noted",
    "feedback/actions/restored_people.py": "people of a restore, which is noted",
    "feedback/actions/resuming.py": "parts of a file; its import is noted",
    "feedback/actions/forgetting.py": "files that nobody needs any more",
    "feedback/actions/datasets.py::remove_dataset": "what its time in the trash is over of; to delete is noted",
    "feedback/actions/deleted_records.py::keep": "a step of deleting records, which is noted",
    "feedback/actions/purging.py": "an organization whose days of grace are over; to delete is noted",
    # Housekeeping of the database
    "feedback/actions/indexing.py": "the index of the search",
    "feedback/actions/vector_indexes.py": "indexes of vectors",
    "feedback/actions/webhooks.py::retry_delivery": "a delivery again, told by the page Deliveries",
    "feedback/actions/webhooks.py::deliver": "sending",
    "feedback/actions/webhooks.py::sweep_deliveries": "sending",
    "feedback/actions/webhooks.py::forget_deliveries": "sending",
}
# Noted, whatever is exempt in their file.
MUST = {
    "feedback/actions/records.py::delete_records",
    "feedback/actions/jobs.py::cancel_job",
    "feedback/actions/uploads.py::start_import",
    "feedback/actions/uploads.py::begin_import",
    "feedback/actions/hub.py::start_hub_import",
    "feedback/actions/export_files.py::download_file",
    "accounts/actions/members.py::change_member",
    "accounts/actions/keys.py::issue_api_key",
    "workspaces/actions/places.py::change_role_in_workspace",
}


def actions() -> Iterator[Path]:
    for path in modules():
        if "actions" in path.parts:
            yield path


def test_every_act_is_noted_or_says_why_not() -> None:
    silent = []
    for path in actions():
        functions = {one.name: one for one in tree(path).body if isinstance(one, ast.FunctionDef)}
        for function in functions.values():
            place = f"{name(path)}::{function.name}"
            if function.name.startswith("_") or (
                place not in MUST and (name(path) in EXEMPT or place in EXEMPT)
            ):
                continue
            called = set(_called(function, functions))
            if (place in MUST or _writes(called)) and not called & NOTES:
                silent.append(place)
    assert not silent, (
        f"These change something and tell the audit log nothing: {', '.join(silent)}. Call note(…) "
        "(accounts/audit.py, docs/audit-log.md), or say in tests/house/test_acts_are_noted.py why not."
    )


def test_no_exemption_is_left_of_what_is_gone() -> None:
    for place in [*EXEMPT, *MUST]:
        file, _, function = place.partition("::")
        assert (ROOT / file).exists(), f"{file} is gone: take it out of the list."
        assert not function or f"def {function}(" in (ROOT / file).read_text(), place


def test_every_known_act_is_noted_somewhere_and_no_other() -> None:
    noted = set()
    for path in modules():
        for call in ast.walk(tree(path)):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args:
                if call.func.id.lstrip("_") not in NOTES:
                    continue
                noted |= {
                    one.value
                    for one in ast.walk(call.args[0])
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    # By a variable:
    elsewhere = {
        "member.role_changed",
        "member.changed",
        "import.started",
        "export.started",
        "member.copy_asked",
        "member.erased",
    }
    assert noted | elsewhere == ACTS.keys(), (noted | elsewhere) ^ ACTS.keys()


def test_the_rule_finds_what_it_looks_for() -> None:
    module = ast.parse(
        "def forget(x):\n    _go(x)\ndef _go(x):\n    x.delete()\ndef tell(x):\n    x.delete()\n    note('a', x)"
    )
    functions = {one.name: one for one in module.body if isinstance(one, ast.FunctionDef)}
    assert _writes(set(_called(functions["forget"], functions)))
    assert not set(_called(functions["forget"], functions)) & NOTES
    assert set(_called(functions["tell"], functions)) & NOTES


def _called(
    function: ast.FunctionDef, beside: dict[str, ast.FunctionDef], seen: set[str] | None = None
) -> Iterator[str]:
    """Names of what it calls, through the functions of its own file."""
    seen = seen if seen is not None else set()
    seen.add(function.name)
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = _name(node.func)
            yield called
            if called in beside and called not in seen:
                yield from _called(beside[called], beside, seen)


def _writes(called: set[str]) -> bool:
    return bool(called & WRITES)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_all_acts_are_told_in_the_documentation() -> None:
    told = (ROOT / "docs/audit-log.md").read_text(encoding="utf-8")
    missing = [
        name for name, act in ACTS.items() if f"| `{name}` | {act.kind.value} | {act.told()} |" not in told
    ]
    assert not missing, f"docs/audit-log.md does not have: {missing}"
