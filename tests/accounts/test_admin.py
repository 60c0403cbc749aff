"""Every page of the admin, found in the registry: who sees which rows there, and what becomes of foreign ones."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.admin.base import TenantAdmin
from accounts.audit_models import AuditEntry
from accounts.models import ApiKey, Membership, Organization, OrganizationRequest
from feedback.actions.assigning import start_assignment
from feedback.actions.datasets import delete_dataset
from feedback.actions.export_starts import start_export
from feedback.actions.personal import ask_for_copy
from feedback.actions.records import delete_records
from feedback.actions.webhooks import add_webhook
from feedback.models import (
    Assignment,
    Dataset,
    DeletedDataset,
    DeletedRecords,
    Delivery,
    GuidelinesVersion,
    Job,
    PersonalRequest,
    QueueRules,
    Record,
    Response,
    Webhook,
)
from feedback.search.selection import Selection
from tests import make, together
from tests.cast import Cast, assemble
from workspaces.actions import create_group, delete_workspace, invite
from workspaces.models import DeletedWorkspace, Group, Invitation, Workspace, WorkspaceMembership

PAGES: dict[type[Model], TenantAdmin] = dict(admin.site._registry)  # type: ignore[arg-type]
MODELS = sorted(PAGES, key=lambda model: model.__name__)
MANAGING = ("ana", "max", "cleo")
MOST_QUERIES = 40

db, undone = together.db, together.undone


@pytest.fixture(scope="module")
def made(db: None) -> Cast:
    """Each organization has one of everything; Acme has a second workspace in which Max only labels."""
    cast = assemble()
    closed = make.workspace(cast.acme, "closed")
    people = {cast.workspace: cast.ben, cast.rival_workspace: cast.cleo, closed: cast.ana}
    datasets = [make.dataset(place) for place in people]  # before anybody hears of them
    for dataset, person in zip(datasets, people.values(), strict=True):
        fill(dataset, person)
    make.place(closed, cast.max, "labeler")
    for organization in (cast.acme, cast.rival):
        delete_workspace(make.workspace(organization, "left"))
    make.key(cast.max)
    for person in (cast.ana, cast.max, cast.cleo):
        invite(person.organization, f"of-{person.username}@example.com", by=person)
        ask_for_copy(person, by=person)
    OrganizationRequest.objects.create(user=cast.dov.user, name="Wells", slug="wells", first_name="Dov")
    return cast


@pytest.fixture
def world(made: Cast, undone: None) -> Cast:
    """What was made, for this test."""
    return deepcopy(made)


def fill(dataset: Dataset, person: Membership) -> None:
    place = dataset.workspace
    if not place.members.filter(pk=person.pk).exists():
        make.place(place, person)
    if not Webhook.objects.filter(organization=place.organization).exists():
        add_webhook(place.organization, url="https://example.com/", events=["record.created"])
    record = make.record(dataset)
    make.response(record, person)
    start_export(dataset, format="records", by=None)
    make.key(person)
    create_group(place, name=f"Friends of {person.username}", members=[person])
    start_assignment(dataset, Selection(None), people={person.pk: 1.0}, by=person)
    delete_records(dataset, [make.record(dataset).pk])
    delete_dataset(make.dataset(place))


def everything(model: type[Model]) -> set[Any]:
    """All rows but those of datasets in the trash."""
    rows = model._default_manager.all()
    if hasattr(model, "dataset"):
        rows = rows.filter(dataset__in=Dataset.objects.all())
    return {row.pk for row in rows}


def rows_of(model: type[Model], name: str, cast: Cast) -> set[Any]:
    """The rows that this person should see, said in another way than the admin finds them."""
    by: Membership = getattr(cast, name)
    rows = model._default_manager.filter(pk__in=everything(model))
    if model in OPERATORS:
        return set()
    if model is Organization:
        return {by.organization_id}
    rows = rows.filter(organization=by.organization_id)
    if name == "max":
        rows = rows.filter(**MAX[model](cast))
    return {row.pk for row in rows}


MAX: dict[type[Model], Any] = {
    ApiKey: lambda cast: {"membership": cast.max},
    Membership: lambda cast: {"pk__in": [cast.max.pk, cast.ben.pk]},
    Workspace: lambda cast: {"pk": cast.workspace.pk},
    WorkspaceMembership: lambda cast: {"workspace": cast.workspace},
    Group: lambda cast: {"workspace": cast.workspace},
    Dataset: lambda cast: {"workspace": cast.workspace},
    DeletedDataset: lambda cast: {"workspace": cast.workspace},
    DeletedRecords: lambda cast: {"dataset__workspace": cast.workspace},
    Assignment: lambda cast: {"dataset__workspace": cast.workspace},
    QueueRules: lambda cast: {"dataset__workspace": cast.workspace},
    GuidelinesVersion: lambda cast: {"dataset__workspace": cast.workspace},
    Record: lambda cast: {"dataset__workspace": cast.workspace},
    Response: lambda cast: {"dataset__workspace": cast.workspace},
    Job: lambda cast: {"dataset__workspace": cast.workspace},
    Delivery: lambda cast: {"workspace": cast.workspace},
    Invitation: lambda cast: {"invited_by": cast.max},
}
OPERATORS: set[type[Model]] = {OrganizationRequest}  # the pages that the operator alone has
OF_NO_TENANT: set[type[Model]] = {Organization, OrganizationRequest}
OWNERS_ALONE = {
    Organization: ("ana", "cleo"),
    OrganizationRequest: (),
    AuditEntry: ("ana", "cleo"),
    PersonalRequest: ("ana", "cleo"),
    Webhook: ("ana", "cleo"),
    DeletedWorkspace: ("ana", "cleo"),
}  # pages that are not for every manager


def managing(model: type[Model]) -> tuple[str, ...]:
    """Who of those who manage has this page at all."""
    return OWNERS_ALONE.get(model, MANAGING)


def url(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def in_list(client: Client, model: type[Model]) -> set[Any]:
    """The ids in the list, all datasets' taken together where each has its own list."""
    found, lists = set(), Dataset.objects.all() if hasattr(model, "dataset") else ()
    for query in ["", *(f"?dataset__id__exact={one.pk}" for one in lists)]:
        answer = client.get(url(model, "changelist") + query)
        assert answer.status_code in (200, 302), (model, answer.status_code)
        if answer.status_code == 200:
            found |= {row.pk for row in answer.context["cl"].result_list}
    return found


