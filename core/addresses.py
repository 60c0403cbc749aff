"""Which addresses may be called: those of the public internet, and what the operator opened (OUTGOING_ALLOW)."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import Any

from django.conf import settings
from pydantic import AnyHttpUrl, TypeAdapter, ValidationError

from core.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST_URL = 2000
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# What Python takes for global and is not: protocol assignments, among them a cloud's metadata; the relays of 6to4;
# the address under which another cloud serves its machines.
LOCAL_ALL_THE_SAME = tuple(
    ipaddress.IPv4Network(network) for network in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")
)
HOW_TO_ALLOW = "Whoever runs this installation can allow it (OUTGOING_ALLOW)."

_url = TypeAdapter(AnyHttpUrl)


class UnreachableError(Exception):
    """The call was not answered, or not made. The sentence says why."""


def normal(url: str) -> str:
    """The URL in the one form in which it is kept and called. `Invalid` says what is wrong with it.

    Scheme and host in lower case, a path, a host of numbers as an IP address however it was written.
    """
    if len(url) > LONGEST_URL:
        raise Invalid(f"An address may have {LONGEST_URL:,} characters.")
    try:
        read = _url.validate_python(url.strip())
    except ValidationError:
        raise Invalid("This is no address. Write one like https://example.com/hook.") from None
    if read.username or read.password:
        raise Invalid("Leave the user name and the password out of the address.")
    return str(read)


def refuse_private(url: str) -> None:
    """Raise `Invalid` if the URL, in normal form, names a place that is not called. Asks nobody: names may resolve."""
    host = _url.validate_python(url).host or ""
    literal = _literal(host) or (_literal("127.0.0.1") if _is_local_name(host) else None)
    if literal and not _may_be_called(literal):
        raise Invalid(f"{host} is a private address, which is not called from here. {HOW_TO_ALLOW}")


def refuse_plain(url: str) -> None:
    """Raise `Invalid` unless the URL is https, or names an address in a network that the operator opened."""
    read = _url.validate_python(url)
    literal = _literal(read.host or "")
    if read.scheme != "https" and not (
        literal and not _is_public(_unwrapped(literal)) and _may_be_called(literal)
    ):
        raise Invalid("Write an address that begins with https://.")


def permitted(host: str, port: int, seconds: float) -> list[Address]:
    """The host's addresses that may be called; `UnreachableError` if there are none."""
    found = list(dict.fromkeys(_resolve(host, port, seconds)))
    if passed := [address for address in found if _may_be_called(address)]:
        return passed
    where = host if _literal(host) else f"{host} is {found[0]}, which"
    raise UnreachableError(f"{where} is a private address and not called from here. {HOW_TO_ALLOW}")


def _resolve(host: str, port: int, seconds: float) -> Iterator[Address]:
    """By the system's resolver, which takes no time limit: another thread waits for it as long as it likes."""
    if literal := _literal(host):
        return iter([literal])
    answer: Future[list[Any]] = Future()

    def ask() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)

    Thread(target=ask, daemon=True).start()
    try:
        found = answer.result(seconds)
    except TimeoutError:
        raise UnreachableError(f"The name {host} was not found in time.") from None
    except (OSError, UnicodeError):
        raise UnreachableError(
            f"There is no host named {host}, or its name cannot be looked up now."
        ) from None
    return (ipaddress.ip_address(address[0].partition("%")[0]) for *_, address in found)


def _literal(host: str) -> Address | None:
    with suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]"))
    return None


def _is_local_name(host: str) -> bool:
    name = host.rstrip(".")
    return name == "localhost" or name.endswith(".localhost")


def _may_be_called(address: Address) -> bool:
    """Whether it is a place in the public internet, or in a network that the operator opened."""
    real = _unwrapped(address)
    return _is_public(real) or any(real in network for network in settings.OUTGOING_ALLOW)


def _unwrapped(address: Address) -> Address:
    """An IPv4 address that is written as an IPv6 one is what it is."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (
        address not in GLOBAL_UNICAST or address in SIX_TO_FOUR
    ):
        return False
    if any(address in network for network in LOCAL_ALL_THE_SAME):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)
