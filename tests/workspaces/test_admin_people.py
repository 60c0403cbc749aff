"""People, places and keys in the admin: added, changed and let go by the same acts as everywhere."""

from django.test import Client

from accounts.models import ApiKey, Membership, Organization
from tests import make
from tests.cast import Cast
from workspaces.models import Workspace, WorkspaceMembership

MEMBERS = "/admin/accounts/membership/"


def test_an_owner_adds_somebody_whose_password_is_shown_once(cast: Cast) -> None:
    given = {
        "username": "eve",
        "first_name": "Eve",
        "role": "annotator",
        "workspaces": [str(cast.workspace.pk)],
    }
    page = cast.pages(cast.ana).post(f"{MEMBERS}add/", given)
    assert page.status_code == 200
    eve = Membership.objects.get(username="eve")
    password = page.context["people"][0].password
    assert eve.user is not None
    assert eve.user.check_password(password)
    assert set(eve.workspaces.all()) == {cast.workspace}
    assert cast.pages(cast.ana).post(f"{MEMBERS}add/", given).status_code == 422


def test_managers_make_labelers_for_their_own_workspaces_only(cast: Cast) -> None:
    client, closed = cast.pages(cast.max), make.workspace(cast.acme, "closed")
    for role, place in (
        ("owner", cast.workspace), ("admin", cast.workspace), ("annotator", closed), ("annotator", cast.rival_workspace)
    ):  # fmt: skip
        given = {"username": "eve", "role": role, "workspaces": [str(place.pk)]}
        assert client.post(f"{MEMBERS}add/", given).status_code == 422
        assert (
            client.post(
                f"{MEMBERS}many/", {"usernames": "fay", "role": role, "workspaces": [str(place.pk)]}
            ).status_code
            == 422
        )
    ben = {"username": "ben", "first_name": "B", "last_name": "", "role": "owner"}
    assert client.post(f"{MEMBERS}{cast.ben.pk}/change/", ben).status_code == 422
    assert client.post(f"{MEMBERS}{cast.ana.pk}/change/", ben).status_code in (403, 404)
    assert not Membership.objects.filter(username__in=("eve", "fay")).exists()


def test_many_labelers_come_at_once(cast: Cast) -> None:
    client, place = cast.pages(cast.max), [str(cast.workspace.pk)]
    numbered = {"word": "judge", "number": "12", "role": "annotator", "workspaces": place}
    page = client.post(f"{MEMBERS}many/", numbered)
    assert len(page.context["people"]) == 12
    assert page.context["people"][0].password in page.content.decode()
    listed = {"usernames": "fay\ngil", "role": "annotator", "workspaces": place}
    assert client.post(f"{MEMBERS}many/", listed).status_code == 200
    assert client.post(f"{MEMBERS}many/", listed).status_code == 422
    assert cast.workspace.members.filter(username__startswith="judge-").count() == 12


def test_members_are_renamed_and_let_go_but_not_the_last_owner(cast: Cast) -> None:
    client = cast.pages(cast.ana)
    given = {"username": "ben", "first_name": "Benjamin", "last_name": "", "role": "admin"}
    assert client.post(f"{MEMBERS}{cast.ben.pk}/change/", given).status_code == 302
    cast.ben.refresh_from_db()
    assert (cast.ben.first_name, cast.ben.role) == ("Benjamin", "admin")
    client.post(f"{MEMBERS}{cast.dov.pk}/delete/", {"post": "yes"})
    cast.dov.refresh_from_db()
    assert cast.dov.left_at is not None
    page = client.post(f"{MEMBERS}{cast.ana.pk}/delete/", {"post": "yes"}, follow=True)
    assert "only owner" in page.content.decode()
    page = client.post(
        MEMBERS,
        {"action": "delete_selected", "_selected_action": [str(cast.ana.pk)], "post": "yes"},
        follow=True,
    )
    assert "only owner" in page.content.decode()
    given = {"username": "ana", "first_name": "Ana", "last_name": "", "role": "annotator"}
    assert client.post(f"{MEMBERS}{cast.ana.pk}/change/", given).status_code == 422


