"""What owners write on the pages about how their people sign in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Role, Verb, WorkspaceRole
from accounts.models import IdentityProvider, Membership
from accounts.sign_in_models import Protocol
from core.models import new_id
from core.text import bare
from workspaces.actions.group_rules import GroupRule, kept, rules_of
from workspaces.models import Workspace


def _roles() -> list[Any]:
    """What a group may mean: an owner, or somebody in workspaces."""
    return [Role.OWNER, *WorkspaceRole]


class DiscoverForm(forms.Form):
    """Whose organization signs somebody in."""

    email = forms.EmailField(
        label=_("E-mail at work"), widget=forms.EmailInput({"autocomplete": "email", "autofocus": True})
    )


class RulesForm(forms.Form):
    """How everybody must sign in."""

    must_use_sso = forms.BooleanField(
        label=_("Everybody signs in through a provider of the organization"),
        required=False,
        help_text=_("Passwords, codes and passkeys do not open it any more. API keys still do."),
    )
    must_use_second_factor = forms.BooleanField(
        label=_("Everybody has a second factor"),
        required=False,
        help_text=_("Whoever signs in by a password or a code sets up a passkey or an app first."),
    )


class DomainForm(forms.Form):
    """A domain of e-mail addresses."""

    name = forms.CharField(
        label=_("Domain"),
        max_length=255,
        widget=forms.TextInput({"placeholder": "example.org", "dir": "ltr", "translate": "no"}),
    )


class ProviderForm(forms.Form):
    """What all providers have; `rules` come out as they are kept."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("It stands on the button: Sign in with …"), initial="SSO"
    )
    groups_claim = forms.CharField(label=_("Groups"), max_length=200, required=False)
    rules = forms.CharField(
        label=_("What groups mean"),
        required=False,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        help_text=_(
            "One on each line: group | role | workspaces, with commas. The group * is everybody. Who is in these "
            "workspaces, and as what, is brought up to date at each sign-in; owners stay owners."
        ),
    )
    lets_in_new = forms.BooleanField(
        label=_("Whoever it knows becomes a member"), required=False, initial=True
    )
    is_on = forms.BooleanField(label=_("On"), required=False, initial=True)
    own: tuple[str, ...] = ()

    def __init__(self, data: Any, *, by: Membership, provider: IdentityProvider) -> None:
        self.workspaces = {one.name: one.pk for one in Workspace.objects.allowing(Verb.OWN, by)}
        initial: dict[str, Any] = {"id": new_id()}
        if not provider._state.adding:
            names = ("name", "groups_claim", "lets_in_new", "is_on", *self.own)
            initial = {name: getattr(provider, name) for name in names}
            initial |= {"id": provider.pk, "rules": self._written(rules_of(provider))}
        super().__init__(data, initial=initial)
        last = list(ProviderForm.base_fields)[2:]  # after the id and the name come those of the protocol
        self.order_fields(["id", "name", *(name for name in self.fields if name not in last), *last])

    def clean_id(self) -> UUID:
        """The one that our addresses on the page stand for."""
        given: UUID | None = self.cleaned_data["id"]
        return given or new_id()

    def clean_rules(self) -> list[dict[str, object]]:
        """Each line a rule."""
        lines = (line.strip() for line in self.cleaned_data["rules"].splitlines())
        return kept([self._rule(line) for line in lines if line])

    def _rule(self, line: str) -> GroupRule:
        group, role, *places = (
            (part.strip() for part in line.split("|")) if line.count("|") in (1, 2) else ("", "")
        )
        roles = {bare(str(word)): one.value for one in _roles() for word in (one.label, one.value)}
        if not group or bare(role) not in roles:
            raise forms.ValidationError(
                gettext(
                    "“%(line)s”: write a group, a role (Owner, Manager, Reviewer, Labeler, Viewer), and workspaces, "
                    "with | between."
                )
                % {"line": line}
            )
        names = [name.strip() for name in ",".join(places).split(",") if name.strip()]
        if unknown := [name for name in names if name not in self.workspaces]:
            raise forms.ValidationError(
                gettext("There is no workspace named %(name)s.") % {"name": unknown[0]}
            )
        return GroupRule(group, roles[bare(role)], [self.workspaces[name] for name in names])

    def _written(self, rules: list[GroupRule]) -> str:
        names = {pk: name for name, pk in self.workspaces.items()}
        labels = {one.value: str(one.label) for one in _roles()}
        return "\n".join(
            " | ".join(
                [
                    rule.group,
                    labels[rule.role],
                    ", ".join(names[pk] for pk in rule.workspaces if pk in names),
                ]
            ).rstrip(" |")
            for rule in rules
        )


class OidcForm(ProviderForm):
    """An OpenID Connect provider."""

    own = ("issuer", "client_id", "scopes")

    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=2000,
        widget=forms.TextInput(
            {"dir": "ltr", "translate": "no", "placeholder": "https://id.example.org/realms/acme"}
        ),
        help_text=_("Its address as it calls itself, without /.well-known/…"),
    )
    client_id = forms.CharField(
        label=_("Client ID"), max_length=500, widget=forms.TextInput({"dir": "ltr", "translate": "no"})
    )
    client_secret = forms.CharField(
        label=_("Client secret"),
        max_length=2000,
        required=False,
        strip=True,
        widget=forms.PasswordInput({"autocomplete": "off", "dir": "ltr", "translate": "no"}),
        help_text=_("Kept encrypted, and never shown. Left empty, it stays as it is."),
    )
    scopes = forms.CharField(
        label=_("Scopes"),
        max_length=200,
        initial="openid email profile",
        widget=forms.TextInput({"dir": "ltr", "translate": "no"}),
    )

    def __init__(self, data: Any, *, by: Membership, provider: IdentityProvider) -> None:
        super().__init__(data, by=by, provider=provider)
        self.fields["groups_claim"].help_text = _("The claim that lists somebody's groups.")
        self.fields["groups_claim"].initial = "groups"


class SamlForm(ProviderForm):
    """A SAML provider."""

    own = ("metadata_url", "metadata")

    metadata_url = forms.CharField(
        label=_("Address of the metadata"),
        max_length=2000,
        required=False,
        widget=forms.TextInput(
            {"dir": "ltr", "translate": "no", "placeholder": "https://id.example.org/metadata.xml"}
        ),
        help_text=_("They are fetched when you save."),
    )
    metadata = forms.CharField(
        label=_("Or the metadata themselves"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(
            {
                "rows": 5,
                "dir": "ltr",
                "translate": "no",
                "spellcheck": "false",
                "placeholder": "<EntityDescriptor …",
            }
        ),
    )

    def __init__(self, data: Any, *, by: Membership, provider: IdentityProvider) -> None:
        super().__init__(data, by=by, provider=provider)
        self.fields["groups_claim"].help_text = _("The attribute that lists somebody's groups.")
        self.fields["groups_claim"].initial = "groups"


FORMS: dict[str, type[ProviderForm]] = {Protocol.OIDC: OidcForm, Protocol.SAML: SamlForm}
