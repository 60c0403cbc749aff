"""Every /api/v1 route in one table: the protocol's contents page. No slash at the end."""

from django.urls import URLPattern, path

from accounts.api import Me, SignInProviders, Token, UserDetail, Users
from workspaces.api import (
    MyWorkspaces,
    UserWorkspaces,
    WorkspaceDetail,
    Workspaces,
    WorkspaceUserDetail,
    WorkspaceUsers,
)

urlpatterns: list[URLPattern] = [
    path("token", Token.as_view()),
    path("oauth2/providers", SignInProviders.as_view()),
    path("me", Me.as_view()),
    path("users", Users.as_view()),
    path("users/<str:user_id>", UserDetail.as_view()),
    path("users/<str:user_id>/workspaces", UserWorkspaces.as_view()),
    path("me/workspaces", MyWorkspaces.as_view()),
    path("workspaces", Workspaces.as_view()),
    path("workspaces/<str:workspace_id>", WorkspaceDetail.as_view()),
    path("workspaces/<str:workspace_id>/users", WorkspaceUsers.as_view()),
    path("workspaces/<str:workspace_id>/users/<str:user_id>", WorkspaceUserDetail.as_view()),
]
