"""Nobody calls an address that somebody gave us but through the guard (core/outgoing.py, core/addresses.py)."""

import ast

from tests.house.sources import modules, name, tree

# What can open a connection.
CALLERS = {
    "httpx", "httpcore", "requests", "urllib3", "aiohttp", "urllib.request", "http.client", "socket", "socketserver",
    "ftplib", "smtplib", "telnetlib", "xmlrpc", "dns", "huggingface_hub", "fsspec", "boto3", "websockets", "onelogin",
}  # fmt: skip
ALLOWED = {
    "core/outgoing.py": "the guard itself",
    "core/addresses.py": "the guard's own look at addresses",
    "core/names.py": "asks this machine's resolver for TXT records; it connects to nothing that is named",
    "core/serving.py": "asks our own server whether it answers",
    "accounts/provider_answers.py": "the operator's own provider; what owners name goes through the guard",
    "accounts/saml.py": "reads and writes messages; the browser carries them",
    "feedback/hub/repository.py": "the Hub at the operator's address (HF_ENDPOINT): people name no host",
    "workspaces/emails.py": "only the names of errors of the operator's mail server",
    "feedback/hub/push.py": "the same",
    "feedback/hub/refusals.py": "only the names of the Hub's errors",
    "feedback/sources/argilla.py": "a command of the operator in a terminal, who gives the address",
}


def test_connections_are_opened_where_they_are_guarded() -> None:
    found = {
        name(path): sorted(_imports(tree(path)) & CALLERS)
        for path in modules()
        if _imports(tree(path)) & CALLERS
    }
    wrong = {place: what for place, what in found.items() if place not in ALLOWED}
    assert not wrong, (
        f"{wrong} can open connections. Call through core/outgoing.py, which refuses addresses of our own network; "
        "or say in tests/house/test_calls_go_out_in_one_place.py why nobody's address is called there."
    )


def test_no_reason_is_left_of_what_calls_nobody_any_more() -> None:
    found = {name(path) for path in modules() if _imports(tree(path)) & CALLERS}
    assert ALLOWED.keys() <= found, f"These call nobody: {ALLOWED.keys() - found}"


def test_the_rule_sees_every_way_to_import() -> None:
    code = (
        "import httpx\nfrom urllib import request\nfrom http.client import HTTPConnection\n"
        "def f():\n    import socket"
    )
    assert _imports(ast.parse(code)) & CALLERS == {"httpx", "urllib.request", "http.client", "socket"}


def _imports(module: ast.Module) -> set[str]:
    """Names of modules, each with the packages that it is in."""
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {".".join(one.split(".")[: n + 1]) for one in names for n in range(one.count(".") + 1)}
