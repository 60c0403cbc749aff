"""The demonstration organization with a row in every table that a backup has, and with values that are hard to copy."""

from __future__ import annotations

from io import BytesIO

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.timezone import now

from accounts.actions import issue_api_key
from accounts.models import Identity, Membership, Organization, User
from accounts.sign_in_models import Domain, IdentityProvider
from core.sealed import seal
from core.tenancy import acting_for
from feedback.actions.assigning import run_assign, start_assignment
from feedback.actions.bulk_answers import run_answers, start_answers
from feedback.actions.demo import seed_demo
from feedback.actions.entries import Entry
from feedback.actions.export_starts import start_export
from feedback.actions.exporting import run_export
from feedback.actions.importing import run_import
from feedback.actions.queue import lease_next
from feedback.actions.records import create_records, delete_records
from feedback.actions.responses import skip_record
from feedback.actions.saved_views import save_view
from feedback.actions.schema import add_vector_settings
from feedback.actions.suggestions import Given
from feedback.actions.uploads import start_import
from feedback.actions.webhooks import add_webhook
from feedback.models import BulkAnswer, Dataset, KeptMapping, Lease, PastLease, Record
from feedback.models.webhooks import Event
from feedback.search.selection import Selection
from tests import make
from workspaces.actions import create_group, invite
from workspaces.models import Workspace

NOBODY = "http://127.0.0.1:9/hook"  # listens there, which is found out at once
KEY = "a-key-of-the-demonstration-0123456789"
# Numbers as they stand in JSON, texts that look like something else, and an id that is somebody's content.
METADATA = {
    "deep": [{"a": [1e300, 0.1, -5e-324, 12345678901234567890, True, None, []]}, {}],
    "text": 'tab\t "quoted" back\\slash \\n line\nfeed \u2028 \U0001f573 עברית \\x00',
    "id": "01a216cd-65f7-766f-a0ab-a50bb45ffc5b",
}


def furnish() -> Organization:
    """Make it all."""
    organization = seed_demo()
    with acting_for(organization.pk):
        with transaction.atomic():
            people = {one.username: one for one in Membership.objects.filter(organization=organization)}
            workspace = Workspace.objects.get(organization=organization)
            owner, mina = people["olivia"], people["mina"]
            _give_address(owner)
            add_webhook(organization, url=NOBODY, events=[Event.DATASET_PUBLISHED, Event.RECORD_DELETED])
            issue_api_key(mina, name="Notebook", key=KEY)
            invite(organization, "eve@example.org", by=owner, workspaces={workspace: None})
            create_group(workspace, name="Translators", members=[mina])
            dataset = make.dataset(workspace, "Hard to copy", guidelines="Be exact.", metadata={"a": 1.10})
            add_vector_settings(dataset, name="meaning", title="Meaning", dimensions=3)
            comment = dataset.questions.get(name="comment")
            create_records(dataset, [_entry(number, comment.pk) for number in range(8)])
            simple = make.dataset(
                workspace,
                "Rated",
                questions={"quality": {"type": "rating", "options": [{"value": 1}, {"value": 2}]}},
            )
            make.records(simple, 3)
            KeptMapping.objects.create(
                organization=organization, dataset=dataset, columns="c", mapping={"a": "fields.prompt"}
            )
            save_view(dataset, name="Of Mina", address=f"user={mina.pk}&q=well", by=owner, is_shared=True)
        _work(dataset, simple, people)
    return organization


def _give_address(owner: Membership) -> None:
    user = owner.user
    assert user is not None
    User.objects.filter(pk=user.pk).update(email="olivia@example.org", managed_by=None)
    EmailAddress.objects.create(user=user, email="olivia@example.org", verified=True, primary=True)
    Identity.objects.create(user=user, issuer="https://id.example.org", subject="olivia")
    provider = IdentityProvider.objects.create(
        organization=owner.organization,
        protocol="oidc",
        name="Okta",
        issuer="https://okta.example.org",
        client_secret=seal("secret of a provider"),
        rules=[{"group": "*", "role": "labeler", "workspaces": [str(Workspace.objects.get().pk)]}],
    )
    Identity.objects.create(user=user, provider=provider, issuer="https://okta.example.org", subject="olivia")
    Domain.objects.create(organization=owner.organization, name="example.org", token="t", proven_at=now())


def _entry(number: int, question: object) -> Entry:
    return Entry(
        external_id=f'r"{number}\\{number}',
        fields=make.fields(number),
        metadata=METADATA | {"number": number + 0.1},
        suggestions=[Given(question, f"Suggested {number}", score=0.1 + number / 100, agent="bot")],  # type: ignore[arg-type]
        vectors={"meaning": [number / 3, 1e-30, -0.0]},
    )


def _work(dataset: Dataset, simple: Dataset, people: dict[str, Membership]) -> None:
    """Answers, leases that are held and that ended, an assignment, jobs with files and with bad rows."""
    marcus, mina, lena = people["marcus"], people["mina"], people["lena"]
    with transaction.atomic():
        records = list(Record.objects.filter(dataset=dataset).order_by("position"))
        for record in records[:3]:
            make.response(record, mina)
        for _ in range(2):
            held = lease_next(dataset, by=lena)
            skip_record(held.record, by=lena)  # type: ignore[union-attr]
        lease_next(dataset, by=people["tariq"])
        assignment = start_assignment(dataset, Selection(None), people={mina.pk: 1}, by=marcus)
        answers = start_answers(simple, Selection(None), values={"quality": 2}, replaces=False, by=marcus)
        bad = start_import(
            simple, BytesIO(b'{"prompt": "Good"}\n{"prompt": "\\u0000"}\n\xff\xfe\n'), filename="bad.jsonl", by=marcus,
            mapping={"prompt": "fields.prompt"},
        )  # fmt: skip
        export = start_export(dataset, format="records", name="As it was", by=marcus)
    ids = str(dataset.organization_id)
    run_assign(ids, str(assignment.job_id))
    run_answers(ids, str(answers.pk))
    run_import(ids, str(bad.pk))
    run_export(ids, str(export.pk))
    _throw_away(dataset, simple, records)


def _throw_away(dataset: Dataset, simple: Dataset, records: list[Record]) -> None:
    """Into the trash: a record with an answer, one that was skipped, one that was answered with many others at once."""
    with transaction.atomic():
        by = Membership.objects.get(username="marcus", organization=dataset.organization_id)
        held = Lease.objects.values("record_id")
        skipped = PastLease.objects.exclude(record__in=held).values_list("record_id", flat=True)
        delete_records(dataset, {records[1].pk, skipped[0]}, by=by)
        delete_records(simple, [BulkAnswer.objects.filter(record__dataset=simple)[0].record_id], by=by)
