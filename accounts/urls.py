"""Pages about people."""

from django.urls import path

from accounts import closing, founding, languages, views

urlpatterns = [
    path("", views.index, name="index"),
    path("language", languages.choose, name="language"),
    path("sessions/<int:pk>/end", views.end, name="end_session"),
    path("organizations/", views.organizations, name="organizations"),
    path("organizations/new", founding.new_organization, name="new_organization"),
    path("organizations/address", founding.address, name="organization_address"),
    path("organizations/delete-account", closing.close_account, name="close_account"),
    path("<slug:slug>/sign-in", views.organization_sign_in, name="organization_sign_in"),
    path("<slug:organization>/account/", views.account, name="account"),
    path("<slug:organization>/account/keys", views.create_key, name="create_key"),
    path("<slug:organization>/account/keys/<uuid:pk>/revoke", views.revoke_key, name="revoke_key"),
]
