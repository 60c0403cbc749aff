"""Every page: one include per app. The API's table is config/api_v1.py."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts.views import sign_in
from core.api import UnknownPath
from core.health import healthz, readyz

handler429 = "accounts.throttling.too_often"  # allauth's, where a limit is reached
handler500 = "core.api_errors.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api_v1")),
    re_path(r"^api/", UnknownPath.as_view(), name="unknown_api_path"),
    path("accounts/login/", sign_in, name="account_login"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("workspaces.urls")),
    path("", include("feedback.urls")),
]
