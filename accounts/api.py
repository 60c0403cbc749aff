"""JSON about people: /me, /users, /token."""

from typing import Annotated, Any, Literal, cast
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.http import QueryDict
from pydantic import BaseModel, BeforeValidator, StringConstraints
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts import directory
from accounts.access import EVERYBODY, OWNERS, SIGNED_IN, Role, Verb, demand
from accounts.actions import add_member, change_member, change_role, issue_api_key, remove_member
from accounts.actions.members import LONGEST_PASSWORD, SHORTEST_PASSWORD
from accounts.actions.sign_ins import note_sign_in
from accounts.authentication import token_for, wants_more_than_a_password
from accounts.models import Membership, User
from accounts.throttling import FIVE_MINUTES
from core.api import AnyJsonParser, ApiView, PublicView, body, path_id, read
from core.changes import Changes
from core.errors import Invalid
from core.operations import Form, Items, Time, operation
from core.text import Storable


def trim(value: Any) -> Any:
    """Without the white space around it; before its length is looked at."""
    return value.strip() if isinstance(value, str) else value


Username = Annotated[str, StringConstraints(min_length=1, max_length=200), Storable]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(trim), Storable]
Password = Annotated[
    str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD), Storable
]
RoleName = Literal["owner", "admin", "annotator"]


class UserCreate(BaseModel):
    """The body of POST /users."""

    id: UUID | None = None
    username: Username
    first_name: Name
    last_name: Name | None = None
    role: RoleName | None = None
    password: Password


class UserUpdate(Changes):
    """The body of PATCH /users/{id}."""

    never_null = frozenset({"username", "first_name", "role", "password"})

    username: Username | None = None
    first_name: Name | None = None
    last_name: Name | None = None
    role: RoleName | None = None
    password: Password | None = None


class Credentials(BaseModel):
    """The form of POST /token."""

    username: str
    password: str


class UserJson(TypedDict):
    """A person in an organization."""

    id: UUID
    first_name: str
    last_name: str | None
    username: str
    role: RoleName
    inserted_at: Time
    updated_at: Time


class NewUserJson(UserJson):
    """A new person, with the key that is shown this once."""

    api_key: str


class TokenJson(TypedDict):
    """A token: send it as `Authorization: Bearer …`."""

    access_token: str
    token_type: Literal["bearer"]


def user_json(member: Membership) -> UserJson:
    """A member as the contract shows a user: without a key, since keys are kept as hashes."""
    return {
        "id": member.pk,
        "first_name": member.first_name,
        "last_name": member.last_name,
        "username": member.username,
        "role": cast(RoleName, str(member.wire_role())),
        "inserted_at": member.inserted_at,
        "updated_at": member.updated_at,
    }


class Me(ApiView):
    """Whoever calls."""

    @operation("get_me", SIGNED_IN, gives={200: UserJson})
    def get(self, request: Request) -> Reply:
        """Say who I am."""
        return Reply(user_json(self.by))


class Users(ApiView):
    """The people of the organization."""

    @operation("list_users", OWNERS, gives={200: Items[UserJson]})
    def get(self, request: Request) -> Reply:
        """List the people of the organization, the oldest first."""
        demand(Verb.OVERSEE, self.by)
        members = Membership.objects.allowing(Verb.OVERSEE, self.by).filter(left_at=None)
        found = members.prefetch_related("workspace_memberships")
        return Reply({"items": [user_json(member) for member in found]})

    @operation("add_user", OWNERS, body=UserCreate, gives={201: NewUserJson}, refuses={409})
    def post(self, request: Request) -> Reply:
        """Add somebody, with a key of their own in this one answer."""
        new = body(request, UserCreate)
        demand(Verb.OWN, self.by)
        role = new.role or Role.ANNOTATOR
        given = {**new.model_dump(), "role": role, "must_change_password": True}
        member = add_member(self.by.organization, **given)
        key = issue_api_key(member, name="First key").key
        return Reply({**user_json(member), "api_key": key}, status=201)


class UserDetail(ApiView):
    """One of the people."""

    def fetch(self, user_id: str, verb: Verb = Verb.OWN) -> Membership:
        pk = path_id(user_id, "user_id")
        demand(verb, self.by)
        return Membership.objects.fetch(verb, self.by, pk=pk, left_at=None)

    @operation("get_user", OWNERS, gives={200: UserJson})
    def get(self, request: Request, user_id: str) -> Reply:
        """Show one of the people."""
        return Reply(user_json(self.fetch(user_id, Verb.OVERSEE)))

    @operation("change_user", OWNERS, body=UserUpdate, gives={200: UserJson}, refuses={409})
    def patch(self, request: Request, user_id: str) -> Reply:
        """Change names, role or password.

        `admin` makes them a manager of every workspace where they label, `annotator` a labeler of every one that they
        manage. The role that they are shown with changes nothing.
        """
        path_id(user_id, "user_id")
        changes = body(request, UserUpdate).given()
        member, role = self.fetch(user_id), changes.pop("role", None)
        if role is not None and role != member.wire_role():
            change_role(member, role, by=self.by)
        return Reply(user_json(change_member(member, by=self.by, **changes)))

    @operation("remove_user", OWNERS, gives={200: UserJson}, refuses={409})
    def delete(self, request: Request, user_id: str) -> Reply:
        """Let somebody go; the answer shows them as they were."""
        member = self.fetch(user_id)
        shown = user_json(member)
        remove_member(member)
        return Reply(shown)


class Token(PublicView):
    """A token for a name and a password."""

    parser_classes = (FormParser, MultiPartParser, AnyJsonParser)

    @operation("make_token", EVERYBODY, body=Form(Credentials), gives={201: TokenJson}, refuses={401, 429})
    def post(self, request: Request) -> Reply:
        """Make a token for 24 hours.

        Limited like signing in. With two-factor sign-in a password is not enough: use an API key. A password that
        somebody else made is refused until it is changed on the pages.
        """
        form = request.data
        given = read(Credentials, form.dict() if isinstance(form, QueryDict) else {}, "body")
        user = self._user(request, given)
        if user.must_change_password:
            raise AuthenticationFailed(
                "Somebody else made this password. Sign in on the pages and choose your own, or use an API key."
            )
        member = user.signing_in_as or self._only_membership(user)
        if wants_more_than_a_password(member):
            raise AuthenticationFailed("Your organization wants more than a password. Use an API key.")
        note_sign_in(user, member)
        token = token_for(member, by_password=True)
        return Reply({"access_token": token, "token_type": "bearer"}, status=201)

    def _user(self, request: Request, given: Credentials) -> User:
        try:
            user = get_adapter().authenticate(
                request._request, username=given.username, password=given.password
            )
        except ValidationError as error:  # too many attempts
            raise Throttled(FIVE_MINUTES, " ".join(error.messages)) from None
        except Invalid as error:
            raise AuthenticationFailed(str(error)) from None
        if user is None or is_mfa_enabled(user):
            raise AuthenticationFailed  # the same for all reasons: nobody learns who exists
        assert isinstance(user, User)
        return user

    def _only_membership(self, user: User) -> Membership:
        memberships = directory.memberships_of(user)
        if len(memberships) != 1:
            raise AuthenticationFailed("Write the organization before your e-mail, like acme/me@example.org.")
        return memberships[0]
