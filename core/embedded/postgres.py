"""PostgreSQL from the wheel: its data folder and its start."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import psycopg

from core.embedded import PORT, roles
from core.embedded.child import Child
from core.embedded.family import Family
from core.embedded.folder import private_sockets
from core.embedded.identity import Identity, choose
from core.embedded.server import LOCALE, server
from core.embedded.unavailable import Unavailable
from core.embedded.wheels import POSTGRES_MAJOR, postgres_binary

SUPERUSER = "postgres"
PATIENCE = 60.0  # seconds until it must answer: after a crash it reads its journal first
BIG_LOG = 10 * 2**20


def start(family: Family, data: Path, *, durable: bool) -> None:
    """Run it on `data`, made first if need be, until it answers and has our role and database."""
    folder, log = data / "postgres", data / "logs" / "postgres.log"
    refuse_other_version(folder)
    identity = choose(data, postgres_binary("postgres"))
    sockets = private_sockets(data, identity.owner)
    if not (folder / "PG_VERSION").exists():
        create(folder, identity, durable=durable)
    if log.exists() and log.stat().st_size > BIG_LOG:
        log.replace(log.with_suffix(".log.1"))
    log.touch(mode=0o600)
    written = log.stat().st_size
    forget_stale_owner(folder)
    child = family.start(server(folder, sockets, log, identity, durable=durable))
    with wait(child, sockets, written=written) as connection:
        roles.provide(connection)


def refuse_other_version(folder: Path) -> None:
    """Data of another major version cannot be opened, and must not be touched."""
    try:
        written_by = (folder / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return
    except OSError as error:
        raise Unavailable(f"The data in {folder} cannot be read ({error.strerror}).") from None
    if written_by != str(POSTGRES_MAJOR):
        raise Unavailable(
            f"The data in {folder} were written by PostgreSQL {written_by} and this is {POSTGRES_MAJOR}: "
            f"move them with pg_dump (docs/operating.md), or choose another folder with --data."
        )


def create(folder: Path, identity: Identity, *, durable: bool) -> None:
    """A new cluster, built beside its place and moved there whole. Text sorts by code point."""
    fresh = folder.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if identity.owner != os.geteuid():
        folder.parent.chmod(0o711)
        os.chown(fresh, identity.owner, -1)
    command = [*identity.prefix, str(postgres_binary("initdb")), "-D", str(fresh), "-U", SUPERUSER]
    command += ["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", f"--locale={LOCALE}"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums"]
    command += [] if durable else ["--no-sync"]
    done = subprocess.run(  # noqa: S603  a command of ours, no shell
        command, check=False, cwd="/", capture_output=True, text=True, errors="replace", **identity.popen
    )
    if done.returncode:
        reasons = [line for line in done.stderr.splitlines() if "error:" in line] or [done.stderr[-300:]]
        raise Unavailable(f"The database could not be created in {folder} ({reasons[0].strip()}).")
    fresh.rename(folder)


def forget_stale_owner(folder: Path) -> None:
    """Remove the pid file of a machine that went down: its number may be somebody else's by now.

    We hold the data folder, so only a server of ours that is still ending can have it: that is waited for.
    """
    file = folder / "postmaster.pid"
    try:
        pid = int(file.read_text(encoding="ascii").split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return
    deadline = time.monotonic() + PATIENCE
    while os.fsencode(folder) in command and time.monotonic() < deadline:
        time.sleep(0.05)
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return
    file.unlink(missing_ok=True)


def wait(child: Child, sockets: Path, *, written: int) -> "psycopg.Connection[tuple[object, ...]]":
    """A superuser's connection, as soon as there can be one. `written`: bytes of the log from before."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if how := child.ended():
            reason = complaint(child.log, written) or how
            raise Unavailable(f"PostgreSQL did not start ({reason}). Its log is {child.log}.")
        try:
            return psycopg.connect(
                host=str(sockets), port=PORT, user=SUPERUSER, dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError:
            time.sleep(0.02)
    raise Unavailable(f"PostgreSQL did not answer within {PATIENCE:.0f} seconds. Its log is {child.log}.")


def complaint(log: Path | None, written: int) -> str:
    """What its log says went wrong, behind the first `written` bytes."""
    lines = log.read_bytes()[written:].decode(errors="replace").splitlines() if log else []
    return next((line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line), "")
