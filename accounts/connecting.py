"""Connecting an account with a provider's word for its owner: only by a button on a page of their own.

Without it, somebody could send a browser here that is signed in at the provider as themselves, and come in by it later.
"""

from __future__ import annotations

from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner

from accounts.models import User

LASTS = 24 * 3600  # seconds that the page may stand open


def connect_token(user: User, provider_id: UUID) -> str:
    """What the button carries along."""
    return _signer.sign(f"{user.pk}/{provider_id}")


def may_connect(user: User, provider_id: UUID, token: str) -> bool:
    """Whether it is the button of this person, for this provider."""
    try:
        return _signer.unsign(token, max_age=LASTS) == f"{user.pk}/{provider_id}"
    except BadSignature:
        return False


_signer = TimestampSigner(salt="accounts.connecting")
