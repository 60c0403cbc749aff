"""Who may do what on every route: a table, run for every role by tests/house/test_every_route_has_a_row.py.

A row is the method, the path as it stands in the URLconf, who may, what to send, and whether a key that only reads
is enough. A `{name}` in path or body is an object of Acme's workspace, made by the builder of that name below. What is
sent must be right: those who may are answered by 2xx or 3xx. To add a route: a row, and a builder for each new kind of
object. How reviewers, viewers, programs, narrow keys and those who left are answered follows from who may (`LIKE`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from allauth.usersessions.models import UserSession
from django.test import Client, override_settings

from accounts.actions import claim_domain, issue_api_key
from feedback.actions.assigning import run_assign, start_assignment
from feedback.actions.bulk_answers import run_answers, start_answers
from feedback.actions.copying_oneself import run_copy
from feedback.actions.datasets import delete_dataset, publish_dataset, update_dataset
from feedback.actions.drafts import begin_dataset
from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.from_file import begin_from_file
from feedback.actions.jobs import cancel_job
from feedback.actions.personal import ask_for_copy
from feedback.actions.queue import lease_next
from feedback.actions.records import delete_records
from feedback.actions.responses import discard_response
from feedback.actions.resuming import begin_upload
from feedback.actions.saved_views import save_view
from feedback.actions.schema import add_metadata_property, add_vector_settings
from feedback.actions.suggestions import Given, suggest
from feedback.actions.uploads import keep_upload
from feedback.actions.webhooks import add_webhook
from feedback.models import DeletedRecords, Delivery, PersonalRequest, Snapshot
from feedback.models.webhooks import Event
from feedback.presets import preset
from feedback.search.selection import Selection
from tests import make
from tests.cast import NAMES, OTHERS, PROGRAMS, Cast, sign_in
from tests.feedback.webhooks.receiver import listening
from tests.workspaces.identity_provider import IdentityProvider, running, setting
from tests.workspaces.single_sign_on import add_saml, oidc
from workspaces.actions import add_service, create_group, delete_workspace, invite

OK, UNKNOWN, REFUSED, ABSENT = "ok", "unknown", "refused", "absent"
EITHER = {REFUSED, ABSENT}

# Who may, and what ana, max, ben, dov, gus, cleo and nobody are answered.
WHO: dict[str, tuple[str | set[str], ...]] = {
    "everybody": (OK, OK, OK, OK, OK, OK, OK),
    "everybody, coming back": ("422",) * 7,  # for that they must have been sent there: tests/workspaces
    "whoever belongs nowhere": ("409",) * 6 + (UNKNOWN,),  # tests/accounts/test_deleting_ones_account.py
    "whom the operator lets (SIGN_UP)": (REFUSED,) * 6 + (UNKNOWN,),  # by default nobody: tests/accounts
    "whoever is signed in": (OK, OK, OK, OK, OK, OK, UNKNOWN),
    # Of the organization in the address, or of that of the object:
    "people of the organization": (OK, OK, OK, OK, OK, ABSENT, UNKNOWN),
    "managers": (OK, OK, REFUSED, REFUSED, OK, ABSENT, UNKNOWN),
    "owners": (OK, REFUSED, REFUSED, EITHER, EITHER, ABSENT, UNKNOWN),
    "owners, and nobody knows of it": (OK, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, UNKNOWN),
    # Of the workspace that the object is in:
    "people of the workspace": (OK, OK, OK, ABSENT, ABSENT, ABSENT, UNKNOWN),
    "labelers of the workspace": (OK, OK, OK, ABSENT, ABSENT, ABSENT, UNKNOWN),  # and those above them
    "those who meet the labelers": (OK, OK, OK, ABSENT, ABSENT, ABSENT, UNKNOWN),
    "reviewers of the workspace": (OK, OK, REFUSED, ABSENT, ABSENT, ABSENT, UNKNOWN),  # and managers
    "managers of the workspace": (OK, OK, REFUSED, ABSENT, ABSENT, ABSENT, UNKNOWN),
    "managers who share a workspace": (OK, OK, REFUSED, REFUSED, ABSENT, ABSENT, UNKNOWN),
    "managers of labelers": (OK, OK, EITHER, ABSENT, ABSENT, ABSENT, UNKNOWN),
    # Of the workspace that the address names: others are refused before it is looked for.
    "people of the very workspace": (OK, OK, OK, REFUSED, REFUSED, ABSENT, UNKNOWN),
    "managers of the very workspace": (OK, OK, REFUSED, REFUSED, REFUSED, ABSENT, UNKNOWN),
    # Of any workspace, if they know of the object:
    "managers anywhere": (OK, OK, REFUSED, ABSENT, OK, ABSENT, UNKNOWN),
    # Where nothing of Acme's is named, Cleo may do in her organization what Ana may do in hers:
    "owners, at home": (OK, REFUSED, REFUSED, REFUSED, REFUSED, OK, UNKNOWN),
    "managers, at home": (OK, OK, REFUSED, REFUSED, OK, OK, UNKNOWN),
    "owners of what the form names": (OK, REFUSED, REFUSED, REFUSED, REFUSED, "422", UNKNOWN),
    "managers, where the body says": (OK, OK, REFUSED, REFUSED, "422", "422", UNKNOWN),
    # The only owner cannot:
    "all but the last owner": ("409", OK, OK, OK, OK, ABSENT, UNKNOWN),
    "all but last owners, at home": ("409", OK, OK, OK, OK, "409", UNKNOWN),
    # What is Ana's own, and of the other owners:
    "ana and owners": (OK, EITHER, EITHER, EITHER, EITHER, ABSENT, UNKNOWN),
    # Of the workspace that the body names: refused before it is looked for, but to owners.
    "managers of the workspace named": (OK, OK, REFUSED, REFUSED, REFUSED, "422", UNKNOWN),
    "managers, where the form says": (OK, OK, REFUSED, REFUSED, "422", ABSENT, UNKNOWN),
    # What is Max's own, or Ben's:
    "max": (ABSENT, OK, EITHER, ABSENT, ABSENT, ABSENT, UNKNOWN),
    "ben": (EITHER, EITHER, OK, ABSENT, ABSENT, ABSENT, UNKNOWN),
    "ben alone": (ABSENT, ABSENT, OK, ABSENT, ABSENT, ABSENT, UNKNOWN),
    "ben and owners": (OK, EITHER, OK, ABSENT, ABSENT, ABSENT, UNKNOWN),
    "ben and his managers": (OK, OK, OK, ABSENT, ABSENT, ABSENT, UNKNOWN),
}

# The others are answered as these are, unless it is said otherwise below.
LIKE = {"rex": "ben", "vic": "ben", "bea": "nobody", "sue": "max", "reading": "ana", "elsewhere": "gus"}
OTHERWISE: dict[str, dict[str, str | set[str]]] = {
    "labelers of the workspace": {"vic": REFUSED, "sue": REFUSED},
    "those who meet the labelers": {"vic": REFUSED},
    "reviewers of the workspace": {"rex": OK},
    "managers anywhere": {"elsewhere": ABSENT},
    "owners": {"rex": EITHER, "vic": EITHER},
    "max": {"sue": ABSENT},
    "all but last owners, at home": {"reading": REFUSED, "elsewhere": REFUSED},
    "ben": {"rex": EITHER, "vic": EITHER},
    "ben alone": {"rex": ABSENT, "vic": ABSENT},
    "ben and owners": {"rex": EITHER, "vic": EITHER},
    "ben and his managers": {"rex": EITHER, "vic": EITHER, "sue": {OK, REFUSED}},
}


class Row(NamedTuple):
    """One way to call one route."""

    method: str
    path: str
    who: str
    send: Mapping[str, Any] | None = None  # the JSON body, or the fields of a form
    reads: bool | None = None  # whether a key that may only read is enough; None: where the method is GET

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    def expected(self) -> dict[str, set[str]]:
        """What each of the cast may be answered."""
        known = dict(zip(NAMES, WHO[self.who], strict=True))
        others = OTHERS + PROGRAMS if self.is_api else OTHERS
        otherwise = OTHERWISE.get(self.who, {})
        known |= {name: otherwise.get(name, known[LIKE[name]]) for name in others}
        reads = self.method == "GET" if self.reads is None else self.reads
        if known.get("reading") == OK and not reads and not self.who.startswith(("everybody", "whoever")):
            known["reading"] = REFUSED
        return {name: answer if isinstance(answer, set) else {answer} for name, answer in known.items()}


BUILDERS: dict[str, Callable[[Things], Any]] = {}


class Things(dict[str, Any]):
    """The objects that rows name, each made when it is first needed."""

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        self.cast = cast

    def __missing__(self, name: str) -> Any:
        self[name] = BUILDERS[name](self)
        return self[name]

    def fill(self, value: Any) -> Any:
        """`value` with every {name} replaced by the object's id (or by the text that the builder gives)."""
        if isinstance(value, Mapping):
            return {key: self.fill(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.fill(part) for part in value]
        return value.format_map(_Ids(self)) if isinstance(value, str) else value


class _Ids(dict[str, str]):
    def __init__(self, things: Things) -> None:
        super().__init__()
        self.things = things

    def __missing__(self, name: str) -> str:
        thing = self.things[name]
        return str(getattr(thing, "pk", thing))


def builder(make_it: Callable[[Things], Any]) -> Callable[[Things], Any]:
    """Register a function as the maker of the object of its name."""
    BUILDERS[make_it.__name__] = make_it
    return make_it


SESSIONS = count(7_000_001)  # numbers that stand nowhere else in a page


@builder
def bens_session(things: Things) -> Any:
    user = things.cast.ben.user
    about = {"user": user, "session_key": sign_in(Client(), user).session_key, "ip": "192.0.2.7"}
    return UserSession.objects.create(pk=next(SESSIONS), user_agent="", **about)


@builder
def shared_view(things: Things) -> Any:
    return save_view(
        things["dataset"], name="All wells", address="q=well", by=things.cast.ana, is_shared=True
    )


@builder
def bens_view(things: Things) -> Any:
    return save_view(things["dataset"], name="Mine", address="response=draft", by=things.cast.ben)


@builder
def simple_dataset(things: Things) -> Any:
    questions = {"quality": {"type": "rating", "options": [{"value": 1}, {"value": 2}]}}
    dataset = make.dataset(things.cast.workspace, questions=questions)
    make.records(dataset, 2)
    return dataset


@builder
def answers_job(things: Things) -> Any:
    dataset = things["simple_dataset"]
    job = start_answers(dataset, Selection(None), values={"quality": 2}, replaces=False, by=things.cast.max)
    run_answers(str(dataset.organization_id), str(job.pk))
    return job


@builder
def organization(things: Things) -> Any:
    return things.cast.acme.slug


@builder
def workspace(things: Things) -> Any:
    return things.cast.workspace


@builder
def group(things: Things) -> Any:
    return create_group(things.cast.workspace, name="Translators", members=[things.cast.ben])


@builder
def empty_workspace(things: Things) -> Any:
    return make.workspace(things.cast.acme, "empty", things.cast.max, things.cast.ben)


@builder
def labeler(things: Things) -> Any:
    return things.cast.ben


@builder
def manager(things: Things) -> Any:
    return things.cast.max


@builder
def assignment(things: Things) -> Any:
    """Of a record to Ben."""
    assert things["record"]
    made = start_assignment(
        things["dataset"], Selection(None), people={things.cast.ben.pk: 1}, by=things.cast.max
    )
    run_assign(str(made.organization_id), str(made.job_id))
    return made


@builder
def assigned_labeler(things: Things) -> Any:
    """Ben, once something was given to him."""
    assert things["assignment"]
    return things.cast.ben


@builder
def outsider(things: Things) -> Any:
    return things.cast.dov


@builder
def csv(things: Things) -> Any:
    """What the audit log is given as."""
    return "csv"


@builder
def service(things: Things) -> Any:
    """A program in Acme's workspace."""
    return add_service(things.cast.acme, username="sam", workspaces={things.cast.workspace: None})


@builder
def labelers_name(things: Things) -> Any:
    return things["labeler"].username


@builder
def copy_of_ben(things: Things) -> Any:
    """The request whose file Ben may download."""
    made = ask_for_copy(things.cast.ben, by=things.cast.ben)
    run_copy(str(made.organization_id), str(made.pk))
    return made


@builder
def failed_copy_of_ben(things: Things) -> Any:
    """Something about Ben that did not work."""
    made = ask_for_copy(things.cast.ben, by=things.cast.ana)
    PersonalRequest.objects.filter(pk=made.pk).update(state="failed")
    return made


@builder
def colleague(things: Things) -> Any:
    """Somebody whom Max sees, for they share another workspace."""
    person = make.member(things.cast.acme, "hana")
    make.workspace(things.cast.acme, "annex", things.cast.max, person)
    return person


@builder
def invited(things: Things) -> Any:
    return invite(things.cast.acme, "eve@example.org", by=things.cast.ana)


@builder
def invitation(things: Things) -> Any:
    return things["invited"].invitation


@builder
def token(things: Things) -> Any:
    return things["invited"].token


@builder
def key(things: Things) -> Any:
    return issue_api_key(things.cast.ben, name="Ben's").api_key


@builder
def dataset(things: Things) -> Any:
    return make.dataset(things.cast.workspace)


@builder
def filled_dataset(things: Things) -> Any:
    """With a record, so that there is something to take out."""
    made = make.dataset(things.cast.workspace)
    make.record(made)
    return made


@builder
def inviting_dataset(things: Things) -> Any:
    """One that takes records from labelers."""
    made = make.dataset(
        things.cast.workspace, fields={"prompt": {"type": "text"}}, questions={"reply": {"type": "text"}}
    )
    return update_dataset(made, invites_records=True)


@builder
def deleted_dataset(things: Things) -> Any:
    made = make.dataset(things.cast.workspace, "Gone")
    delete_dataset(made, by=things.cast.max)
    return made


@builder
def deleted_records(things: Things) -> Any:
    record = make.record(things["dataset"])
    delete_records(things["dataset"], [record.pk], by=things.cast.max)
    return DeletedRecords.objects.get(dataset=things["dataset"])


@builder
def deleted_workspace(things: Things) -> Any:
    made = make.workspace(things.cast.acme, "left", things.cast.max)
    delete_workspace(made, by=things.cast.ana)
    return made


@builder
def draft_dataset(things: Things) -> Any:
    return make.dataset(things.cast.workspace, published=False)


@builder
def field(things: Things) -> Any:
    return things["draft_dataset"].fields.create(
        organization=things.cast.acme, name="spare", title="Spare", type="text", settings={"type": "text"}
    )


@builder
def question(things: Things) -> Any:
    return things["draft_dataset"].questions.get(name="quality")


@builder
def vector_settings(things: Things) -> Any:
    return add_vector_settings(things["dataset"], name="embedding", title="Embedding", dimensions=2)


@builder
def metadata_property(things: Things) -> Any:
    return add_metadata_property(things["dataset"], name="source", title="Source", settings={"type": "terms"})


@builder
def record(things: Things) -> Any:
    return make.record(things["dataset"])


@builder
def custom_record(things: Things) -> Any:
    """A record with a field that stands in a frame."""
    fields = {"prompt": {"type": "text"}, "card": {"type": "custom", "template": "{{record.fields.card.a}}"}}
    dataset = make.dataset(things.cast.workspace, fields=fields, questions={"comment": {"type": "text"}})
    return make.record(dataset, fields={"prompt": "Look.", "card": {"a": "b"}})


@builder
def suggestion(things: Things) -> Any:
    question = things["dataset"].questions.get(name="comment")
    return suggest(things["record"], Given(question.pk, "Not bad."))


@builder
def comment(things: Things) -> Any:
    return things["dataset"].questions.get(name="comment")


@builder
def response(things: Things) -> Any:
    """Ben's."""
    return make.response(things["record"], things.cast.ben)


@builder
def export_job(things: Things) -> Any:
    assert things["record"]
    job = start_export(things["dataset"], format="records", by=things.cast.ana)
    run_export(str(job.organization_id), str(job.pk))
    return job


@builder
def failed_job(things: Things) -> Any:
    job = start_export(things["dataset"], format="records", by=things.cast.ana)
    return cancel_job(job)


@builder
def snapshot(things: Things) -> Any:
    assert things["record"]
    job = start_export(things["dataset"], format="records", name="As it was", by=things.cast.ana)
    run_export(str(job.organization_id), str(job.pk))
    return Snapshot.objects.get(job=job)


@builder
def kept_upload(things: Things) -> Any:
    """A file that waits for its mapping."""
    file = BytesIO(Attached().read())
    return keep_upload(things["dataset"], file, filename=Attached.name, by=things.cast.max)


@builder
def dataset_of_interactions(things: Things) -> Any:
    """One that takes what applications ask of models."""
    talks = begin_dataset(things.cast.workspace, name="Talks", preset=preset("interactions"))
    return publish_dataset(talks)


@builder
def planned_upload(things: Things) -> Any:
    """A file that a dataset is planned for."""
    file = BytesIO(Attached().read())
    return begin_from_file(things.cast.workspace, file, filename=Attached.name, by=things.cast.max)


@builder
def upload(things: Things) -> Any:
    """Max's, of which nothing is here yet."""
    return begin_upload(things["dataset"], filename="prompts.jsonl", size=100, by=things.cast.max)


class Attached:
    """A file that can be sent again and again."""

    name = "prompts.jsonl"

    def read(self) -> bytes:
        return b'{"prompt": "What is a well?"}\n'


NEW_PERSON = {"username": "eve", "role": "annotator", "workspaces": ["{workspace}"]}

ROWS = [
    # People
    Row("POST", "/api/v1/token", "everybody", {"username": "ben", "password": make.PASSWORD}),
    Row("GET", "/api/v1/oauth2/providers", "everybody"),
    Row("GET", "/api/v1/oauth2/providers/{provider}/authentication", "everybody"),
    Row("GET", "/api/v1/oauth2/providers/{provider}/access-token", "everybody, coming back"),
    Row("GET", "/api/v1/me", "whoever is signed in"),
    Row("GET", "/api/v1/users", "owners, at home"),
    Row(
        "POST",
        "/api/v1/users",
        "owners, at home",
        {"username": "eve", "first_name": "Eve", "password": "password1"},
    ),
    Row("GET", "/api/v1/users/{labeler}", "owners"),
    Row("PATCH", "/api/v1/users/{labeler}", "owners", {"first_name": "Benjamin"}),
    Row("DELETE", "/api/v1/users/{labeler}", "owners"),
    Row("GET", "/api/v1/users/{labeler}/workspaces", "owners"),
    Row("GET", "/api/v1/users/{labeler}/skills", "ben and his managers"),
    Row("PUT", "/api/v1/users/{labeler}/skills", "managers of labelers", {"skills": ["Swahili"]}),
    # Workspaces
    Row("GET", "/api/v1/me/workspaces", "whoever is signed in"),
    Row("POST", "/api/v1/workspaces", "owners, at home", {"name": "another"}),
    Row("GET", "/api/v1/workspaces/{workspace}", "people of the very workspace"),
    Row("DELETE", "/api/v1/workspaces/{empty_workspace}", "owners"),
    Row("GET", "/api/v1/workspaces/{workspace}/groups", "managers of the very workspace"),
    Row(
        "POST",
        "/api/v1/workspaces/{workspace}/groups",
        "managers of the very workspace",
        {"name": "Night shift", "user_ids": ["{labeler}"]},
    ),
    Row("GET", "/api/v1/workspaces/{workspace}/groups/{group}", "managers of the workspace"),
    Row(
        "PATCH", "/api/v1/workspaces/{workspace}/groups/{group}", "managers of the workspace", {"name": "Day"}
    ),
    Row("DELETE", "/api/v1/workspaces/{workspace}/groups/{group}", "managers of the workspace"),
    Row("GET", "/api/v1/workspaces/{workspace}/users", "managers of the very workspace"),
    Row("POST", "/api/v1/workspaces/{workspace}/users", "owners", {"user_id": "{outsider}"}),
    Row(
        "PATCH",
        "/api/v1/workspaces/{workspace}/users/{labeler}",
        "managers of the workspace",
        {"role": "reviewer"},
    ),
    Row("DELETE", "/api/v1/workspaces/{workspace}/users/{labeler}", "managers of the workspace"),
    # The audit log
    Row("GET", "/api/v1/audit", "owners, at home"),
    # Programs and keys
    Row("GET", "/api/v1/me/keys", "whoever is signed in"),
    Row("DELETE", "/api/v1/keys/{key}", "owners"),
    Row("POST", "/api/v1/users/{labeler}/deactivate", "managers of labelers"),
    Row("POST", "/api/v1/users/{labeler}/reactivate", "managers of labelers"),
    Row("POST", "/api/v1/users/{labeler}/hand-over", "owners"),
    Row("POST", "/api/v1/me/leave", "all but last owners, at home"),
    Row("GET", "/api/v1/users/{labeler}/data", "owners"),
    Row("POST", "/api/v1/users/{labeler}/data", "owners"),
    Row(
        "POST",
        "/api/v1/users/{labeler}/erasure",
        "owners",
        {"username": "{labelers_name}", "answers": "keep"},
    ),
    Row("GET", "/api/v1/me/data", "whoever is signed in"),
    Row("POST", "/api/v1/me/data", "whoever is signed in"),
    Row("GET", "/api/v1/me/data/{copy_of_ben}", "ben alone"),
    Row("GET", "/api/v1/organization", "whoever is signed in"),
    Row(
        "POST",
        "/api/v1/organization/deletion",
        "owners of what the form names",
        {"name": "Acme", "password": make.PASSWORD},
    ),
    Row("DELETE", "/api/v1/organization/deletion", "owners, at home"),
    Row("GET", "/api/v1/invitations", "managers, at home"),
    Row(
        "POST",
        "/api/v1/invitations",
        "managers, where the body says",
        {"email": "eve@example.org", "workspaces": [{"workspace_id": "{workspace}"}]},
    ),
    Row("DELETE", "/api/v1/invitations/{invitation}", "ana and owners"),
    Row("POST", "/api/v1/invitations/{invitation}/resend", "ana and owners"),
    Row("GET", "/api/v1/service-accounts", "owners, at home"),
    Row("POST", "/api/v1/service-accounts", "owners, at home", {"username": "robot"}),
    Row("GET", "/api/v1/service-accounts/{service}/keys", "owners"),
    Row(
        "POST",
        "/api/v1/service-accounts/{service}/keys",
        "owners",
        {"name": "Nightly", "scope": "write", "expires_at": "2999-01-01T00:00:00"},
    ),
    # The server
    Row("GET", "/api/v1/openapi.json", "everybody"),
    Row("GET", "/api/v1/docs", "everybody"),
    Row("GET", "/api/v1/version", "everybody"),
    Row("GET", "/api/v1/status", "everybody"),
    Row("GET", "/api/v1/settings", "everybody"),
    # Datasets
    Row("GET", "/api/v1/me/datasets", "whoever is signed in"),
    Row(
        "POST",
        "/api/v1/datasets",
        "managers of the workspace named",
        {"name": "New", "workspace_id": "{workspace}"},
    ),
    Row("GET", "/api/v1/datasets/{dataset}", "people of the workspace"),
    Row("PATCH", "/api/v1/datasets/{dataset}", "managers of the workspace", {"name": "Other"}),
    Row("DELETE", "/api/v1/datasets/{dataset}", "managers of the workspace"),
    Row("PUT", "/api/v1/datasets/{draft_dataset}/publish", "managers of the workspace"),
    Row("GET", "/api/v1/datasets/{dataset}/progress", "people of the workspace"),
    Row("GET", "/api/v1/datasets/{dataset}/users/progress", "those who meet the labelers"),
    Row("GET", "/api/v1/me/datasets/{dataset}/metrics", "people of the workspace"),
    # What datasets consist of
    Row("GET", "/api/v1/datasets/{dataset}/fields", "people of the workspace"),
    Row(
        "POST",
        "/api/v1/datasets/{draft_dataset}/fields",
        "managers of the workspace",
        {"name": "more", "title": "More", "settings": {"type": "text"}},
    ),
    Row("PATCH", "/api/v1/fields/{field}", "managers of the workspace", {"title": "Other"}),
    Row("DELETE", "/api/v1/fields/{field}", "managers of the workspace"),
    Row("GET", "/api/v1/datasets/{dataset}/questions", "people of the workspace"),
    Row(
        "POST",
        "/api/v1/datasets/{draft_dataset}/questions",
        "managers of the workspace",
        {"name": "more", "title": "More", "settings": {"type": "text"}},
    ),
    Row("PATCH", "/api/v1/questions/{question}", "managers of the workspace", {"title": "Other"}),
    Row("DELETE", "/api/v1/questions/{question}", "managers of the workspace"),
    Row("GET", "/api/v1/datasets/{dataset}/vectors-settings", "people of the workspace"),
    Row(
        "POST",
        "/api/v1/datasets/{dataset}/vectors-settings",
        "managers of the workspace",
        {"name": "more", "title": "More", "dimensions": 3},
    ),
    Row(
        "PATCH", "/api/v1/vectors-settings/{vector_settings}", "managers of the workspace", {"title": "Other"}
    ),
    Row("DELETE", "/api/v1/vectors-settings/{vector_settings}", "managers of the workspace"),
    Row("GET", "/api/v1/me/datasets/{dataset}/metadata-properties", "people of the workspace"),
    Row(
        "POST",
        "/api/v1/datasets/{dataset}/metadata-properties",
        "managers of the workspace",
        {"name": "more", "title": "More", "settings": {"type": "integer"}},
    ),
    Row(
        "PATCH",
        "/api/v1/metadata-properties/{metadata_property}",
        "managers of the workspace",
        {"title": "Other"},
    ),
    Row("DELETE", "/api/v1/metadata-properties/{metadata_property}", "managers of the workspace"),
    # Work given by name
    Row("GET", "/api/v1/datasets/{dataset}/assignments", "reviewers of the workspace"),
    Row(
        "POST",
        "/api/v1/datasets/{dataset}/assignments",
        "managers of the workspace",
        {"users": [{"id": "{labeler}"}]},
    ),
    Row("GET", "/api/v1/me/assignments", "whoever is signed in"),
    Row("GET", "/api/v1/assignments/{assignment}", "reviewers of the workspace"),
    Row("PATCH", "/api/v1/assignments/{assignment}", "managers of the workspace", {"note": "By Monday"}),
    Row("DELETE", "/api/v1/assignments/{assignment}", "managers of the workspace"),
    Row(
        "POST",
        "/api/v1/assignments/{assignment}/hand-over",
        "managers of the workspace",
        {"user_id": "{labeler}", "users": [{"id": "{manager}"}]},
    ),
    # Records
    Row("GET", "/api/v1/datasets/{dataset}/records", "reviewers of the workspace"),
    Row("DELETE", "/api/v1/datasets/{dataset}/records?ids={record}", "managers of the workspace"),
    Row(
        "POST",
        "/api/v1/datasets/{dataset}/records/bulk",
        "managers of the workspace",
        {"items": [{"fields": {"prompt": "What is a well?"}}]},
    ),
    Row(
        "PUT",
        "/api/v1/datasets/{dataset}/records/bulk",
        "managers of the workspace",
        {"items": [{"id": "{record}", "metadata": {"source": "here"}}]},
    ),
    Row("POST", "/api/v1/datasets/{dataset}/records/search", "reviewers of the workspace", {}, reads=True),
    Row("POST", "/api/v1/me/datasets/{dataset}/records/search", "people of the workspace", {}, reads=True),
    Row(
        "GET",
        "/api/v1/datasets/{dataset}/records/search/suggestions/options",
        "people of the workspace",
    ),
    Row("GET", "/api/v1/metadata-properties/{metadata_property}/metrics", "people of the workspace"),
    Row("GET", "/api/v1/records/{record}", "people of the workspace"),
    Row("PATCH", "/api/v1/records/{record}", "managers of the workspace", {"metadata": {"source": "here"}}),
    Row("DELETE", "/api/v1/records/{record}", "managers of the workspace"),
    Row("GET", "/api/v1/records/{record}/suggestions", "people of the workspace"),
    Row(
        "PUT",
        "/api/v1/records/{record}/suggestions",
        "managers of the workspace",
        {"question_id": "{comment}", "value": "Good."},
    ),
    Row("DELETE", "/api/v1/records/{record}/suggestions?ids={suggestion}", "managers of the workspace"),
    Row("DELETE", "/api/v1/suggestions/{suggestion}", "managers of the workspace"),
    # Responses, and what to do next
    Row(
        "POST",
        "/api/v1/records/{record}/responses",
        "labelers of the workspace",
        {"status": "draft", "values": {"comment": {"value": "Hm."}}},
    ),
    Row("PUT", "/api/v1/responses/{response}", "ben and his managers", {"status": "discarded"}),
    Row("DELETE", "/api/v1/responses/{response}", "ben and his managers"),
    Row(
        "POST",
        "/api/v1/me/responses/bulk",
        "whoever is signed in",
        {"items": [{"record_id": "{record}", "status": "discarded"}]},
    ),
    Row("GET", "/api/v1/datasets/{dataset}/queue", "reviewers of the workspace"),
    Row("PATCH", "/api/v1/datasets/{dataset}/queue", "managers of the workspace", {"is_paused": True}),
    Row(
        "PATCH",
        "/api/v1/datasets/{dataset}/queue/records",
        "managers of the workspace",
        {"records": ["{record}"], "priority": 9, "more_answers": 1},
    ),
    Row("POST", "/api/v1/me/datasets/{dataset}/next", "labelers of the workspace"),
    Row("DELETE", "/api/v1/me/leases/{lease}", "ben"),
    Row("POST", "/api/v1/me/leases/{lease}/heartbeat", "ben"),
    # Who is doing what
    Row("GET", "/api/v1/datasets/{busy_dataset}/labelers", "reviewers of the workspace"),
    Row(
        "PATCH",
        "/api/v1/datasets/{busy_dataset}/labelers/{labeler}",
        "managers of the workspace",
        {"is_paused": True},
    ),
    Row("DELETE", "/api/v1/leases/{held_lease}", "managers of the workspace"),
    Row("GET", "/api/v1/datasets/{dataset}/stopped-records", "reviewers of the workspace"),
    Row(
        "POST",
        "/api/v1/datasets/{dataset}/stopped-records/put-back",
        "managers of the workspace",
        {"records": ["{stopped_record}"]},
    ),
    Row("GET", "/api/v1/datasets/{dataset}/forecast", "reviewers of the workspace"),
    Row("GET", "/api/v1/records/{record}/history", "reviewers of the workspace"),
    # Jobs
    Row(
        "POST",
        "/api/v1/datasets/{dataset_of_interactions}/interactions",
        "managers of the workspace",
        {
            "request": {"messages": [{"role": "user", "content": "What is a well?"}]},
            "response": {"id": "chatcmpl-1", "choices": [{"message": {"content": "A hole."}}]},
        },
    ),
    Row(
        "POST",
        "/api/v1/workspaces/{workspace}/datasets/from-file",
        "managers of the workspace",
        {"name": "New"},
    ),
    Row("POST", "/api/v1/datasets/{dataset}/imports", "managers of the workspace", {"format": "jsonl"}),
    Row("POST", "/api/v1/datasets/{dataset}/exports", "managers of the workspace", {"format": "records"}),
    Row(
        "POST",
        "/api/v1/datasets/{dataset}/import",
        "managers of the workspace",
        {
            "name": "ana/wells",
            "subset": "default",
            "split": "train",
            "mapping": {"fields": [{"source": "text", "target": "prompt"}]},
        },
    ),
    Row(
        "POST",
        "/api/v1/datasets/{filled_dataset}/export",
        "managers of the workspace",
        {"name": "ana/wells", "token": "hf_token"},
    ),
    Row("GET", "/api/v1/datasets/{dataset}/jobs", "managers of the workspace"),
    Row("GET", "/api/v1/jobs/{export_job}", "managers anywhere"),
    Row("GET", "/api/v1/jobs/{export_job}/file", "managers of the workspace"),
    Row("GET", "/api/v1/jobs/{export_job}/files", "managers of the workspace"),
    Row("GET", "/api/v1/jobs/{export_job}/files/README.md", "managers of the workspace"),
    Row("GET", "/api/v1/jobs/{export_job}/zip", "managers of the workspace"),
    Row(
        "POST",
        "/api/v1/jobs/{export_job}/push",
        "managers of the workspace",
        {"name": "ana/wells", "token": "hf_token"},
    ),
    Row(
        "POST",
        "/api/v1/datasets/{dataset}/exports/preview",
        "managers of the workspace",
        {"format": "records"},
        reads=True,
    ),
    Row("GET", "/api/v1/datasets/{dataset}/snapshots", "managers of the workspace"),
    Row("POST", "/api/v1/snapshots/{snapshot}/exports", "managers of the workspace"),
    Row("DELETE", "/api/v1/snapshots/{snapshot}", "managers of the workspace"),
    Row("GET", "/api/v1/jobs/{export_job}/errors", "managers of the workspace"),
    Row("POST", "/api/v1/jobs/{export_job}/cancel", "managers of the workspace"),
    Row("GET", "/api/v1/jobs", "managers, at home"),
    Row("POST", "/api/v1/datasets/{dataset}/clone", "managers of the workspace", {"name": "Again"}),
    Row("GET", "/api/v1/datasets/{dataset}/uploads", "managers of the workspace"),
    Row(
        "POST",
        "/api/v1/datasets/{dataset}/uploads",
        "managers of the workspace",
        {"filename": "prompts.jsonl", "size": 100},
    ),
    Row("GET", "/api/v1/uploads/{upload}", "max"),
    Row("PUT", "/api/v1/uploads/{upload}?offset=0", "max", {"prompt": "What is a well?"}),
    Row("DELETE", "/api/v1/uploads/{upload}", "max"),
    Row("POST", "/api/v1/jobs/{failed_job}/retry", "managers of the workspace"),
    # Pages about work given by name
    Row("GET", "/{organization}/datasets/{dataset}/assignments/", "managers of the workspace"),
    Row("GET", "/{organization}/datasets/{dataset}/assignments/new?which=all", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/assignments/new",
        "managers of the workspace",
        {"which": "all", "person": "{labeler}", "overlap": "1", "amount": "all", "order": "queue"},
    ),
    Row("GET", "/{organization}/datasets/{dataset}/assignments/{assignment}/", "managers of the workspace"),
    Row(
        "GET",
        "/{organization}/datasets/{dataset}/assignments/{assignment}/edit",
        "managers of the workspace",
    ),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/assignments/{assignment}/edit",
        "managers of the workspace",
        {"note": "By Monday"},
    ),
    Row(
        "GET",
        "/{organization}/datasets/{dataset}/assignments/{assignment}/take-back",
        "managers of the workspace",
    ),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/assignments/{assignment}/take-back",
        "managers of the workspace",
    ),
    Row(
        "GET",
        "/{organization}/datasets/{dataset}/assignments/{assignment}/take-back/{assigned_labeler}",
        "managers of the workspace",
    ),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/assignments/{assignment}/take-back/{assigned_labeler}",
        "managers of the workspace",
    ),
    Row(
        "GET",
        "/{organization}/datasets/{dataset}/assignments/{assignment}/hand-over/{assigned_labeler}",
        "managers of the workspace",
    ),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/assignments/{assignment}/hand-over/{assigned_labeler}",
        "managers of the workspace",
        {"person": "{manager}"},
    ),
    Row(
        "GET",
        "/{organization}/datasets/{dataset}/assignments/hand-over/{assigned_labeler}",
        "managers of the workspace",
    ),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/assignments/hand-over/{assigned_labeler}",
        "managers of the workspace",
        {"person": "{manager}"},
    ),
    # For whoever watches
    Row("GET", "/healthz", "everybody"),
    Row("GET", "/readyz", "everybody"),
    # Pages about people
    Row("GET", "/", "whoever is signed in"),
    Row("GET", "/organizations/", "whoever is signed in"),
    Row("GET", "/organizations/new", "whom the operator lets (SIGN_UP)"),
    Row("POST", "/organizations/new", "whom the operator lets (SIGN_UP)", {"name": "Wells", "slug": "wells"}),
    Row("GET", "/organizations/address?slug=wells", "whom the operator lets (SIGN_UP)"),
    Row("GET", "/organizations/delete-account", "whoever belongs nowhere"),
    Row("POST", "/organizations/delete-account", "whoever belongs nowhere", {"email": "ana@example.org"}),
    Row("POST", "/sessions/{bens_session}/end", "ben alone"),
    Row("POST", "/language", "everybody", {"language": "en"}),
    Row("GET", "/{organization}/sign-in", "everybody"),
    Row("GET", "/{organization}/account/", "people of the organization"),
    Row("POST", "/{organization}/account/", "people of the organization", {"first_name": "Robin"}),
    Row(
        "POST",
        "/{organization}/account/keys",
        "people of the organization",
        {"name": "Notebook", "days": "30", "scope": "manage"},
    ),
    Row("POST", "/{organization}/account/keys/{key}/revoke", "ben and owners"),
    Row("GET", "/{organization}/account/data", "people of the organization"),
    Row("POST", "/{organization}/account/data", "people of the organization"),
    Row("GET", "/{organization}/account/data/{copy_of_ben}", "ben alone"),
    Row("GET", "/{organization}/members/{labeler}/data", "owners"),
    Row("POST", "/{organization}/members/{labeler}/data", "owners"),
    Row("POST", "/{organization}/members/{labeler}/data/{failed_copy_of_ben}/again", "owners"),
    Row(
        "POST",
        "/{organization}/members/{labeler}/erase",
        "owners",
        {"username": "{labelers_name}", "answers": "delete"},
    ),
    Row("GET", "/{organization}/organization/", "owners"),
    Row("POST", "/{organization}/organization/", "owners", {"name": "Acme Wells"}),
    Row("GET", "/{organization}/organization/delete", "owners"),
    Row("POST", "/{organization}/organization/delete", "owners", {"name": "Acme"}),
    Row("POST", "/{organization}/organization/keep", "owners"),
    Row("GET", "/{organization}/account/leave", "people of the organization"),
    Row("POST", "/{organization}/account/leave", "all but the last owner"),
    Row("GET", "/{organization}/account/rights", "people of the organization"),
    # Programs
    Row("GET", "/{organization}/audit/", "owners"),
    Row("GET", "/{organization}/audit/file.{csv}", "owners"),
    Row("POST", "/{organization}/audit/keep", "owners", {"days": "400"}),
    Row("GET", "/{organization}/services/", "owners"),
    Row("GET", "/{organization}/services/new", "owners"),
    Row("POST", "/{organization}/services/new", "owners", {"username": "robot"}),
    Row("GET", "/{organization}/services/{service}/", "owners"),
    Row("POST", "/{organization}/services/{service}/", "owners", {"may_answer": "on"}),
    Row(
        "POST",
        "/{organization}/services/{service}/keys",
        "owners",
        {"name": "Nightly", "days": "30", "scope": "write"},
    ),
    Row("GET", "/{organization}/account/shortcuts", "people of the organization"),
    Row(
        "POST",
        "/{organization}/account/shortcuts",
        "people of the organization",
        {"act": "skip", "key": "q"},
    ),
    Row("POST", "/{organization}/account/shortcuts/restore", "people of the organization"),
    Row("GET", "/{organization}/members/", "managers"),
    Row("GET", "/{organization}/members/new", "managers"),
    Row("POST", "/{organization}/members/new", "managers, where the form says", NEW_PERSON),
    Row(
        "POST",
        "/{organization}/members/many",
        "managers, where the form says",
        {**NEW_PERSON, "usernames": "fay\ngil"},
    ),
    Row("GET", "/{organization}/members/{labeler}/", "managers who share a workspace"),
    Row(
        "POST",
        "/{organization}/members/{labeler}/",
        "managers who share a workspace",
        {"username": "ben", "first_name": "Benjamin", "role": "annotator"},
    ),
    Row("POST", "/{organization}/members/{labeler}/password", "managers of labelers"),
    Row("POST", "/{organization}/members/{labeler}/deactivate", "managers of labelers"),
    Row("POST", "/{organization}/members/{labeler}/reactivate", "managers of labelers"),
    Row("GET", "/{organization}/members/{labeler}/hand-over", "owners"),
    Row("POST", "/{organization}/members/{labeler}/hand-over", "owners"),
    Row("GET", "/{organization}/members/{labeler}/remove", "managers of labelers"),
    Row("POST", "/{organization}/members/{labeler}/remove", "managers of labelers"),
    Row("GET", "/{organization}/members/invite", "managers"),
    Row(
        "POST",
        "/{organization}/members/invite",
        "managers, where the form says",
        {**NEW_PERSON, "email": "eve@example.org"},
    ),
    Row("GET", "/{organization}/members/invite/link", "managers"),
    Row(
        "POST",
        "/{organization}/members/invite/link",
        "managers, where the form says",
        {"role": "annotator", "workspaces": ["{workspace}"], "most_uses": "5"},
    ),
    Row("GET", "/{organization}/members/invite/many", "managers"),
    Row(
        "POST",
        "/{organization}/members/invite/many",
        "managers, where the form says",
        {"lines": "eve@example.org", "role": "annotator", "workspaces": ["{workspace}"], "send": "1"},
    ),
    Row("POST", "/{organization}/members/invitations/{invitation}/resend", "ana and owners"),
    Row("POST", "/{organization}/members/invitations/{invitation}/withdraw", "ana and owners"),
    Row("GET", "/{organization}/invitations/{token}", "everybody"),
    Row(
        "POST",
        "/{organization}/invitations/{token}",
        "everybody",
        {"username": "eve", "first_name": "Eve", "password": "a fine password"},
    ),
    # Pages about workspaces
    Row("GET", "/{organization}/workspaces/", "managers"),
    Row("POST", "/{organization}/workspaces/new", "owners", {"name": "another"}),
    Row("GET", "/{organization}/workspaces/{workspace}/", "managers of the workspace"),
    Row("POST", "/{organization}/workspaces/{workspace}/rename", "owners", {"name": "renamed"}),
    Row("GET", "/{organization}/workspaces/{empty_workspace}/delete", "owners"),
    Row("POST", "/{organization}/workspaces/{empty_workspace}/delete", "owners"),
    Row("GET", "/{organization}/workspaces/{workspace}/groups/new", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/workspaces/{workspace}/groups/new",
        "managers of the workspace",
        {"name": "Night shift", "members": ["{labeler}"]},
    ),
    Row("GET", "/{organization}/workspaces/{workspace}/groups/{group}/", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/workspaces/{workspace}/groups/{group}/",
        "managers of the workspace",
        {"name": "Day shift"},
    ),
    Row("GET", "/{organization}/workspaces/{workspace}/groups/{group}/delete", "managers of the workspace"),
    Row("POST", "/{organization}/workspaces/{workspace}/groups/{group}/delete", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/workspaces/{workspace}/members",
        "managers of the workspace",
        {"member": "{colleague}", "role": "labeler"},
    ),
    Row(
        "POST",
        "/{organization}/workspaces/{workspace}/members/{labeler}/role",
        "managers of the workspace",
        {"role": "reviewer"},
    ),
    Row(
        "POST",
        "/{organization}/workspaces/{workspace}/members/{labeler}/remove",
        "managers of the workspace",
    ),
]


