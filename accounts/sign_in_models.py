"""How an organization's own people come in: its identity providers, and the domains that are proven to be its own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.scoped import OwnerQuerySet
from core.models import Base


class Protocol(models.TextChoices):
    """What an identity provider speaks."""

    OIDC = "oidc", _("OpenID Connect")
    SAML = "saml", _("SAML 2.0")


def protocols() -> list[tuple[str, Any]]:
    """For `IdentityProvider.protocol`."""
    return list(Protocol.choices)


class IdentityProvider(Base):
    """Somebody who says who an organization's people are. It is believed about this organization, and no other."""

    organization = models.ForeignKey(
        "accounts.Organization", models.CASCADE, related_name="identity_providers"
    )
    protocol = models.CharField(max_length=10, choices=protocols)
    name = models.CharField(max_length=60)  # on the button
    is_on = models.BooleanField(default=True)
    lets_in_new = models.BooleanField(default=True)  # who is no member becomes one
    # OpenID Connect: where it is, and what it knows us as; the secret is sealed (core/sealed.py).
    issuer = models.TextField(blank=True, default="")
    client_id = models.TextField(blank=True, default="")
    client_secret = models.TextField(blank=True, default="")
    scopes = models.CharField(max_length=200, blank=True, default="openid email profile")
    # SAML: its metadata, as XML, and where they came from.
    metadata_url = models.TextField(blank=True, default="")
    metadata = models.TextField(blank=True, default="")
    # Which groups somebody is in stands in this claim or attribute; what follows from it, in the rules:
    # [{"group": "readers", "role": "reviewer", "workspaces": ["<id>", …]}, …]. The group "*" is everybody.
    groups_claim = models.CharField(max_length=200, blank=True, default="groups")
    rules = models.JSONField(default=list, blank=True)

    objects = OwnerQuerySet["IdentityProvider"].as_manager()

    class Meta:
        app_label = "accounts"
        ordering = ("inserted_at", "id")
        verbose_name = "identity provider"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "id"], name="identity_provider_with_organization"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Identity(Base):
    """Who somebody is to an identity provider, which says nothing about whom it means by it here.

    `provider` is that of an organization, whose word counts for itself alone: another one that calls itself the same
    says nothing about this person. None: that of the installation.
    """

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="identities")
    provider = models.ForeignKey(
        IdentityProvider, models.CASCADE, null=True, blank=True, related_name="identities"
    )
    issuer = models.TextField()
    subject = models.CharField(max_length=255)

    class Meta:
        app_label = "accounts"
        verbose_name_plural = "identities"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], condition=Q(provider=None), name="one_user_per_identity"
            ),
            models.UniqueConstraint(
                fields=["provider", "issuer", "subject"], name="one_user_per_identity_and_provider"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"


class Domain(Base):
    """A domain of e-mail addresses. Once proven, it is one organization's alone."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="domains")
    name = models.CharField(max_length=253)
    token = models.CharField(max_length=64)
    proven_at = models.DateTimeField(null=True, blank=True)

    objects = OwnerQuerySet["Domain"].as_manager()

    class Meta:
        app_label = "accounts"
        ordering = ("name",)
        verbose_name = "domain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "name"], name="one_domain_per_organization"),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(proven_at__isnull=False),
                name="a_proven_domain_is_one_organizations",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationRequest(Base):
    """Somebody who signed up and wants an organization: the operator of the installation decides."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, blank=True)  # without one it is made from the name
    first_name = models.CharField(max_length=200)
    decided_at = models.DateTimeField(null=True, blank=True)
    is_approved = models.BooleanField(default=False)

    class Meta:
        app_label = "accounts"
        ordering = ("-inserted_at",)
        verbose_name = "request for an organization"
        verbose_name_plural = "requests for organizations"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(decided_at=None), name="one_open_request_per_person"
            ),
        ]

    def __str__(self) -> str:
        return self.name
