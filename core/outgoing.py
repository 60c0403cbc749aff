"""Calls to addresses that somebody gave us, which must not lead into the network that we stand in.

Whoever may write a URL could otherwise make the server ask its neighbors: databases, the cloud's metadata service,
itself. A host is resolved once, each of its addresses is looked at, and the call goes to one that passed: a name
that answers differently the next time gains nothing. Redirects are not followed. The operator may open networks
(OUTGOING_ALLOW, docs/operating.md).
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpcore

from core.addresses import Address, UnreachableError, permitted

MOST_READ = 2000  # bytes of an answer
PIECE = 16 << 10  # bytes written at once; between two of them we look at the clock


@dataclass(frozen=True)
class Answer:
    """What the other side said: the status and the beginning of the body."""

    status: int
    text: str

    @property
    def is_success(self) -> bool:
        """A redirect is none: nobody follows it."""
        return 200 <= self.status < 300


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
        return self.call("POST", url, body, headers, seconds=seconds)

    def call(
        self,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        seconds: float,
        most: int = MOST_READ,
    ) -> Answer:
        """The same by any method; of the answer, `most` bytes are read."""
        self._network.deadline = time.monotonic() + seconds
        try:
            with self._pool.stream(method, url, headers=list(headers.items()), content=body) as response:
                return Answer(response.status, _beginning(response.iter_stream(), most))
        except httpcore.TimeoutException:
            raise UnreachableError(f"There was no answer within {seconds:g} seconds.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise UnreachableError(_why(error)) from None


def _beginning(pieces: Iterable[bytes], most: int) -> str:
    """Of the body, as text that can be stored. What is wrong further down is not our concern: the status is here."""
    read = b""
    with suppress(httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        for piece in pieces:
            read += piece
            if len(read) >= most:
                break
    return read[:most].decode("utf-8", "replace").replace("\0", "�")


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
        addresses = permitted(host, port, self.left())
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
