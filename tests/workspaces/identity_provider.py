"""An OpenID Connect provider on this machine, whose people sign in by their name."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "assay", "a secret: 100 %"
REDIRECT = "https://assay.example/back"


@cache
def new_key(name: str = "") -> RSAPrivateKey:
    """The same for the same name: to make one takes a tenth of a second."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class IdentityProvider:
    """Knows people by `sub`. What it says and how it misbehaves is for the test to change."""

    issuer: str = ""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # code -> what the browser asked, and `sub`
    key: RSAPrivateKey = field(default_factory=new_key)
    published: RSAPrivateKey | None = None  # if not the one that signs
    claims: dict[str, Any] = field(default_factory=dict)  # in the place of those that are right
    only_userinfo: bool = False
    userinfo: dict[str, Any] = field(default_factory=dict)  # likewise
    answers: dict[str, tuple[int, bytes, dict[str, str]]] = field(
        default_factory=dict
    )  # path -> anything else
    asked: list[str] = field(default_factory=list)
    algorithm: str = "RS256"
    redirect: str = REDIRECT  # where it sends people back to

    def sign_in(self, address: str, sub: str) -> dict[str, str]:
        """What the browser that was sent to `address` comes back with, once `sub` has signed in."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == self.redirect
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = {**asked, "sub": sub}
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, form: dict[str, str], credentials: str) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
            }
        if path == "/keys":
            public = RSAAlgorithm.to_jwk((self.published or self.key).public_key(), as_dict=True)
            return 200, {"keys": [{**public, "kid": "1", "use": "sig", "alg": "RS256"}]}
        if path == "/userinfo":
            sub = credentials.removeprefix("Bearer for ")
            return 200, {"sub": sub, **self.people[sub], **self.userinfo}
        return self.token(form, credentials)

    def token(self, form: dict[str, str], credentials: str) -> tuple[int, Any]:
        asked = self.codes.pop(form["code"], None)
        expected = base64.b64encode(f"{CLIENT}:a%20secret%3A%20100%20%25".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            asked is None
            or credentials != f"Basic {expected}"
            or form["redirect_uri"] != self.redirect
            or asked["code_challenge"] != challenge.rstrip(b"=").decode()
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"],
            "sub": asked["sub"], **({} if self.only_userinfo else self.people[asked["sub"]]), **self.claims,
        }  # fmt: skip
        key: Any = self.key if self.algorithm == "RS256" else "s" * 32
        token = jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "1"})
        return 200, {"id_token": token, "access_token": f"for {asked['sub']}", "token_type": "Bearer"}


@contextmanager
def running() -> Iterator[IdentityProvider]:
    """Until the block ends."""
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("content-length", 0))
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            path = urlsplit(self.path).path
            provider.asked.append(path)
            if path == "/authorize":  # a browser: it is signed in at once, as the first whom it knows
                back = urlencode(provider.sign_in(self.path, next(iter(provider.people))))
                status, body, headers = 302, b"", {"location": f"{provider.redirect}?{back}"}
            elif path in provider.answers:
                status, body, headers = provider.answers[path]
            else:
                status, said = provider.answer(path, form, self.headers.get("authorization", ""))
                body, headers = json.dumps(said).encode(), {}
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args: Any) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def setting(issuer: str, organization: str, *workspaces: str) -> dict[str, Any]:
    """The setting OAUTH for this provider."""
    return {
        "name": "sso", "issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "redirect_uri": REDIRECT,
        "scopes": "openid email profile", "organization": organization, "workspaces": list(workspaces),
    }  # fmt: skip


def query_of(more: dict[str, str]) -> str:
    return f"?{urlencode(more)}" if more else ""
