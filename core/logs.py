"""Logs: one line an event, without secrets.

Two nets: what is called like a secret is hidden by its name, and what looks like one by its looks, whoever wrote the
line, in tracebacks as well.
"""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = "[hidden]"
NAMES = re.compile(
    r"passw|secret|token|api_?key|authorization|cookie|session_?id|csrf|credential|assertion|digest|sealed",
    re.IGNORECASE,
)
WORDS = (
    r"password|passwd|secret|token|api[_-]?key|authorization|cookie|sessionid|csrf\w*|samlresponse|assertion"
)
LOOKS = (
    (re.compile(r"\bassay_[A-Za-z0-9]{40,}"), HIDDEN),  # our keys
    (re.compile(r"\bhf_[A-Za-z0-9]{16,}"), HIDDEN),  # the Hub's
    (re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{86}==|whsec_[A-Za-z0-9+/=]{16,})"), HIDDEN),  # webhooks'
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),  # our tokens, and those of providers
    (re.compile(r"\bgAAAA[\w-]{20,}=*"), HIDDEN),  # what is sealed
    (re.compile(r"\b(argon2|pbkdf2|scrypt|bcrypt)\w*\$\S+"), HIDDEN),  # hashes of passwords
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (
        re.compile(r"(/invitations/|/reset/key/|/confirm-email/)[^/\s?\"']+"),
        rf"\1{HIDDEN}",
    ),  # they open a door
    (
        re.compile(
            rf"(?i)((?:\w*(?:{WORDS}))[\"']?\s*[=:]\s*[\"']?)(?!\[hidden\]|Bearer|Basic)[^\s\"'&,;)\]}}]+"
        ),
        rf"\1{HIDDEN}",
    ),
    (
        re.compile(r"(?i)([?&](?:code|state)=)[^\s&\"']+"),
        rf"\1{HIDDEN}",
    ),  # of providers that send somebody back
    (re.compile(r"(\w+://[^/\s:@]+:)[^@/\s]+(@)"), rf"\1{HIDDEN}\2"),  # a password in an address
)


def hide(text: str) -> str:
    """The text without what looks like a secret."""
    for pattern, instead in LOOKS:
        text = pattern.sub(instead, text)
    return text


def redact(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event without the values of what is called like a secret: for structlog."""
    for name, value in event.items():
        event[name] = HIDDEN if NAMES.search(name) and value not in (None, "") else _within(value)
    return event


def _within(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: HIDDEN if NAMES.search(str(name)) else _within(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_within(one) for one in value]
    return value


class LineFormatter(logging.Formatter):
    """A line, with its traceback if there is one, without what looks like a secret."""

    def format(self, record: logging.LogRecord) -> str:
        return hide(super().format(record))


def configure() -> None:
    """Let structlog write into Python's logging: one way out."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            redact,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
