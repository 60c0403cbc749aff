"""Lists of rows of which there are millions: always those of one dataset."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import redirect

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from feedback.models import Dataset

PARAMETER = "dataset__id__exact"


class InDatasetAdmin(TenantAdmin):
    """Whoever comes without a dataset is shown the newest; a list across all would have to sort them all."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method == "GET" and not request.GET.get(PARAMETER) and self.has_view_permission(request):
            newest = self.reachable(request, Dataset, Verb.VIEW).order_by("-inserted_at").first()
            if newest is not None:
                query = urlencode({**request.GET.dict(), PARAMETER: str(newest.pk)})
                return redirect(f"{request.path}?{query}")
        return super().changelist_view(request, extra_context)
