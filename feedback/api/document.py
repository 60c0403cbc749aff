"""This API's own description: for programs, and as a page for people."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.decorators import method_decorator
from rest_framework.request import Request

from accounts.access import EVERYBODY
from core import api_docs, openapi
from core.api import PublicView
from core.operations import File, operation


@cache
def _written() -> tuple[bytes, str]:
    text = orjson.dumps(openapi.document())
    return text, f'"{sha256(text).hexdigest()[:32]}"'


# Nobody's data are in it, so neither needs a transaction.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class OpenApi(PublicView):
    """The document for programs."""

    @operation("get_openapi", EVERYBODY, gives={200: dict[str, Any], 304: None})
    def get(self, request: Request) -> HttpResponseBase:
        """Describe this API as OpenAPI 3.1."""
        text, etag = _written()
        reply = HttpResponse(text, content_type="application/json", headers={"ETag": etag})
        patch_cache_control(reply, public=True, max_age=300)
        return get_conditional_response(request._request, etag=etag, response=reply) or reply


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class Docs(PublicView):
    """The document for people."""

    @operation("get_docs", EVERYBODY, gives={200: File("text/html", is_kept=False)})
    def get(self, request: Request) -> HttpResponseBase:
        """Describe this API on a page."""
        reply = HttpResponse(api_docs.page())
        patch_cache_control(reply, public=True, max_age=300)
        return reply
