"""Who may do what, said once. To hold an object is to have been allowed to: edges get one in no other way.

    Record.objects.fetch(Verb.ANNOTATE, by, pk=pk)     one object, or NotFound, or Forbidden with a sentence
    Dataset.objects.allowing(Verb.VIEW, by)            all of them

`by` is the membership of whoever asks, with the key that they ask by (`by.key`). May they, and which may they, are one
queryset and cannot disagree (accounts/scoped.py): what somebody may is `TABLE`, less what the key leaves out, and
nothing else.
What belongs to something in the trash is there for nobody (accounts/trash.py).
PostgreSQL's row-level security (core/postgres.py) is a second wall below this one, between organizations.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import models
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden
from core.operations import Who

if TYPE_CHECKING:
    from accounts.models import Membership


class Role(models.TextChoices):
    """What somebody is in an organization; the values are the contract's words.

    Owners are it everywhere. For the others it is what they become in a workspace that they are let into.
    """

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Manager")
    ANNOTATOR = "annotator", _("Labeler")


class WorkspaceRole(models.TextChoices):
    """What somebody is in a workspace."""

    MANAGER = "manager", _("Manager")
    REVIEWER = "reviewer", _("Reviewer")
    LABELER = "labeler", _("Labeler")
    VIEWER = "viewer", _("Viewer")


class KeyScope(models.TextChoices):
    """How much of what its member may a key may: each also what stands before it."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and write")
    MANAGE = "manage", _("Everything that its member may")


class Verb(StrEnum):
    """What somebody means to do with the object that they ask for."""

    VIEW = "view"
    MEET = "meet"
    REVIEW = "review"
    FOLLOW = "follow"
    INSPECT = "inspect"
    OVERSEE = "oversee"
    ANNOTATE = "annotate"
    EDIT = "edit"
    MANAGE = "manage"
    OWN = "own"


class Line(NamedTuple):
    """One line of the table. `roles`: their first letters; `scope`: the least that a key must have for it."""

    verb: Verb
    roles: str
    scope: KeyScope
    words: Any


READ, WRITE, MANAGE = KeyScope
# fmt: off
TABLE = (  #           Owner Manager Reviewer Labeler Viewer; all but owners in the workspaces where they are it
    Line(Verb.VIEW,     "O M R L V", READ,   _("See datasets, records, guidelines, totals and one’s own answers")),
    Line(Verb.MEET,     "O M R L  ", READ,   _("See who answers in a dataset, and how much")),
    Line(Verb.REVIEW,   "O M R    ", READ,   _("See everybody’s answers, who wrote what, how people get on")),
    Line(Verb.FOLLOW,   "O M      ", READ,   _("Ask how a job goes")),
    Line(Verb.INSPECT,  "O M      ", READ,   _("See jobs with their files, and the people and groups of a workspace")),
    Line(Verb.OVERSEE,  "O        ", READ,   _("See everybody in the organization, and its programs")),
    Line(Verb.ANNOTATE, "O M R L  ", WRITE,  _("Get records, and answer them")),
    Line(Verb.EDIT,     "O M      ", WRITE,  _("Add, change and remove records and suggestions; import and export")),
    Line(Verb.MANAGE,   "O M      ", MANAGE, _("Set up datasets and the queue, hand out work, let people in")),
    Line(Verb.OWN,      "O        ", MANAGE, _("Workspaces, managers, webhooks, service accounts, anybody’s keys")),
)
BECOMES = {Role.OWNER: WorkspaceRole.MANAGER, Role.ADMIN: WorkspaceRole.MANAGER, Role.ANNOTATOR: WorkspaceRole.LABELER}
# fmt: on
ORGANIZATION_WIDE = frozenset({Verb.OVERSEE, Verb.OWN})  # no work of a key for chosen workspaces

GRANTS: dict[str, frozenset[Verb]] = {
    role: frozenset(line.verb for line in TABLE if role[0].upper() in line.roles)
    for role in (Role.OWNER, *WorkspaceRole)
}
SCOPES: dict[str, frozenset[Verb]] = {
    scope: frozenset(line.verb for line in TABLE if line.scope in [*KeyScope][: number + 1])
    for number, scope in enumerate(KeyScope)
}

