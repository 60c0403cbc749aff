"""A request begins for nobody."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.tenancy import closed


class ClosedMiddleware:
    """Every request starts closed and leaves nothing behind, whoever it turns out to act for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with closed():
            return self.get_response(request)
