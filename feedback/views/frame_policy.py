"""What pages that show records may load beyond the rest, and what a frame on them may do.

Pictures of records lie anywhere on the web, so these pages, and no others, take images from there. What an author of
a dataset wrote runs in frames only. A frame that stood in the page itself (srcdoc) would inherit the page's policy,
and the page would have to allow scripts inside it; so a frame has a route and an answer of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_exempt

View = TypeVar("View", bound=Callable[..., HttpResponse])

_SHOWING = {"img-src": ["https:", "http:"], "frame-src": ["'self'"]}
_INLINE = ["'unsafe-inline'", *settings.FRAME_SOURCES]
_FRAME = {
    "sandbox": ["allow-scripts"],  # also when somebody opens the address itself: no origin, no cookies
    "default-src": ["'none'"],
    "script-src": [*_INLINE, "'unsafe-eval'"],
    "style-src": _INLINE,
    "img-src": ["data:", "blob:", "https:", "http:"],
    "media-src": ["data:", "blob:", "https:", "http:"],
    "font-src": ["data:", *settings.FRAME_SOURCES],
    "connect-src": ["data:", "blob:", *settings.FRAME_SOURCES],
    "form-action": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'self'"],
}


def shows_records(view: View) -> View:
    """For pages that show records."""
    return cast(View, csp_update(_SHOWING)(view))


def in_a_frame(view: View) -> View:
    """For views that answer with what an author wrote."""

    @wraps(view)
    def answered(*args: object, **kwargs: object) -> HttpResponse:
        response = view(*args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    # X-Frame-Options cannot say what `frame-ancestors` says: for it a page without origin is nobody's own.
    return cast(View, xframe_options_exempt(csp(_FRAME)(answered)))
