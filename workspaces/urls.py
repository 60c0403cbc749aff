"""Pages about workspaces."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
