"""What the audit log knows of: each act by a word for machines and a sentence for people (docs/audit-log.md).

A new act is a line here and a `note` in the action. The word stays as it is for ever, since others filter by it.
"""

from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """Kinds of acts, to filter by."""

    SIGNING_IN = "signing_in", _("Signing in")
    PEOPLE = "people", _("People and roles")
    PROGRAMS = "programs", _("Keys and service accounts")
    PLACES = "places", _("Workspaces and groups")
    DATASETS = "datasets", _("Datasets")
    RECORDS = "records", _("Records")
    FILES = "files", _("Imports and exports")
    WEBHOOKS = "webhooks", _("Webhooks")
    ORGANIZATION = "organization", _("Organization")


class Act(NamedTuple):
    """`words`: what who acted did; `%(object)s` is what it was done to, other names are details."""

    kind: Kind
    words: Any

    def told(self, **known: Any) -> str:
        """As a sentence, with … for what is not known."""
        return str(str(self.words) % _Told(known))


class _Told(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "…"


def _told(kind: Kind, **words: Any) -> dict[str, Act]:
    """Verbs by noun: `key_made` is written `key.made`."""
    return {name.replace("__", "."): Act(kind, sentence) for name, sentence in words.items()}


ACTS: dict[str, Act] = {
    **_told(
        Kind.SIGNING_IN,
        person__signed_in=_("signed in"),
        person__sign_in_failed=_("failed to sign in as %(object)s"),
        person__signed_out=_("signed out"),
    ),
    **_told(
        Kind.PEOPLE,
        member__added=_("added %(object)s"),
        member__joined=_("joined"),
        member__changed=_("changed %(object)s"),
        member__role_changed=_("changed the role of %(object)s"),
        member__password_set=_("set a new password for %(object)s"),
        member__removed=_("removed %(object)s"),
        member__deactivated=_("deactivated %(object)s"),
        member__reactivated=_("reactivated %(object)s"),
        member__copy_asked=_("asked for a copy of the data of %(object)s"),
        member__erased=_("erased %(object)s"),
        member__tried_again=_("tried again what had failed for %(object)s"),
        invitation__sent=_("invited %(object)s"),
        invitation__renewed=_("renewed the invitation of %(object)s"),
        invitation__withdrawn=_("withdrew the invitation of %(object)s"),
        place__added=_("let %(object)s into %(workspace)s"),
        place__role_changed=_("changed the role of %(object)s in %(workspace)s"),
        place__removed=_("let %(object)s out of %(workspace)s"),
    ),
    **_told(
        Kind.PROGRAMS,
        key__made=_("made the key %(object)s"),
        key__ended=_("ended the key %(object)s"),
        service__added=_("added the service account %(object)s"),
        service__changed=_("changed the service account %(object)s"),
    ),
    **_told(
        Kind.PLACES,
        workspace__created=_("created the workspace %(object)s"),
        workspace__renamed=_("renamed the workspace %(object)s"),
        workspace__deleted=_("deleted the workspace %(object)s"),
        workspace__restored=_("brought the workspace %(object)s back"),
        workspace__given_up=_("deleted the workspace %(object)s for ever"),
        workspace__purged=_("let the workspace %(object)s go, whose time in the trash was over"),
        group__created=_("created the group %(object)s"),
        group__changed=_("changed the group %(object)s"),
        group__deleted=_("deleted the group %(object)s"),
    ),
    **_told(
        Kind.DATASETS,
        dataset__created=_("created the dataset %(object)s"),
        dataset__cloned=_("cloned the dataset %(object)s"),
        dataset__published=_("published the dataset %(object)s"),
        dataset__changed=_("changed the dataset %(object)s"),
        dataset__guidelines_changed=_("changed the guidelines of %(object)s"),
        dataset__queue_changed=_("changed the queue of %(object)s"),
        dataset__deleted=_("deleted the dataset %(object)s"),
        dataset__restored=_("brought the dataset %(object)s back"),
        dataset__given_up=_("deleted the dataset %(object)s for ever"),
        dataset__purged=_("let the dataset %(object)s go, whose time in the trash was over"),
        dataset__part_added=_("added %(part)s to the dataset %(object)s"),
        dataset__part_changed=_("changed %(part)s of the dataset %(object)s"),
        dataset__part_removed=_("removed %(part)s from the dataset %(object)s"),
    ),
    **_told(
        Kind.RECORDS,
        records__deleted=_("deleted records of %(object)s"),
        records__restored=_("brought records of %(object)s back"),
        records__given_up=_("deleted records of %(object)s for ever"),
        records__purged=_("let deleted records of %(object)s go, whose time in the trash was over"),
        records__answered=_("answered many records of %(object)s at once"),
        records__taken_back=_("took back what was answered at once in %(object)s"),
    ),
    **_told(
        Kind.FILES,
        import__started=_("started an import into %(object)s"),
        export__started=_("started an export of %(object)s"),
        export__downloaded=_("downloaded an export of %(object)s"),
        job__retried=_("tried a job of %(object)s again"),
        job__canceled=_("canceled a job of %(object)s"),
        snapshot__made=_("made the snapshot %(object)s"),
        snapshot__deleted=_("deleted the snapshot %(object)s"),
    ),
    **_told(
        Kind.WEBHOOKS,
        webhook__added=_("added the webhook %(object)s"),
        webhook__changed=_("changed the webhook %(object)s"),
        webhook__secret_renewed=_("renewed the secret of the webhook %(object)s"),
        webhook__removed=_("removed the webhook %(object)s"),
    ),
    **_told(
        Kind.ORGANIZATION,
        organization__created=_("created the organization %(object)s"),
        organization__renamed=_("renamed the organization to %(object)s"),
        organization__sign_in_changed=_("changed how people must sign in"),
        provider__added=_("added the identity provider %(object)s"),
        provider__changed=_("changed the identity provider %(object)s"),
        provider__removed=_("removed the identity provider %(object)s"),
        domain__claimed=_("claimed the domain %(object)s"),
        domain__proven=_("proved the domain %(object)s"),
        domain__dropped=_("dropped the domain %(object)s"),
        organization__changed=_("changed settings of the organization"),
        organization__deletion_ordered=_("ordered that the organization is deleted"),
        organization__kept=_("kept the organization from being deleted"),
        organization__backed_up=_("backed the organization up"),
        organization__restored=_("restored the organization from a backup"),
        audit__exported=_("exported the audit log"),
    ),
}


def of_kind(kind: str) -> list[str]:
    """The words of the acts of a kind."""
    return [name for name, act in ACTS.items() if act.kind == kind]
