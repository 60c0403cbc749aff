"""A stand-in for the Hugging Face Hub: a small server with the storage that its library talks to.

Nothing leaves the machine. Repositories live in memory. What a test wants to happen it sets on the `Hub`.
"""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

TOKEN = "hf_" + "x" * 34
LARGE = (".parquet", ".bin")


@dataclass
class Repo:
    """Files by branch; each state of a branch that was ever seen stays to be had by its commit."""

    private: bool = False
    gated: bool = False
    branches: dict[str, dict[str, bytes]] = field(default_factory=lambda: {"main": {}})
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def sha(self, branch: str) -> str:
        files = self.branches[branch]
        sha = hashlib.sha1(
            repr(sorted((name, _sha(one)) for name, one in files.items())).encode()
        ).hexdigest()
        self.commits[sha] = dict(files)
        return sha

    def at(self, revision: str) -> tuple[str, dict[str, bytes]] | None:
        if revision in self.branches:
            return self.sha(revision), self.branches[revision]
        return (revision, self.commits[revision]) if revision in self.commits else None


@dataclass
class Hub:
    """The server. `fails`: path part -> statuses to answer next, one after another; `asked`: (method, path, token)."""

    url: str = ""
    repos: dict[str, Repo] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    fails: dict[str, list[int]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    reads_only: set[str] = field(default_factory=set)  # tokens that may not write

    def put(self, name: str, files: dict[str, bytes | str], *, branch: str = "main", **given: Any) -> Repo:
        """A repository with these files."""
        repo = self.repos.setdefault(name, Repo(**given))
        repo.branches.setdefault(branch, {}).update(
            {path: one.encode() if isinstance(one, str) else one for path, one in files.items()}
        )
        return repo

    def files(self, name: str) -> dict[str, bytes]:
        return self.repos[name].branches["main"]


@contextmanager
def running() -> Iterator[Hub]:
    """The stand-in on a port of its own."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def hub(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The stand-in, in the place of the Hub."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
    with running() as made:
        settings.HUB_ENDPOINT = made.url
        yield made


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Tests are quiet."""

    def do_GET(self) -> None:
        self._route()

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815

    def _route(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        self.path_only, self.query = unquote(url.path), parse_qs(url.query)
        self.token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        self.hub.asked.append((self.command, self.path_only, self.token))
        for part, statuses in self.hub.fails.items():
            if part in self.path_only and statuses:
                return self._error(statuses.pop(0), None)
        if self.path_only == "/api/repos/create":
            return self._create()
        if self.path_only == "/api/validate-yaml":
            return self._json({"errors": [], "warnings": []})
        if self.path_only.startswith("/lfs/"):
            self.hub.blobs[self.path_only.removeprefix("/lfs/")] = self.body
            return self._send(200, b"")
        return self._of_repo()

    def _create(self) -> None:
        said = json.loads(self.body)
        if not self._may_write():
            return self._error(403 if self.token else 401, None)
        name = f"{said.get('organization') or 'ana'}/{said['name']}"
        there = name in self.hub.repos
        if not there:
            self.hub.repos[name] = Repo(
                private=bool(said.get("private")) or said.get("visibility") == "private"
            )
        return self._json({"url": f"{self.hub.url}/datasets/{name}", "name": name}, 409 if there else 200)

    def _may_write(self) -> bool:
        return self.token == TOKEN and self.token not in self.hub.reads_only

    def _of_repo(self) -> None:
        parts = self.path_only.removeprefix("/api").removeprefix("/datasets/").split("/")
        name, rest = "/".join(parts[:2]), parts[2:]
        if name.endswith(".git"):
            name, rest = name.removesuffix(".git"), ["lfs", *rest]
        repo = self.hub.repos.get(name)
        if repo is None or (repo.private and self.token != TOKEN):
            return self._error(404 if self.token else 401, "RepoNotFound")
        if repo.gated and self.token != TOKEN and rest and rest[0] != "revision":
            return self._error(403, "GatedRepo")
        action = getattr(self, f"_{(rest or ['revision'])[0].replace('-', '_')}", None)
        if action is None:
            return self._error(404, None)
        return action(repo, name, rest[1:])

    def _revision(self, repo: Repo, name: str, rest: list[str]) -> None:
        if (found := repo.at("/".join(rest) or "main")) is None:
            return self._error(404, "RevisionNotFound")
        siblings = [{"rfilename": path} for path in found[1]]
        return self._json(
            {"id": name, "sha": found[0], "private": repo.private, "tags": [], "siblings": siblings}
        )

    def _tree(self, repo: Repo, name: str, rest: list[str]) -> None:
        cut = next((n for n in range(len(rest), 0, -1) if repo.at("/".join(rest[:n]))), None)
        if cut is None:
            return self._error(404, "RevisionNotFound")
        _, files = repo.at("/".join(rest[:cut])) or ("", {})
        above = "".join(f"{part}/" for part in rest[cut:])
        within = {path: content for path, content in files.items() if path.startswith(above)}
        if above and not within:
            return self._error(404, "EntryNotFound")
        folders = {
            path[:at] for path in within for at, sign in enumerate(path) if sign == "/" and at >= len(above)
        }
        if self.query.get("recursive", ["false"])[0].lower() != "true":
            within = {path: content for path, content in within.items() if "/" not in path[len(above) :]}
            folders = {path for path in folders if "/" not in path[len(above) :]}
        entries = [
            {"type": "directory", "path": path, "size": 0, "oid": _sha(path.encode())} for path in folders
        ]
        return self._json([*entries, *(_entry(path, content) for path, content in sorted(within.items()))])

    def _paths_info(self, repo: Repo, name: str, rest: list[str]) -> None:
        found = repo.at("/".join(rest))
        if found is None:
            return self._error(404, "RevisionNotFound")
        form = parse_qs(self.body.decode()) if not self.body.startswith(b"{") else json.loads(self.body)
        return self._json([_entry(path, found[1][path]) for path in form["paths"] if path in found[1]])

    def _resolve(self, repo: Repo, name: str, rest: list[str]) -> None:
        cut = next((n for n in range(1, len(rest)) if repo.at("/".join(rest[:n]))), None)
        if cut is None:
            return self._error(404, "RevisionNotFound")
        sha, files = repo.at("/".join(rest[:cut])) or ("", {})
        path = "/".join(rest[cut:])
        if path not in files:
            return self._error(404, "EntryNotFound")
        content, status = files[path], 200
        headers = {"ETag": f'"{_sha(content)}"', "X-Repo-Commit": sha, "Accept-Ranges": "bytes"}
        if asked := self.headers.get("Range"):
            begin, _, end = asked.removeprefix("bytes=").partition("-")
            last = min(int(end or len(content) - 1), len(content) - 1)
            headers["Content-Range"] = f"bytes {begin}-{last}/{len(content)}"
            content, status = content[int(begin) : last + 1], 206
        return self._send(status, content, headers)

    def _preupload(self, repo: Repo, name: str, rest: list[str]) -> None:
        if not self._may_write():
            return self._error(403, None)
        files = [
            {
                "path": one["path"],
                "uploadMode": "lfs" if one["path"].endswith(LARGE) else "regular",
                "shouldIgnore": False,
                "oid": None,
            }
            for one in json.loads(self.body)["files"]
        ]
        return self._json({"files": files})

    def _lfs(self, repo: Repo, name: str, rest: list[str]) -> None:
        objects = [
            {**one, "actions": {"upload": {"href": f"{self.hub.url}/lfs/{one['oid']}"}}}
            for one in json.loads(self.body)["objects"]
        ]
        return self._json({"transfer": "basic", "objects": objects})

    def _commit(self, repo: Repo, name: str, rest: list[str]) -> None:
        files = dict(repo.branches["main"])
        for line in map(json.loads, self.body.splitlines()):
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.hub.blobs[value["oid"]]
            elif line["key"] == "deletedFile":
                del files[value["path"]]
        repo.branches["main"] = files
        sha = repo.sha("main")
        return self._json({"commitUrl": f"{self.hub.url}/datasets/{name}/commit/{sha}", "commitOid": sha})

    def _error(self, status: int, code: str | None) -> None:
        headers = {"X-Error-Code": code} if code else {}
        return self._send(status, b'{"error": "No."}', headers)

    def _json(self, value: Any, status: int = 200) -> None:
        return self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _sha(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()


def _entry(path: str, content: bytes) -> dict[str, Any]:
    return {"type": "file", "path": path, "size": len(content), "oid": _sha(content)}
