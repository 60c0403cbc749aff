"""Who: people, organizations (the tenants), and what people are in them. Keys: accounts/api_keys.py."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from accounts.access import Role, Verb, WorkspaceRole, may
from accounts.api_keys import ApiKey, key_scopes
from accounts.audit_models import LEAST_DAYS, USUAL_DAYS
from accounts.reach import MemberQuerySet
from accounts.sign_in_models import Domain, Identity, IdentityProvider, OrganizationRequest
from core.models import Base
from core.prepared import Prepared

__all__ = [
    "ApiKey",
    "Domain",
    "Identity",
    "IdentityProvider",
    "Membership",
    "Organization",
    "OrganizationRequest",
    "User",
    "key_scopes",
]


class Organization(Base):
    """A tenant. Its slug begins the address of each of its pages."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    # How its people must have signed in to enter it (accounts/entry.py).
    must_use_sso = models.BooleanField(default=False, db_default=False)
    must_use_second_factor = models.BooleanField(default=False, db_default=False)
    audit_days = models.PositiveIntegerField(default=USUAL_DAYS, db_default=USUAL_DAYS)  # its log is kept
    # When everything of it is deleted, because an owner ordered it; until then owners alone enter, and may keep it.
    purge_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(audit_days__gte=LEAST_DAYS), name="audit_log_is_kept_long_enough"
            )
        ]

    def __str__(self) -> str:
        return self.name


def opaque_username() -> str:
    """What stands in `User.username` for people who sign in by e-mail or by organization/username."""
    return uuid4().hex


class UserManager(BaseUserManager["User"]):
    """Makes users; people are added to organizations by accounts/actions.py."""

    def create_user(self, username: str | None = None, password: str | None = None, **extra: Any) -> User:
        """A user with this password, or with none that works."""
        user = self.model(username=username or opaque_username(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **extra: Any) -> User:
        """The operator of the installation, who sees across organizations in the admin."""
        return self.create_user(username, password, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. Names and roles are those of the memberships."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    username = models.CharField(max_length=200, unique=True, default=opaque_username)
    email = models.EmailField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    # An account that an organization made for a labeler: its owners may set the password.
    managed_by = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    # The keys that this person chose, act -> key (feedback/shortcuts.py): hands are the same in every organization.
    shortcuts = models.JSONField(default=dict, blank=True)

    # The language of this person's pages (`LANGUAGES`); "" is what their browser asks for.
    language = models.CharField(max_length=10, blank=True, default="")

    # Somebody else made the password: no page but the one that changes it (accounts/first_password.py).
    must_change_password = models.BooleanField(default=False, db_default=False)
    # Counts up to end every session and token of this person (accounts/actions/departures.py).
    sign_outs = models.PositiveIntegerField(default=0, db_default=0)

    signing_in_as: Membership | None = None  # which membership the name meant that was just used to sign in

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_email", condition=~Q(email="")),
        ]

    def __str__(self) -> str:
        return self.email or self.username

    @property
    def is_staff(self) -> bool:
        """Django's admin asks; our site decides by membership (workspaces/site.py)."""
        return self.is_superuser

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What sessions and tokens are held to: another one when they are to end, whatever the password."""
        usual: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        if not self.sign_outs:
            return usual
        salt = "accounts.models.User.sign_outs"
        return salted_hmac(salt, f"{usual}{self.sign_outs}", secret=secret, algorithm="sha256").hexdigest()


def roles() -> list[tuple[str, Any]]:
    """For `Membership.role`."""
    return list(Role.choices)


class Membership(Base):
    """A person in an organization: what the API calls a user. Stays, without the person, when they leave.

    Or a program, a service account: nobody signs in as one, and it is never an owner.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="memberships")
    username = models.CharField(max_length=200)
    first_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, null=True, blank=True)
    role = models.CharField(max_length=20, choices=roles, default=Role.ANNOTATOR)
    # What this person knows: languages, subjects. Matched with the metadata of records, where a dataset says so.
    skills = ArrayField(models.CharField(max_length=100), default=list, blank=True, db_default=[])
    is_service = models.BooleanField("service account", default=False, db_default=False)
    may_answer = models.BooleanField(
        default=True, db_default=True
    )  # False for programs, unless an owner allows it
    left_at = models.DateTimeField(null=True, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)  # shut out until an owner lets them in again
    last_seen_at = models.DateTimeField(null=True, blank=True)

    key: ApiKey | None = None  # by which they ask; accounts/access.py asks for it whenever it decides
    _roles: dict[UUID, str] | None = None

    objects = MemberQuerySet["Membership"].as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        verbose_name = "member"
        indexes: ClassVar = [models.Index("username", name="members_by_username")]  # who signs in by it alone
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "username"], name="one_username_per_organization"
            ),
            models.UniqueConstraint(
                fields=["organization", "user"], name="one_membership_per_person_and_organization"
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="membership_with_organization"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(left_at__isnull=True), name="who_left_has_no_user"
            ),
            models.CheckConstraint(
                condition=Q(is_service=False) | (Q(user__isnull=True) & ~Q(role=Role.OWNER)),
                name="a_service_account_is_no_user_and_no_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """First and last name, or the username."""
        return f"{self.first_name} {self.last_name or ''}".strip() or self.username

    @property
    def is_out(self) -> bool:
        """Whether they left, or are shut out for a while."""
        return self.left_at is not None or self.deactivated_at is not None

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER

    def roles_by_workspace(self) -> dict[UUID, str]:
        """What they are in each workspace that they belong to. Read once and remembered, as a request needs it."""
        if self._roles is None:
            read = "workspace_memberships" in getattr(self, "_prefetched_objects_cache", ())
            places = self.workspace_memberships.all() if read else _places_of(self.pk)
            self._roles = {place.workspace_id: place.role for place in places}
        return self._roles

    def forget_roles(self) -> None:
        """They have changed: read them anew."""
        self._roles = None

    def manages_somewhere(self) -> bool:
        """Whether there is a workspace that they manage."""
        return may(Verb.MANAGE, self)

    def waits_for_a_workspace(self) -> bool:
        """Whether they are to be a manager, and nobody has let them into a workspace yet."""
        return self.role == Role.ADMIN and not self.is_out and not self.roles_by_workspace()

    def looks_on(self) -> bool:
        """Whether there is more for them to see than their own work, now or as soon as they are in a workspace."""
        roles = self.roles_by_workspace().values()
        seeing = any(role != WorkspaceRole.LABELER for role in roles)
        return self.is_owner or seeing or self.waits_for_a_workspace()

    def wire_role(self) -> Role:
        """Their role in the contract's words, which know none of workspaces: never more than they are somewhere."""
        if self.is_owner:
            return Role.OWNER
        roles = self.roles_by_workspace().values()
        is_admin = WorkspaceRole.MANAGER in roles if roles else self.role == Role.ADMIN
        return Role.ADMIN if is_admin else Role.ANNOTATOR


def _read_places(member: UUID) -> models.QuerySet[Any]:
    places = Membership._meta.get_field("workspace_memberships").related_model._base_manager
    return places.filter(membership=member).order_by("inserted_at", "id").only("workspace", "role")


_places_of = Prepared(_read_places, uuid4())
