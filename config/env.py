"""Reading the environment: the only place that does, for the settings."""

import os
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The value of the variable, or the contents of the file that NAME_FILE points to (container secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    """true/false, yes/no, on/off, 1/0."""
    value = text(name).strip().lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if not value else value in {"1", "true", "yes", "on"}
    raise ImproperlyConfigured(f"{name} is {value!r}: write true or false.")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = text(name)
    if value and not value.strip().isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number.")
    return int(value) if value else default


def words(name: str, default: str = "") -> list[str]:
    """A list, separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """A list of networks or single addresses, separated by commas: 10.0.0.0/8, ::1."""
    found = words(name)
    try:
        return [ip_network(word) for word in found]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} holds no network: {error}. Write 10.0.0.0/8, ::1.") from None


def kept_secret(path: Path) -> str:
    """A secret made once and kept in this file; where nothing can be written, one that lasts as long as the process."""
    secret = secrets.token_urlsafe(50)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secret)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    except OSError:
        return secret
    return secret


def prefer(name: str, value: str) -> None:
    """Set what a library reads, unless the operator did. Before the library is imported."""
    os.environ.setdefault(name, value)
