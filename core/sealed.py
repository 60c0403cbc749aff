"""Secrets of others that must be kept for a while: encrypted under a key made from SECRET_KEY."""

from base64 import urlsafe_b64encode
from hashlib import blake2b

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from core.errors import Invalid


def seal(secret: str) -> str:
    """What may lie in the database in the place of the secret."""
    return _lock().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret. `Invalid` if SECRET_KEY has changed since."""
    try:
        return _lock().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Invalid("The secret key of this installation has changed. Give the token again.") from None


def _lock() -> Fernet:
    key = blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"assay.sealed").digest()
    return Fernet(urlsafe_b64encode(key))