@builder
def page_record(things: Things) -> Any:
    return make.record(make.dataset(things.cast.workspace))


@builder
def lease(things: Things) -> Any:
    dataset = make.dataset(things.cast.workspace)
    make.record(dataset)
    return lease_next(dataset, by=things.cast.ben)


@builder
def stopped_record(things: Things) -> Any:
    record = make.record(things["dataset"])
    discard_response(record, {}, by=things.cast.ben, reason="bad_prompt", note="Unclear")
    return record


@builder
def busy_dataset(things: Things) -> Any:
    dataset = make.dataset(things.cast.workspace)
    make.records(dataset, 2)
    return dataset


@builder
def held_lease(things: Things) -> Any:
    return lease_next(things["busy_dataset"], by=things.cast.ben)


RULES = {
    "min_submitted": "1",
    "overlap_percent": "0",
    "order": "oldest",
    "most_held": "1",
    "on_skip": "later",
    "on_discard": "others",
}
RANKED = {"ranking.A": "1", "ranking.B": "2", "ranking.C": "2"}

ROWS += [
    # Labeling
    Row("GET", "/{organization}/datasets/{dataset}/label", "labelers of the workspace"),
    Row("GET", "/{organization}/records/{custom_record}/frame?field=card", "people of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/guidelines/read",
        "labelers of the workspace",
        {"version": "1"},
    ),
    Row("POST", "/{organization}/records/{page_record}/submit", "labelers of the workspace", RANKED),
    Row(
        "POST",
        "/{organization}/records/{page_record}/discard",
        "labelers of the workspace",
        {"reason": "other"},
    ),
    Row("POST", "/{organization}/records/{page_record}/skip", "labelers of the workspace"),
    Row(
        "POST", "/{organization}/records/{page_record}/draft", "labelers of the workspace", {"comment": "Hm"}
    ),
    Row("POST", "/{organization}/leases/{lease}/heartbeat", "ben"),
    # Pages about datasets
    Row("GET", "/{organization}/", "people of the organization"),
    Row("GET", "/{organization}/datasets/", "people of the organization"),
    Row("GET", "/{organization}/datasets/new", "managers"),
    Row(
        "POST",
        "/{organization}/datasets/new",
        "managers, where the form says",
        {"name": "Another", "workspace": "{workspace}", "min_submitted": "2", "preset": "rank"},
    ),
    Row("GET", "/{organization}/datasets/from-file", "managers"),
    Row(
        "POST",
        "/{organization}/datasets/from-file",
        "managers, where the form says",
        {"workspace": "{workspace}", "file": Attached()},
    ),
    Row("GET", "/{organization}/jobs/{planned_upload}/plan", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/jobs/{planned_upload}/plan",
        "managers of the workspace",
        {"look": "1", "name": "Prompts", "min_submitted": "1"},
    ),
    Row("GET", "/{organization}/datasets/{dataset}/", "people of the workspace"),
    Row(
        "GET",
        "/{organization}/datasets/{dataset}/?q=well&view=read&sort=-updated_at",
        "people of the workspace",
    ),
    Row("GET", "/{organization}/datasets/{dataset}/records/{record}/", "people of the workspace"),
    Row("GET", "/{organization}/datasets/{dataset}/views/", "people of the workspace"),
    Row("GET", "/{organization}/datasets/{dataset}/views/new?q=well", "people of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/views/new",
        "people of the workspace",
        {"name": "Wells", "address": "q=well"},
    ),
    Row("GET", "/{organization}/datasets/{dataset}/views/{shared_view}/", "people of the workspace"),
    Row("GET", "/{organization}/datasets/{dataset}/views/{bens_view}/", "ben"),
    Row("GET", "/{organization}/datasets/{dataset}/views/{shared_view}/edit", "managers of the workspace"),
    Row("GET", "/{organization}/datasets/{dataset}/views/{bens_view}/edit", "ben"),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/views/{shared_view}/edit",
        "managers of the workspace",
        {"name": "Deep wells", "is_shared": "on"},
    ),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/views/{shared_view}/update",
        "managers of the workspace",
        {"address": "q=deep"},
    ),
    Row("GET", "/{organization}/datasets/{dataset}/views/{shared_view}/delete", "managers of the workspace"),
    Row("POST", "/{organization}/datasets/{dataset}/views/{bens_view}/delete", "ben"),
    Row("GET", "/{organization}/datasets/{simple_dataset}/answer?which=all", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{simple_dataset}/answer",
        "managers of the workspace",
        {"which": "all", "quality": "2", "give": "1"},
    ),
    Row("POST", "/{organization}/jobs/{answers_job}/undo", "managers of the workspace"),
    Row(
        "GET",
        "/{organization}/datasets/{dataset}/stopped/?page={stopped_record}",
        "managers of the workspace",
    ),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/stopped/put-back",
        "managers of the workspace",
        {"record": "{stopped_record}"},
    ),
    Row(
        "GET",
        "/{organization}/datasets/{dataset}/stopped/delete?record={stopped_record}",
        "managers of the workspace",
    ),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/stopped/delete",
        "managers of the workspace",
        {"record": "{stopped_record}"},
    ),
    Row("GET", "/{organization}/datasets/{dataset}/people/?q=b&order=name", "reviewers of the workspace"),
    Row("POST", "/{organization}/datasets/{dataset}/people/{labeler}/pause", "managers of the workspace"),
    Row("POST", "/{organization}/datasets/{dataset}/people/{labeler}/resume", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{busy_dataset}/leases/{held_lease}/take-back",
        "managers of the workspace",
    ),
    Row("GET", "/{organization}/datasets/{dataset}/queue", "managers of the workspace"),
    Row("POST", "/{organization}/datasets/{dataset}/queue", "managers of the workspace", RULES),
    Row(
        "GET",
        "/{organization}/datasets/{simple_dataset}/queue/records?which=all",
        "managers of the workspace",
    ),
    Row(
        "POST",
        "/{organization}/datasets/{simple_dataset}/queue/records",
        "managers of the workspace",
        {"which": "all", "priority": "8"},
    ),
    Row("POST", "/{organization}/datasets/{dataset}/queue/words", "managers of the workspace", RULES),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/queue/pause",
        "managers of the workspace",
        {"pause_note": "Back on Monday."},
    ),
    Row("POST", "/{organization}/datasets/{dataset}/queue/resume", "managers of the workspace"),
    Row("GET", "/{organization}/datasets/{dataset}/settings", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/settings",
        "managers of the workspace",
        {"name": "Other", "min_submitted": "1"},
    ),
    Row("POST", "/{organization}/datasets/{draft_dataset}/publish", "managers of the workspace"),
    Row("GET", "/{organization}/datasets/{dataset}/delete", "managers of the workspace"),
    Row("GET", "/{organization}/datasets/{inviting_dataset}/write", "labelers of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{inviting_dataset}/write",
        "labelers of the workspace",
        {"field:prompt": "Why?", "reply": "So.", "alike": "seen"},
    ),
    Row("POST", "/{organization}/datasets/{dataset}/preview", "labelers of the workspace", {"text": "*Hm.*"}),
    Row("GET", "/{organization}/datasets/{dataset}/guidelines", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/guidelines",
        "managers of the workspace",
        {"guidelines": "Be fair."},
    ),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/guidelines/preview",
        "managers of the workspace",
        {"guidelines": "Be fair."},
    ),
    Row("GET", "/{organization}/datasets/{dataset}/guidelines/1", "managers of the workspace"),
    Row("GET", "/{organization}/datasets/{draft_dataset}/fields/new?kind=text", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{draft_dataset}/questions/new?kind=text",
        "managers of the workspace",
        {"title": "Why?"},
    ),
    Row(
        "POST",
        "/{organization}/datasets/{draft_dataset}/fields/try?kind=custom",
        "managers of the workspace",
        {"set-template": "<b>A</b>", "sample": "{{}}"},
    ),
    Row("GET", "/{organization}/datasets/{draft_dataset}/fields/{field}", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{draft_dataset}/fields/{field}",
        "managers of the workspace",
        {"title": "Other"},
    ),
    Row(
        "POST", "/{organization}/datasets/{draft_dataset}/fields/{field}/remove", "managers of the workspace"
    ),
    Row("GET", "/{organization}/datasets/{dataset}/files", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/import",
        "managers of the workspace",
        {"file": Attached()},
    ),
    Row("GET", "/{organization}/datasets/{dataset}/export/", "managers of the workspace"),
    Row("GET", "/{organization}/datasets/{dataset}/export/records", "managers of the workspace"),
    Row("POST", "/{organization}/datasets/{dataset}/export/records", "managers of the workspace"),
    Row("GET", "/{organization}/datasets/{dataset}/snapshots/", "managers of the workspace"),
    Row(
        "POST", "/{organization}/datasets/{dataset}/snapshots/{snapshot}/produce", "managers of the workspace"
    ),
    Row("GET", "/{organization}/datasets/{dataset}/snapshots/{snapshot}/delete", "managers of the workspace"),
    Row(
        "POST", "/{organization}/datasets/{dataset}/snapshots/{snapshot}/delete", "managers of the workspace"
    ),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/import/folder",
        "managers of the workspace",
        {"below-folder": "{opened_folder}"},
    ),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/hub/look",
        "managers of the workspace",
        {"hub-name": "ana/wells", "hub-subset": "default", "hub-split": "train"},
    ),
    Row(
        "POST",
        "/{organization}/datasets/{filled_dataset}/hub/push",
        "managers of the workspace",
        {"push-name": "ana/wells", "push-token": "hf_token"},
    ),
    Row("GET", "/{organization}/jobs/", "managers"),
    Row("GET", "/{organization}/jobs/{export_job}/", "managers of the workspace"),
    Row("GET", "/{organization}/jobs/{export_job}/result", "managers of the workspace"),
    Row("GET", "/{organization}/jobs/{export_job}/files", "managers of the workspace"),
    Row("GET", "/{organization}/jobs/{export_job}/files/README.md", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/jobs/{export_job}/push",
        "managers of the workspace",
        {"push-name": "ana/wells", "push-token": "hf_token"},
    ),
    Row("GET", "/{organization}/jobs/{export_job}/problems", "managers of the workspace"),
    Row("POST", "/{organization}/jobs/{export_job}/cancel", "managers of the workspace"),
    Row("POST", "/{organization}/jobs/{failed_job}/retry", "managers of the workspace"),
    Row("GET", "/{organization}/jobs/live", "managers"),
    Row("GET", "/{organization}/datasets/{dataset}/clone", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/datasets/{dataset}/uploads",
        "managers of the workspace",
        {"filename": "prompts.jsonl", "size": 100},
    ),
    Row("PUT", "/{organization}/uploads/{upload}?offset=0", "max", {"prompt": "What is a well?"}),
    Row("POST", "/{organization}/uploads/{upload}/cancel", "max"),
    Row("GET", "/{organization}/jobs/{kept_upload}/mapping", "managers of the workspace"),
    Row(
        "POST",
        "/{organization}/jobs/{kept_upload}/mapping",
        "managers of the workspace",
        {"column.0": "prompt", "to.0": "fields.prompt"},
    ),
]


