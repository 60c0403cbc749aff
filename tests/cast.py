"""The people of every test, and how they call.

Ana owns Acme. Max manages Acme's workspace, and Ben labels there. Dov is in Acme, but not in the workspace.
Cleo owns Rival. Nobody is not signed in. These come only when they are asked for: Gus manages another workspace of
Acme; Rex reviews in its workspace, Vic looks on there, Sue is a program that manages it, and Bea managed it and left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import update_last_login
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.utils.crypto import get_random_string
from django.utils.timezone import now

from accounts.access import Role
from accounts.actions import remove_member
from accounts.models import Membership, Organization, User
from tests import make
from tests.answers import check_answer
from tests.policy import check_policy
from tests.recorded import Recording, Rows, rows_of
from workspaces.actions import add_service
from workspaces.models import Workspace

NAMES = ("ana", "max", "ben", "dov", "gus", "cleo", "nobody")
OTHERS = ("rex", "vic", "bea")  # roles beyond those of the organization, and somebody who left
PROGRAMS = ("sue", "reading", "elsewhere")  # which have no pages


class ApiClient(Client):
    """Calls the API: paths are below /api/v1, bodies are JSON unless a content type is given.

    What comes back is held to the API's document (tests/answers.py), whatever the test is about.
    """

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        path = path if path.startswith("/api") else f"/api/v1{path}"
        response = super().generic(method, path, *args, **kwargs)
        check_answer(method, path, response)
        return response

    def _json(self, method: str, path: str, data: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("content_type", "application/json")
        return getattr(super(), method)(path, {} if data is None else data, **kwargs)

    def post(self, path: str, data: Any = None, **kwargs: Any) -> Any:
        return self._json("post", path, data, **kwargs)

    def put(self, path: str, data: Any = None, **kwargs: Any) -> Any:
        return self._json("put", path, data, **kwargs)

    def patch(self, path: str, data: Any = None, **kwargs: Any) -> Any:
        return self._json("patch", path, data, **kwargs)


class PageClient(Client):
    """A browser. What it gets is held to the content security policy (tests/policy.py)."""

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        response = super().generic(method, path, *args, **kwargs)
        check_policy(response)
        return response


@dataclass
class Cast:
    """Everybody, where they are, and clients for each of them."""

    acme: Organization
    rival: Organization
    ana: Membership
    max: Membership
    ben: Membership
    dov: Membership
    cleo: Membership
    workspace: Workspace
    rival_workspace: Workspace
    nobody: None = None
    keys: dict[Membership, str] = field(default_factory=dict)
    sessions: dict[Membership, str] = field(default_factory=dict)  # of those who came in

    @cached_property
    def gus(self) -> Membership:
        gus = make.member(self.acme, "gus", first_name="Gus", role=Role.ADMIN)
        make.workspace(self.acme, "gus-workspace", gus)
        return gus

    @cached_property
    def rex(self) -> Membership:
        rex = make.member(self.acme, "rex", first_name="Rex", password=None)
        make.place(self.workspace, rex, "reviewer")
        return rex

    @cached_property
    def vic(self) -> Membership:
        vic = make.member(self.acme, "vic", first_name="Vic", password=None)
        make.place(self.workspace, vic, "viewer")
        return vic

    @cached_property
    def sue(self) -> Membership:
        return add_service(self.acme, username="sue", workspaces={self.workspace: "manager"})

    @cached_property
    def bea(self) -> Membership:
        """With the account and the key that she had."""
        bea = make.member(self.acme, "bea", role=Role.ADMIN, password=None)
        make.place(self.workspace, bea)
        user, key = bea.user, make.key(bea)
        bea = remove_member(bea)
        bea.user = user
        self.keys[bea] = key
        return bea

    @cached_property
    def reading(self) -> str:
        """A key of Ana's that may only read."""
        return make.key(self.ana, scope="read")

    @cached_property
    def elsewhere(self) -> str:
        """A key of Ana's for Gus's workspace alone."""
        return make.key(self.ana, workspaces=[self.gus.workspaces.get().pk])

    def api(self, who: Membership | str | None, **kwargs: Any) -> ApiClient:
        """A program that acts for this person, with a real key, or by this key."""
        if who is None:
            return ApiClient(**kwargs)
        if isinstance(who, str):
            return ApiClient(headers={"X-Argilla-Api-Key": who}, **kwargs)
        return ApiClient(headers={"X-Argilla-Api-Key": self.key_of(who)}, **kwargs)

    def key_of(self, who: Membership) -> str:
        """This person's key, made when it is first needed."""
        return self.keys.get(who) or self.keys.setdefault(who, make.key(who))

    def pages(self, who: Membership | None, **kwargs: Any) -> Client:
        """This person's browser, signed in."""
        client = PageClient(**kwargs)
        if who is not None:
            assert who.user is not None
            if who in self.sessions:
                client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
            else:
                sign_in(client, who.user)
        return client

    def come_in(self, *people: Membership) -> None:
        """They have been here a moment ago, by key and by browser: what is noted of that, no later call notes again.
        For tests that undo each of many calls."""
        for who in people:
            self.api(who).get("/me")
            if who.user is not None:
                browser = self.pages(who)
                browser.get(f"/{who.organization.slug}/")
                self.sessions[who] = browser.cookies[settings.SESSION_COOKIE_NAME].value


def sign_in(client: Client, user: User) -> Session:
    """What `Client.force_login` does in eight statements, in two."""
    update_last_login(None, user)
    about = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    session = Session.objects.create(
        session_key=get_random_string(32),
        session_data=SessionStore().encode(about),
        expire_date=now() + timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return session


@cache
def _recorded() -> Recording[Cast]:
    cast = _assemble()
    organizations: list[Model] = [cast.acme, cast.rival]
    users = [one.user_id for one in (cast.ana, cast.max, cast.ben, cast.dov, cast.cleo) if one.user_id]
    first = [Rows(Organization, "id", [one.pk for one in organizations]), Rows(User, "id", users)]
    return Recording(cast, [*first, *rows_of("organization", organizations)])


def assemble() -> Cast:
    """Everybody takes their place."""
    if not _recorded.cache_info().currsize:
        with transaction.atomic():
            _recorded()
            transaction.set_rollback(True)
    return _recorded().play()


def _assemble() -> Cast:
    acme, rival = make.organization("Acme"), make.organization("Rival")
    ana = make.owner(acme, "ana", first_name="Ana")
    manager = make.member(acme, "max", first_name="Max", role=Role.ADMIN)
    ben = make.member(acme, "ben", first_name="Ben")
    dov = make.member(acme, "dov", first_name="Dov")
    cleo = make.owner(rival, "cleo", first_name="Cleo")
    workspace = make.workspace(acme, "acme-workspace", manager, ben)
    rival_workspace = make.workspace(rival, "rival-workspace")
    return Cast(acme, rival, ana, manager, ben, dov, cleo, workspace, rival_workspace)
