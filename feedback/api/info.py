"""JSON about the server itself, for everybody."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import EVERYBODY
from core.api import PublicView
from core.operations import operation
from feedback.events.payloads import CONTRACT


class VersionJson(TypedDict):
    """Which contract is spoken here."""

    version: str


class StatusJson(VersionJson):
    """Empty but for the version: what the server runs on is nobody's business."""

    search_engine: dict[str, Any]
    memory: dict[str, str]


class ArgillaJson(TypedDict):
    """What the contract calls the settings of Argilla."""

    share_your_progress_enabled: bool


class ServerSettingsJson(TypedDict):
    """How the server is set up."""

    argilla: ArgillaJson


class Version(PublicView):
    """Which contract is spoken here."""

    @operation("get_version", EVERYBODY, gives={200: VersionJson})
    def get(self, request: Request) -> Reply:
        """Say which version of the contract is spoken here."""
        return Reply({"version": CONTRACT})


class Status(PublicView):
    """That the server is there; what it runs on is nobody's business. For operators: /readyz."""

    @operation("get_status", EVERYBODY, gives={200: StatusJson})
    def get(self, request: Request) -> Reply:
        """Say that the server is there."""
        return Reply({"version": CONTRACT, "search_engine": {}, "memory": {}})


class ServerSettings(PublicView):
    """What a client may want to know of how the server is set up."""

    @operation("get_settings", EVERYBODY, gives={200: ServerSettingsJson})
    def get(self, request: Request) -> Reply:
        """Show how the server is set up."""
        return Reply({"argilla": {"share_your_progress_enabled": False}})
