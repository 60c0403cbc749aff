"""What every answer of the API carries, whatever it says (contract section 1.1)."""

import gzip
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

WORTH_COMPRESSING = 1400  # bytes; what is smaller travels in one packet anyway
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Max-Age": "86400",
}


class ApiMiddleware:
    """How long it took; that pages of other origins may read it; smaller, if the client can unpack it.

    The API knows callers by a header and never by a cookie. So other origins can do nothing in the name of whoever
    looks at them, and compressing tells nobody a secret.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        begun = time.perf_counter()
        response = self._preflight(request) or self.get_response(request)
        _share(request, response)
        _compress(request, response)
        response["Server-Timing"] = f"total;dur={(time.perf_counter() - begun) * 1000:.1f}"
        return response

    def _preflight(self, request: HttpRequest) -> HttpResponse | None:
        """A browser's question before it sends what another origin wants to send."""
        if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
            return None
        asked = request.headers.get("Access-Control-Request-Headers", "")
        return HttpResponse(status=204, headers={**PREFLIGHT, "Access-Control-Allow-Headers": asked})


def _share(request: HttpRequest, response: HttpResponse) -> None:
    origin = request.headers.get("Origin", "")
    if "*" in settings.API_ORIGINS:
        response["Access-Control-Allow-Origin"] = "*"
        return
    patch_vary_headers(response, ["Origin"])
    if origin in settings.API_ORIGINS:
        response["Access-Control-Allow-Origin"] = origin


def _compress(request: HttpRequest, response: HttpResponse) -> None:
    """JSON alone, and quickly: files go out as they are, in pieces. Not what mostly repeats what was sent."""
    if response.streaming or response.get("Content-Type") != "application/json":
        return
    patch_vary_headers(response, ["Accept-Encoding"])
    accepted, sent = (
        request.headers.get("Accept-Encoding", ""),
        int(request.headers.get("Content-Length") or 0),
    )
    if "gzip" in accepted and len(response.content) >= max(WORTH_COMPRESSING, 2 * sent):
        response.content = gzip.compress(response.content, compresslevel=1, mtime=0)
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