def test_only_pages_that_know_organizations_are_in_the_admin() -> None:
    assert all(isinstance(page, TenantAdmin) for page in PAGES.values())
    assert {"Dataset", "Record", "Job", "Membership", "Workspace", "ApiKey"} <= {
        one.__name__ for one in MODELS
    }
    assert set(MODELS) - set(OWNERS_ALONE) == set(MAX), (
        "A new page of the admin: say in this file what Max sees of it."
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_lists_hold_what_each_may_see_and_nothing_else(world: Cast, model: type[Model]) -> None:
    for name in MANAGING:
        client = world.pages(getattr(world, name))
        if name not in managing(model):
            assert client.get(url(model, "changelist")).status_code == 403
            continue
        expected = rows_of(model, name, world)
        assert expected, "There is nothing to see, so nothing is tested."
        assert in_list(client, model) == expected, name
    operator = Client()
    operator.force_login(make.operator())
    seen = in_list(operator, model)
    assert seen == everything(model) or (len(seen) == PAGES[model].list_per_page and seen < everything(model))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_one_may_not_see_is_not_there(world: Cast, model: type[Model]) -> None:
    if model in OPERATORS:
        pytest.skip("Only the operator has this page, and it has no rows for others.")
    for name in managing(model):
        client, mine = world.pages(getattr(world, name)), rows_of(model, name, world)
        foreign = model._default_manager.exclude(pk__in=mine).first()
        own = model._default_manager.filter(pk__in=mine).first()
        assert foreign is not None
        assert own is not None
        for page in pages_of(model):
            for method in (client.get, client.post):
                with transaction.atomic():
                    assert method(url(model, page, foreign.pk)).status_code in (403, 404), (name, page)
                    transaction.set_rollback(True)
        assert client.get(url(model, "change", own.pk)).status_code == 200, name


def pages_of(model: type[Model]) -> Iterator[str]:
    """Every page about one row: Django's, and those that the admin of this model adds."""
    before = f"{model._meta.app_label}_{model._meta.model_name}_"
    for pattern in PAGES[model].get_urls():
        if pattern.name and pattern.name.startswith(before) and pattern.pattern.converters:
            yield pattern.name.removeprefix(before)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_labelers_and_strangers_have_no_admin(world: Cast, model: type[Model]) -> None:
    some = model._default_manager.first()
    assert some is not None
    addresses = [
        url(model, "changelist"),
        url(model, "add"),
        *(url(model, page, some.pk) for page in pages_of(model)),
    ]
    browsers = [world.pages(labeler) for labeler in (world.ben, world.dov, world.rex, world.vic)]
    for address in addresses:
        for browser in browsers:
            assert browser.get(address, follow=True).status_code == 403, address
            assert browser.post(address).status_code in (302, 403), address
        assert Client().get(address).url == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_adding_and_deleting_open_to_those_who_may(world: Cast, model: type[Model]) -> None:
    page = PAGES[model]
    for name in MANAGING:
        by: Membership = getattr(world, name)
        client = world.pages(by)
        may = page.add_verb is not None and (by.is_owner or page.add_verb != "own")
        may = may and model not in OF_NO_TENANT
        assert client.get(url(model, "add")).status_code == (200 if may else 403), name
        if name not in managing(model):
            continue
        own = model._default_manager.filter(pk__in=rows_of(model, name, world)).first()
        assert own is not None
        answer = client.get(url(model, "delete", own.pk)).status_code
        assert answer == 403 if page.delete_verb is None else answer in (200, 403)
    operator = Client()
    operator.force_login(make.operator())
    may = page.add_verb is not None and model is not ApiKey
    assert operator.get(url(model, "add")).status_code == (200 if may else 403)


def test_lists_ask_few_questions_however_long_they_are(world: Cast) -> None:
    for _ in range(6):
        fill(make.dataset(world.workspace), make.member(world.acme))
    dataset = Dataset.objects.filter(workspace=world.workspace).first()
    assert dataset is not None
    make.records(dataset, 20)
    client = world.pages(world.ana)
    for model in set(MODELS) - OPERATORS:
        address = url(model, "changelist")
        if hasattr(model, "dataset"):
            address += f"?dataset__id__exact={dataset.pk}"
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= MOST_QUERIES, (model, [one["sql"][:150] for one in asked])


def test_the_front_page_shows_each_their_own(world: Cast) -> None:
    text = world.pages(world.max).get("/admin/").content.decode()
    assert "Datasets" in text
    assert "Organizations" not in text
    operator = Client()
    operator.force_login(make.operator())
    assert "Organizations" in operator.get("/admin/").content.decode()


def test_the_wall_below_holds_when_the_admin_forgets_to_ask(
    world: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_rows(self: TenantAdmin, request: Any, verb: Any = None) -> Any:
        return admin.ModelAdmin.get_queryset(self, request)

    monkeypatch.setattr(TenantAdmin, "rows", all_rows)
    client = world.pages(world.cleo)
    for model in set(MODELS) - OF_NO_TENANT:  # whose tables are of no tenant
        theirs = {row.pk for row in model._default_manager.filter(organization=world.rival)}
        foreign = model._default_manager.filter(organization=world.acme).first()
        assert foreign is not None
        assert in_list(client, model) <= theirs
        assert client.get(url(model, "change", foreign.pk)).status_code == 404


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_filter_leads_to_what_one_may_not_see(world: Cast, model: type[Model]) -> None:
    if model in OPERATORS:
        pytest.skip("Only the operator has this page.")
    for name in managing(model):
        client, mine = world.pages(getattr(world, name)), rows_of(model, name, world)
        for field in relations_of(model):
            hidden = field.related_model._base_manager.exclude(organization=getattr(world, name).organization)
            for foreign in hidden[:2]:
                answer = client.get(url(model, "changelist"), {f"{field.name}__id__exact": str(foreign.pk)})
                assert answer.status_code in (200, 302), (name, field.name)
                if answer.status_code == 200:
                    assert {row.pk for row in answer.context["cl"].result_list} <= mine, (name, field.name)
                    assert f">{foreign}<" not in answer.content.decode(), (name, field.name)
        listed = client.get(url(model, "changelist"), follow=True)
        for spec in listed.context["cl"].filter_specs if "cl" in (listed.context or {}) else ():
            ids = {str(pk) for pk, _ in getattr(spec, "lookup_choices", ()) if spec_is_of_rows(spec)}
            offered = spec.field.related_model._base_manager.filter(pk__in=ids) if ids else ()
            assert {row.organization_id for row in offered} <= {getattr(world, name).organization_id}


def relations_of(model: type[Model]) -> list[Any]:
    """The fields that lead to other rows of organizations."""
    fields = [field for field in model._meta.concrete_fields if field.is_relation]
    return [field for field in fields if hasattr(field.related_model, "organization")]


def spec_is_of_rows(spec: Any) -> bool:
    """Whether a filter offers rows of another table."""
    return isinstance(spec, admin.RelatedFieldListFilter)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_action_reaches_what_one_may_not_see(world: Cast, model: type[Model]) -> None:
    if model in OPERATORS:
        pytest.skip("Only the operator has this page.")
    for name in managing(model):
        client, mine = world.pages(getattr(world, name)), rows_of(model, name, world)
        foreign = list(model._default_manager.exclude(pk__in=mine))
        request = client.get(url(model, "changelist"), follow=True).wsgi_request
        actions = PAGES[model].get_actions(request)
        for action in actions:
            before = digests()
            for confirmed in ({}, {"confirmed": "yes", "post": "yes"}):
                sent = {"action": action, "_selected_action": [str(row.pk) for row in foreign], **confirmed}
                address = url(model, "changelist")
                if hasattr(model, "dataset"):
                    address += f"?dataset__id__exact={foreign[0].dataset_id}"
                page = client.post(address, sent, follow=True)
                assert page.status_code in (200, 403, 404), (name, action)
                assert page.templates[0].name != "admin/confirm_action.html", (name, action)
            assert digests() == before, (name, action)


def digests() -> list[Any]:
    """A digest of the rows of each page's table. Visits are noted at memberships, so those are only counted."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(model._meta.db_table for model in set(MODELS) - OPERATORS):
            row = "one.id" if table == "accounts_membership" else "one"
            cursor.execute(
                f"select md5(string_agg({row}::text, '' order by {row}::text)) from {table} as one"
            )
            found.append((table, cursor.fetchone()))
    return found


def test_nothing_is_completed_as_one_types(world: Cast) -> None:
    """No form uses Django's autocomplete, so its address is closed."""
    assert not any(page.autocomplete_fields for page in PAGES.values())
    for model in MODELS:
        for field in relations_of(model):
            asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
            address = "/admin/autocomplete/"
            answer = world.pages(world.cleo).get(address, {**asked, "field_name": field.name, "term": ""})
            assert answer.status_code == 404, (model, field.name)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_can_be_searched(world: Cast, model: type[Model]) -> None:
    assert PAGES[model].search_fields
    if model in OPERATORS:
        return
    for name in managing(model):
        client = world.pages(getattr(world, name))
        answer = client.get(url(model, "changelist"), {"q": "zzz-nothing-is-called-that"}, follow=True)
        assert answer.status_code == 200
        assert not answer.context["cl"].result_list


def test_many_keys_end_only_after_a_page_has_asked(world: Cast) -> None:
    client, key = world.pages(world.max), ApiKey.objects.filter(membership=world.max).get()
    sent = {"action": "end_keys", "_selected_action": [str(key.pk)]}
    page = client.post("/admin/accounts/apikey/", sent)
    assert str(key) in page.content.decode()
    assert ApiKey.objects.get(pk=key.pk).revoked_at is None
    client.post("/admin/accounts/apikey/", {**sent, "confirmed": "yes"})
    assert ApiKey.objects.get(pk=key.pk).revoked_at is not None


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_rows_lead_to_the_products_own_page_about_them(world: Cast, model: type[Model]) -> None:
    page = PAGES[model]
    if not page.product_page:
        pytest.skip("The product has no page of its own about these.")
    name = "max" if "max" in managing(model) else "ana"
    client, own = world.pages(getattr(world, name)), rows_of(model, name, world)
    for pk in own:
        shown = client.get(url(model, "change", pk))
        assert client.get(shown.context["absolute_url"]).status_code == 200


def test_the_products_pages_lead_to_the_admin(world: Cast) -> None:
    client, dataset = world.pages(world.max), Dataset.objects.filter(workspace=world.workspace).get()
    job = Job.objects.filter(dataset=dataset).first()
    assert job is not None
    for page, row in (
        (f"datasets/{dataset.pk}/settings", url(Dataset, "change", dataset.pk)),
        (f"datasets/{dataset.pk}/queue", url(QueueRules, "change", dataset.pk)),
        (f"members/{world.ben.pk}/", url(Membership, "change", world.ben.pk)),
        (f"workspaces/{world.workspace.pk}/", url(Workspace, "change", world.workspace.pk)),
        (f"jobs/{job.pk}/", url(Job, "change", job.pk)),
    ):
        assert f'href="{row}"' in client.get(f"/acme/{page}").content.decode(), page
        assert client.get(row).status_code == 200