@builder
def webhook(things: Things) -> Any:
    return add_webhook(things.cast.acme, url=listener(), events=Event.values)


@builder
def delivery(things: Things) -> Any:
    assert things["webhook"]
    make.record(make.dataset(things.cast.workspace))
    return Delivery.objects.filter(event=Event.RECORD_CREATED).get()


LISTENERS = ExitStack()


@cache
def listener() -> str:
    """The address of a receiver that answers everybody, as long as the tests run."""
    return LISTENERS.enter_context(listening()).url


@builder
def opened_folder(things: Things) -> Any:
    """What lies in a folder that the operator opened to imports."""
    root = Path(LISTENERS.enter_context(TemporaryDirectory()))
    (root / "acme").mkdir()
    (root / "acme" / Attached.name).write_bytes(Attached().read())
    LISTENERS.enter_context(override_settings(IMPORT_FOLDER=str(root)))
    return Attached.name


@builder
def provider(things: Things) -> Any:
    return provider_of_all()


@cache
def provider_of_all() -> str:
    """The name of a provider that is set up as long as the tests run. Tests about providers set up their own."""
    there = LISTENERS.enter_context(running())
    LISTENERS.enter_context(override_settings(OAUTH=setting(there.issuer, "acme")))
    return "sso"


@builder
def idp(things: Things) -> Any:
    """An identity provider of Acme's, which answers as long as the tests run."""
    return oidc(things.cast.acme, answering())


