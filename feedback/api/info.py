"""JSON about the server itself, for everybody."""

from rest_framework.request import Request
from rest_framework.response import Response as Reply

from core.api import PublicView
from feedback.events.payloads import CONTRACT


class Version(PublicView):
    """Which contract is spoken here."""

    def get(self, request: Request) -> Reply:
        return Reply({"version": CONTRACT})


class Status(PublicView):
    """That the server is there; what it runs on is nobody's business. For operators: /readyz."""

    def get(self, request: Request) -> Reply:
        return Reply({"version": CONTRACT, "search_engine": {}, "memory": {}})


class ServerSettings(PublicView):
    """What a client may want to know of how the server is set up."""

    def get(self, request: Request) -> Reply:
        return Reply({"argilla": {"share_your_progress_enabled": False}})
