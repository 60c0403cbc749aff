"""A pooler of connections in transaction mode: each transaction may run on another connection of a few.

As PgBouncer does it, and nothing else: what a session remembers (settings, prepared statements, advisory locks) is lost
or, worse, somebody else's. The protocol: PostgreSQL's documentation, "Frontend/Backend Protocol", messages.
"""

from __future__ import annotations

import random
import select
import socket
import struct
from pathlib import Path
from queue import Queue
from threading import Lock, Thread

PORT = 5432
ENDS = frozenset(b"QSF")  # messages that are answered by "ready for query": query, sync, function call


class Pooler:
    """Listens in `folder`, and has `size` connections to the server at `upstream` (a unix socket)."""

    def __init__(self, upstream: Path, folder: Path, size: int) -> None:
        self.upstream, self.size = upstream, size
        self.idle: Queue[socket.socket] = Queue()
        self.transactions = 0
        self.startup = self.greeting = b""
        self.lock = Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / f".s.PGSQL.{PORT}"))
        self.listener.listen(256)
        Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Take no more clients, and leave the server."""
        self.listener.close()
        while not self.idle.empty():
            self.idle.get().close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            self._greet(client)
            while self._transaction(client):
                self.transactions += 1
        except OSError:
            pass
        finally:
            client.close()

    def _greet(self, client: socket.socket) -> None:
        """Greet it as the server would. The first greeting fills the pool: all clients are the same one."""
        length = _exactly(client, 4)
        startup = length + _exactly(client, struct.unpack("!I", length)[0] - 4)
        with self.lock:
            if not self.startup:
                self.startup = startup
                for _ in range(self.size):
                    self._connect()
        client.sendall(self.greeting)

    def _connect(self) -> None:
        """One more connection in the pool."""
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(self.upstream))
        server.sendall(self.startup)
        greeting, kind = b"", b""
        while kind != b"Z":
            kind, message = _message(server)
            greeting += message
            if kind == b"E":
                raise OSError("The server refused.")
        self.greeting = greeting
        self.idle.put(server)

    def _transaction(self, client: socket.socket) -> bool:
        """One transaction on a connection that is free; False when the client says goodbye."""
        kind, message = _message(client)
        if kind == b"X":
            return False
        server = self._any()
        try:
            waiting = _ends(kind)
            server.sendall(message)
            state = b"T"
            while waiting or state != b"I":
                ready, _, _ = select.select([client, server], [], [])
                if server in ready:
                    kind, message = _message(server)
                    client.sendall(message)
                    if kind == b"Z":
                        waiting, state = waiting - 1, message[5:6]
                elif client in ready:
                    kind, message = _message(client)
                    server.sendall(message)
                    waiting += _ends(kind)
        except OSError:
            # Whoever died in a transaction takes the connection with them: the server rolls back.
            server.close()
            self._connect()
            raise
        self.idle.put(server)
        return True

    def _any(self) -> socket.socket:
        """One that is free, by chance: the same one again would hide what a session remembers."""
        servers = [self.idle.get()]
        while not self.idle.empty() and len(servers) < self.size:
            servers.append(self.idle.get())
        chosen = servers.pop(random.randrange(len(servers)))
        for other in servers:
            self.idle.put(other)
        return chosen


def _ends(kind: bytes) -> int:
    return int(kind[0] in ENDS)


def _message(source: socket.socket) -> tuple[bytes, bytes]:
    head = _exactly(source, 5)
    return head[:1], head + _exactly(source, struct.unpack("!I", head[1:])[0] - 4)


def _exactly(source: socket.socket, number: int) -> bytes:
    data = b""
    while len(data) < number:
        more = source.recv(number - len(data))
        if not more:
            raise OSError("Gone.")
        data += more
    return data
