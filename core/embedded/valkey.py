"""The broker from the wheel: Valkey, which speaks Redis."""

import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from core.embedded import BROKER_SOCKET, redis_url
from core.embedded.child import Child
from core.embedded.family import Family
from core.embedded.folder import private_sockets
from core.embedded.unavailable import Unavailable
from core.embedded.wheels import broker_binary

PATIENCE = 30.0  # seconds until it must answer: it reads its journal first


def start(family: Family, data: Path, *, durable: bool) -> None:
    """Run it on `data` until it answers."""
    folder, socket = data / "valkey", private_sockets(data) / BROKER_SOCKET
    folder.mkdir(mode=0o700, exist_ok=True)
    socket.unlink(missing_ok=True)  # of one that was killed; we hold the folder, so nobody listens
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "yes" if durable else "no",
        "databases": "16",
        "maxmemory-policy": "noeviction",  # a queue must not lose what it holds
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    log = data / "logs" / "valkey.log"
    child = Child(name="The broker", command=[str(broker_binary()), *arguments], layer=0, log=log)
    family.start(child)
    wait(child, redis_url(data))


def wait(child: Child, url: str) -> None:
    """Return as soon as it answers; `Unavailable` if it does not."""
    deadline = time.monotonic() + PATIENCE
    with Redis.from_url(url) as client:
        while time.monotonic() < deadline:
            if how := child.ended():
                raise Unavailable(f"The broker did not start ({how}). Its log is {child.log}.")
            try:
                client.ping()
            except RedisError:
                time.sleep(0.02)
            else:
                return
    raise Unavailable(f"The broker did not answer within {PATIENCE:.0f} seconds. Its log is {child.log}.")
