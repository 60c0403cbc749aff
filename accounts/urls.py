"""Pages about people."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:slug>/sign-in", views.organization_sign_in, name="organization_sign_in"),
]
