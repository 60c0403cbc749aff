"""Calls to addresses that somebody gave us, which must not lead into the network that we stand in.

Whoever may write a URL could otherwise make the server ask its neighbors: databases, the cloud's metadata service,
itself. A host is resolved once, each of its addresses is looked at, and the call goes to one that passed: a name
that answers differently the next time gains nothing. Redirects are not followed. The operator may open networks
(OUTGOING_ALLOW, docs/operating.md).
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from types import TracebackType
from typing import Any

import httpcore
from django.conf import settings
from pydantic import AnyHttpUrl, TypeAdapter, ValidationError

from core.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST_URL = 2000
MOST_READ = 2000  # bytes of an answer
PIECE = 16 << 10  # bytes written at once; between two of them we look at the clock
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
HOW_TO_ALLOW = "Whoever runs this installation can allow it (OUTGOING_ALLOW)."

_url = TypeAdapter(AnyHttpUrl)


class UnreachableError(Exception):
    """The call was not answered, or not made. The sentence says why."""


@dataclass(frozen=True)
class Answer:
    """What the other side said: the status and the beginning of the body."""

    status: int
    text: str

    @property
    def is_success(self) -> bool:
        """A redirect is none: nobody follows it."""
        return 200 <= self.status < 300


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


class Line:
    """A line to call over. Calls to one host share its connection; not for several threads at once."""

    def __init__(self) -> None:
        self._network = _Network()
        self._pool = httpcore.ConnectionPool(network_backend=self._network, max_connections=1, retries=0)

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> Answer:
        """Post, and read the beginning of the answer, in so many seconds altogether. `UnreachableError` if not."""
        self._network.deadline = time.monotonic() + seconds
        try:
            with self._pool.stream("POST", url, headers=dict(headers), content=body) as response:
                return Answer(response.status, _beginning(response.iter_stream()))
        except httpcore.TimeoutException:
            raise UnreachableError(f"There was no answer within {seconds:g} seconds.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise UnreachableError(_why(error)) from None


def _beginning(pieces: Iterable[bytes]) -> str:
    """Of the body, as text that can be stored. What is wrong further down is not our concern: the status is here."""
    read = b""
    with suppress(httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        for piece in pieces:
            read += piece
            if len(read) >= MOST_READ:
                break
    return read[:MOST_READ].decode("utf-8", "replace").replace("\0", "�")


def _why(error: Exception) -> str:
    cause = error.__context__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"The certificate is not valid: {cause.verify_message}."
    if isinstance(cause, ssl.SSLError):
        return "No secure connection could be made. Is it https that is spoken there?"
    if isinstance(cause, ConnectionRefusedError):
        return "The connection was refused: nothing listens there."
    if isinstance(error, httpcore.ProtocolError):
        return "What answered does not speak HTTP, or broke off."
    return f"The connection failed: {getattr(cause, 'strerror', None) or cause}."


class _Network(httpcore.NetworkBackend):
    """Connects to addresses that passed, and to nothing else; everything ends at the deadline."""

    def __init__(self) -> None:
        self.deadline = 0.0
        self._sockets = httpcore.SyncBackend()

    def left(self) -> float:
        """Seconds until the deadline."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout
        return seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        addresses = _permitted(host, port, self.left())
        for address in addresses[:-1]:
            with suppress(httpcore.ConnectError):
                return self._connect(address, port)
        return self._connect(addresses[-1], port)

    def _connect(self, address: Address, port: int) -> httpcore.NetworkStream:
        return _Stream(self._sockets.connect_tcp(str(address), port, self.left()), self)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step takes what is left of the time. A per-step limit would let one drip for ever."""

    def __init__(self, stream: httpcore.NetworkStream, network: _Network) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PIECE):
            self._stream.write(buffer[start : start + PIECE], self._network.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, self._network.left()), self._network
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _permitted(host: str, port: int, seconds: float) -> list[Address]:
    """The host's addresses that may be called; `UnreachableError` if there are none."""
    found = list(dict.fromkeys(_resolve(host, port, seconds)))
    if permitted := [address for address in found if _may_be_called(address)]:
        return permitted
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
        raise httpcore.ConnectTimeout from None
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
    return address.is_global and not (address.is_multicast or address.is_reserved)