def test_workspaces_are_the_owners_and_refuse_to_go_with_datasets(cast: Cast) -> None:
    add, client = "/admin/workspaces/workspace/add/", cast.pages(cast.ana)
    assert cast.pages(cast.max).post(add, {"name": "more"}).status_code == 403
    assert client.post(add, {"name": "no spaces, please"}).status_code == 422
    assert client.post(add, {"name": "acme-workspace"}).status_code == 422
    assert client.post(add, {"name": "more"}).status_code == 302
    made = Workspace.objects.get(name="more")
    assert made.organization == cast.acme
    client.post(f"/admin/workspaces/workspace/{made.pk}/change/", {"name": "less"})
    made.refresh_from_db()
    assert made.name == "less"
    make.dataset(made)
    page = client.post(f"/admin/workspaces/workspace/{made.pk}/delete/", {"post": "yes"}, follow=True)
    assert "still has datasets" in page.content.decode()


def test_people_are_let_in_and_out_and_foreign_ids_are_refused(cast: Cast) -> None:
    add, client = "/admin/workspaces/workspacemembership/add/", cast.pages(cast.ana)
    for place, person in (
        (cast.rival_workspace, cast.dov),
        (cast.workspace, cast.cleo),
        (cast.workspace, cast.ben),
    ):
        answer = client.post(
            add, {"workspace": str(place.pk), "membership": str(person.pk), "role": "labeler"}
        )
        assert answer.status_code == 422
    given = {"workspace": str(cast.workspace.pk), "membership": str(cast.dov.pk), "role": "viewer"}
    assert client.post(add, given).status_code == 302
    place = WorkspaceMembership.objects.get(membership=cast.dov)
    assert (place.role, place.role_set_by) == ("viewer", cast.ana)
    change = f"/admin/workspaces/workspacemembership/{place.pk}/change/"
    assert client.post(change, {"role": "manager"}).status_code == 302
    assert cast.pages(cast.max).post(change, {"role": "viewer"}).status_code == 403
    place.refresh_from_db()
    assert place.role == "manager"
    client.post(f"/admin/workspaces/workspacemembership/{place.pk}/delete/", {"post": "yes"})
    assert not WorkspaceMembership.objects.filter(membership=cast.dov).exists()


def test_a_key_is_shown_once_works_and_ends(cast: Cast) -> None:
    client = cast.pages(cast.max)
    page = client.post("/admin/accounts/apikey/add/", {"name": "Notebook", "days": "30", "scope": "manage"})
    issued = page.context["issued"]
    assert issued.key in page.content.decode()
    assert issued.api_key.membership == cast.max
    assert Client(headers={"X-Argilla-Api-Key": issued.key}).get("/api/v1/me").status_code == 200
    foreign = make.key(cast.ana) and ApiKey.objects.get(membership=cast.ana)
    chosen = [str(issued.api_key.pk), str(foreign.pk)]
    client.post(
        "/admin/accounts/apikey/", {"action": "end_keys", "confirmed": "yes", "_selected_action": chosen}
    )
    assert Client(headers={"X-Argilla-Api-Key": issued.key}).get("/api/v1/me").status_code == 401
    foreign.refresh_from_db()
    assert foreign.revoked_at is None


def test_the_operator_founds_organizations_and_sees_whose_everything_is(cast: Cast) -> None:
    client = Client()
    client.force_login(make.operator())
    given = {"name": "Newcomers", "username": "nia", "password": make.PASSWORD, "email": ""}
    assert client.post("/admin/accounts/organization/add/", {**given, "password": "short"}).status_code == 422
    assert client.post("/admin/accounts/organization/add/", given).status_code == 302
    made = Organization.objects.get(name="Newcomers")
    nia = Membership.objects.get(organization=made)
    assert (nia.username, nia.role) == ("nia", "owner")
    assert "Newcomers" in client.get(MEMBERS).content.decode()
    assert len(client.get(f"{MEMBERS}?organization__id__exact={made.pk}").context["cl"].result_list) == 1
    assert (
        client.post(
            "/admin/workspaces/workspace/add/", {"organization": str(made.pk), "name": "first"}
        ).status_code
        == 302
    )
    assert Workspace.objects.get(name="first").organization == made
    added = client.post(
        f"{MEMBERS}add/", {"organization": str(made.pk), "username": "ned", "role": "annotator"}
    )
    assert added.status_code == 200
    assert Membership.objects.get(username="ned").organization == made
    owner = cast.pages(cast.ana)
    assert owner.get("/admin/accounts/organization/add/").status_code == 403
    [own] = owner.get("/admin/accounts/organization/").context["cl"].result_list
    assert own == cast.acme
    for path in ("change", "delete"):
        assert owner.get(f"/admin/accounts/organization/{made.pk}/{path}/").status_code in (403, 404)
