"""Acts on the members of an organization, one at a time."""

from typing import TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext, ngettext

from accounts import directory
from accounts.access import Role, WorkspaceRole
from accounts.actions.endings import check_stays
from accounts.actions.ownership import keep_an_owner
from accounts.actions.skills import clean_skills
from accounts.audit import changes as audit_changes
from accounts.audit import note
from accounts.models import Membership, Organization, User
from core.errors import Conflict, Forbidden, Invalid
from core.later import later
from core.text import check_text

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 100


class MemberChanges(TypedDict, total=False):
    """What may change about a member; what is left out stays."""

    username: str
    first_name: str
    last_name: str | None
    role: str
    password: str
    skills: list[str]


@transaction.atomic
def add_member(
    organization: Organization,
    *,
    username: str,
    password: str | None,
    role: str = Role.ANNOTATOR,
    email: str | None = None,
    first_name: str = "",
    last_name: str | None = None,
    id: UUID | None = None,
    must_change_password: bool = False,
) -> Membership:
    """A new person, whose account the organization manages. `Conflict` if username, e-mail or id is taken.

    Without a password nobody signs in until the organization gives the account one. `must_change_password`: somebody
    else has made it, who then knows it only until the person signs in.
    """
    if password is not None:
        check_password(password)
    email = (email or "").strip().lower() or None
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                password=password,
                email=email,
                managed_by=organization,
                must_change_password=must_change_password,
            )
    except IntegrityError:
        raise Conflict(
            gettext("Somebody has an account with this e-mail. Leave it out, or invite them.")
        ) from None
    return enroll(
        organization, user, username=username, role=role, first_name=first_name, last_name=last_name, id=id
    )


@transaction.atomic
def enroll(
    organization: Organization,
    user: User,
    *,
    username: str,
    role: str = Role.ANNOTATOR,
    first_name: str = "",
    last_name: str | None = None,
    id: UUID | None = None,
) -> Membership:
    """Make an account a member. Whoever belongs to several organizations is managed by none of them."""
    check_stays(organization)
    check_username(username)
    check_role(role)
    if user.managed_by_id not in (None, organization.pk):
        User.objects.filter(pk=user.pk).update(managed_by=None)
    names = {"first_name": first_name, "last_name": last_name}
    identity = {"id": id} if id else {}
    try:
        with transaction.atomic():
            member = Membership.objects.create(
                organization=organization, user=user, username=username, role=role, **names, **identity
            )
    except IntegrityError as error:
        raise clash(error, username) from None
    note("member.added", member, role=role)
    return member


@transaction.atomic
def change_member(
    member: Membership, *, by: Membership | None = None, **changes: Unpack[MemberChanges]
) -> Membership:
    """Change what is given. `updated_at` moves only if something really changes."""
    password = changes.pop("password", None)
    if "skills" in changes:
        changes["skills"] = clean_skills(changes["skills"])
    different = {name: value for name, value in changes.items() if getattr(member, name) != value}
    if "username" in different:
        check_username(changes["username"])
    if "role" in different:
        check_role(changes["role"])
        keep_an_owner(member)
        if member.is_service and changes["role"] == Role.OWNER:
            raise Invalid(gettext("A service account is never an owner."))
    was = {name: getattr(member, name) for name in different}
    if password is not None and not (member.user and member.user.check_password(password)):
        _set_password(member, password, by)
    elif not different:
        return member
    try:
        with transaction.atomic():
            Membership.objects.filter(pk=member.pk).update(**different, updated_at=Now())
            if "role" in different:
                _let_workspaces_follow(member, changes["role"], by)
    except IntegrityError as error:
        raise Invalid(
            str(clash(error, changes["username"])), {"username": gettext("This username is taken.")}
        ) from None
    member.refresh_from_db(fields=[*different, "updated_at"])
    if different:
        act = "member.role_changed" if "role" in different else "member.changed"
        note(act, member, by=by, **audit_changes(was, different))
    return member


@transaction.atomic
def change_role(member: Membership, role: str, *, by: Membership | None = None) -> Membership:
    """Let somebody be a manager, or a labeler, wherever they are one of the two; what they review or view stays so."""
    if role != member.role:
        return change_member(member, by=by, role=role)
    _let_workspaces_follow(member, role, by)
    note("member.role_changed", member, by=by, in_workspaces=role)
    return member


def _let_workspaces_follow(member: Membership, role: str, by: Membership | None) -> None:
    before, after = WorkspaceRole.LABELER, WorkspaceRole.MANAGER
    if role == Role.ANNOTATOR:
        before, after = after, before
    if role != Role.OWNER:
        places = member.workspace_memberships.filter(role=before)
        places.update(role=after, role_set_at=Now(), role_set_by=by, updated_at=Now())
        member.forget_roles()
    # Owners work in every workspace, others where they are members.
    later("feedback.leave_behind", str(member.organization_id))


def check_username(username: str) -> None:
    """Any text will do that is there and can be kept."""
    check_text(username)
    if not 1 <= len(username) <= 200:
        raise Invalid(gettext("Choose a username."), {"username": gettext("Write 1 to 200 characters.")})


def check_role(role: str) -> None:
    """One of the three."""
    if role not in Role.values:
        raise Invalid(
            gettext("There is no such role."), {"role": gettext("Choose Owner, Manager or Labeler.")}
        )


def check_password(password: str) -> None:
    """The contract's limits; pages ask for more (AUTH_PASSWORD_VALIDATORS)."""
    check_text(password)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(
            gettext("This password does not work."),
            {
                "password": ngettext(
                    "Write %(least)s to %(most)s character.",
                    "Write %(least)s to %(most)s characters.",
                    LONGEST_PASSWORD,
                )
                % {"least": SHORTEST_PASSWORD, "most": LONGEST_PASSWORD}
            },
        )


def _set_password(member: Membership, password: str, by: Membership | None) -> None:
    check_password(password)
    user = member.user
    if (
        user is None
        or user.managed_by_id != member.organization_id
        or len(directory.memberships_of(user)) > 1
    ):
        raise Forbidden(
            gettext("%(name)s looks after this account and sets its password alone.")
            % {"name": member.display_name}
        )
    user.set_password(password)
    user.must_change_password = by is not None and by.pk != member.pk
    user.save(update_fields=["password", "must_change_password"])
    note("member.password_set", member)


def clash(error: IntegrityError, username: str) -> Conflict:
    """What the database refused, in words."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if name == "one_membership_per_person_and_organization":
        return Conflict(gettext("This account is a member already."))
    if name == "one_username_per_organization":
        return Conflict(
            gettext("The username %(username)s is taken in this organization.") % {"username": username}
        )
    return Conflict(gettext("Another user has this id already."))