@builder
def saml(things: Things) -> Any:
    return add_saml(things.cast.acme)


@builder
def domain(things: Things) -> Any:
    return claim_domain(things.cast.acme, "acme.example")


@cache
def answering() -> IdentityProvider:
    return LISTENERS.enter_context(running())


OIDC = {
    "name": "Okta",
    "issuer": "https://id.example",
    "client_id": "assay",
    "scopes": "openid",
    "is_on": "on",
}
SIGNING_IN = "/{organization}/signing-in/"

ROWS += [
    # How an organization's people sign in
    Row("GET", "/sign-in/", "everybody"),
    Row("GET", "/{organization}/sign-in/{idp}/", "everybody"),
    Row("GET", "/{organization}/sign-in/{idp}/end", "everybody, coming back"),
    Row("POST", "/{organization}/sign-in/{saml}/saml", "everybody, coming back"),
    Row("GET", "/{organization}/sign-in/{saml}/metadata", "everybody"),
    Row("GET", SIGNING_IN, "owners"),
    Row("POST", f"{SIGNING_IN}rules", "owners", {}),
    Row("GET", f"{SIGNING_IN}providers/new/oidc", "owners"),
    Row("GET", f"{SIGNING_IN}providers/new/saml", "owners"),
    Row("POST", f"{SIGNING_IN}providers/new/oidc", "owners", OIDC),
    Row("GET", f"{SIGNING_IN}providers/{{idp}}/", "owners"),
    Row("POST", f"{SIGNING_IN}providers/{{idp}}/", "owners", OIDC),
    Row("POST", f"{SIGNING_IN}providers/{{idp}}/test", "owners"),
    Row("GET", f"{SIGNING_IN}providers/{{idp}}/delete", "owners"),
    Row("POST", f"{SIGNING_IN}providers/{{idp}}/delete", "owners"),
    Row("POST", f"{SIGNING_IN}domains", "owners", {"name": "other.example"}),
    Row("POST", f"{SIGNING_IN}domains/{{domain}}/prove", "owners"),
    Row("POST", f"{SIGNING_IN}domains/{{domain}}/drop", "owners"),
]

