"""Every /api/v1 route in one table: the protocol's contents page. No slash at the end."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
