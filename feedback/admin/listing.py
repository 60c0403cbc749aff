"""Lists of rows of which there are millions: always those of one dataset."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.shortcuts import redirect

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from feedback.models import Dataset

PARAMETER = "dataset__id__exact"


class SharedDatasetList(ChangeList):
    """A page of rows that know one dataset between them, whose shape is read once."""

    def get_results(self, request: HttpRequest) -> None:
        """As always, then shared."""
        super().get_results(request)
        datasets: dict[Any, Dataset] = {}
        rows: list[Any] = list(self.result_list)
        for row in rows:
            row.dataset = datasets.setdefault(row.dataset_id, row.dataset)
        self.result_list = rows


class InDatasetAdmin(TenantAdmin):
    """Whoever comes without a dataset is shown the newest; a list across all would have to sort them all."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SharedDatasetList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method == "GET" and not request.GET.get(PARAMETER) and self.has_view_permission(request):
            newest = self.reachable(request, Dataset, Verb.MANAGE).order_by("-inserted_at").first()
            if newest is not None:
                query = urlencode({**request.GET.dict(), PARAMETER: str(newest.pk)})
                return redirect(f"{request.path}?{query}")
        return super().changelist_view(request, extra_context)