TRASH = "/{organization}/trash/"
ROWS += [
    # The trash
    Row("GET", "/api/v1/trash", "managers, at home"),
    Row("POST", "/api/v1/trash/{deleted_dataset}/restore", "managers of the workspace", {"name": "Back"}),
    Row("POST", "/api/v1/trash/{deleted_records}/restore", "managers of the workspace", {}),
    Row("POST", "/api/v1/trash/{deleted_workspace}/restore", "owners, and nobody knows of it", {}),
    Row("DELETE", "/api/v1/trash/{deleted_dataset}", "managers of the workspace"),
    Row("DELETE", "/api/v1/trash/{deleted_records}", "managers of the workspace"),
    Row("DELETE", "/api/v1/trash/{deleted_workspace}", "owners, and nobody knows of it"),
    Row("GET", TRASH, "managers"),
    Row("POST", f"{TRASH}{{deleted_dataset}}/restore", "managers of the workspace"),
    Row("POST", f"{TRASH}{{deleted_records}}/restore", "managers of the workspace"),
    Row("POST", f"{TRASH}{{deleted_workspace}}/restore", "owners, and nobody knows of it"),
    Row("GET", f"{TRASH}{{deleted_dataset}}/delete", "managers of the workspace"),
    Row("POST", f"{TRASH}{{deleted_dataset}}/delete", "managers of the workspace", {"typed": "Gone"}),
    Row("GET", f"{TRASH}{{deleted_workspace}}/delete", "owners, and nobody knows of it"),
    Row("POST", f"{TRASH}{{deleted_workspace}}/delete", "owners, and nobody knows of it", {"typed": "left"}),
]