REFUSED_ELSE = gettext_noop("Your role does not let you do this with this %(thing)s.")
REFUSED = {
    Verb.ANNOTATE: gettext_noop("You may not annotate this %(thing)s."),
    Verb.MANAGE: gettext_noop("You may not manage this %(thing)s."),
    Verb.OWN: gettext_noop("You may not own this %(thing)s."),
}

# Who may call an endpoint, as it says of itself: for the API's document.
EVERYBODY = Who("Everybody, signed in or not.")
SIGNED_IN = Who("Whoever is signed in.")
MEMBERS = Who("Owners, and the members of the workspace.", frozenset({404}))
LABELERS = Who("Owners, and the managers, reviewers and labelers of the workspace.", frozenset({403, 404}))
REVIEWERS = Who("Owners, and the managers and reviewers of the workspace.", frozenset({403, 404}))
MANAGERS = Who("Owners, and the managers of the workspace.", frozenset({403, 404}))
ALL_MANAGERS = Who("Owners, and the managers of any workspace.", frozenset({403, 404}))
OWNERS = Who("Owners.", frozenset({403, 404}))
AUTHORS = Who("Whoever wrote it, owners, and the managers of the workspace.", frozenset({403, 404}))
THEMSELVES = Who("Whoever it is, owners, and managers who share a workspace with them.", frozenset({404}))
MANAGERS_OF_LABELERS = Who("Owners; of others the managers of all their workspaces.", frozenset({403, 404}))
SENDERS = Who("Whoever began it, while they manage the workspace.", frozenset({403, 404}))
HOLDERS = Who("Whoever holds it.", frozenset({404}))


def granting(verb: Verb) -> list[str]:
    """The roles in a workspace that grant the verb there."""
    return [role for role in WorkspaceRole if verb in GRANTS[role]]


def lets(by: Membership, verb: Verb, workspace: UUID | None = None) -> bool:
    """Whether nothing about `by` themselves or their key rules this verb out, whatever their roles."""
    if by.is_out or (verb is Verb.ANNOTATE and not by.may_answer):
        return False
    key = by.key
    if key is None:
        return True
    if verb not in SCOPES[key.scope]:
        return False
    if key.workspace_ids is None:
        return True
    return verb not in ORGANIZATION_WIDE and (workspace is None or workspace in key.workspace_ids)


def may(verb: Verb, by: Membership, workspace: UUID | None = None) -> bool:
    """Whether `by` may do this in the workspace; None: anywhere."""
    if not lets(by, verb, workspace):
        return False
    if by.is_owner:
        return True
    return any(
        verb in GRANTS[role] and lets(by, verb, place)
        for place, role in by.roles_by_workspace().items()
        if workspace in (None, place)
    )


def is_everywhere(by: Membership) -> bool:
    """Whether they reach all of the organization: owners, but by a key for chosen workspaces."""
    return by.is_owner and (by.key is None or by.key.workspace_ids is None)


def demand(verb: Verb, by: Membership) -> None:
    """Raise `Forbidden` unless `by` may do this anywhere: where the contract refuses before it looks."""
    if not may(verb, by):
        managers = gettext("Only owners and managers may do this.")
        raise Forbidden(
            why_not(verb, by) or (managers if granting(verb) else gettext("Only owners may do this."))
        )


def why_not(verb: Verb, by: Membership) -> str:
    """What rules the verb out whatever somebody's roles are: their key, or what they are. "" if nothing does."""
    if verb is Verb.ANNOTATE and not by.may_answer:
        return gettext("This service account may not answer. Its owner can allow it.")
    if by.key is None or lets(by, verb):
        return ""
    if verb in SCOPES[by.key.scope]:
        return gettext("This key is for chosen workspaces, not for the whole organization. Use another one.")
    if by.key.scope == KeyScope.READ:
        return gettext("This key may only read. Use one that may do more.")
    return gettext("This key may read and write, but not manage. Use one that may do more.")