HOOK = {"url": "https://example.com/hook", "events": ["record.completed"]}

ROWS += [
    # Webhooks
    Row("GET", "/api/v1/webhooks", "owners, at home", reads=False),  # it shows their secrets
    Row("POST", "/api/v1/webhooks", "owners, at home", HOOK),
    Row("PATCH", "/api/v1/webhooks/{webhook}", "owners", {"enabled": False}),
    Row("DELETE", "/api/v1/webhooks/{webhook}", "owners"),
    Row("POST", "/api/v1/webhooks/{webhook}/ping", "owners"),
    Row("GET", "/{organization}/webhooks/", "owners"),
    Row("GET", "/{organization}/webhooks/new", "owners"),
    Row("POST", "/{organization}/webhooks/new", "owners", HOOK),
    Row("GET", "/{organization}/webhooks/{webhook}/", "owners"),
    Row("POST", "/{organization}/webhooks/{webhook}/", "owners", HOOK),
    Row("POST", "/{organization}/webhooks/{webhook}/ping", "owners"),
    Row("POST", "/{organization}/webhooks/{webhook}/secret", "owners"),
    Row("GET", "/{organization}/webhooks/{webhook}/delete", "owners"),
    Row("POST", "/{organization}/webhooks/{webhook}/delete", "owners"),
    Row("GET", "/{organization}/webhooks/deliveries/", "managers"),
    Row("GET", "/{organization}/webhooks/deliveries/{delivery}/", "managers of the workspace"),
    Row("POST", "/{organization}/webhooks/deliveries/{delivery}/retry", "managers of the workspace"),
]
