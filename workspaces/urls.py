"""Pages about people and places, below the organization's slug."""

from django.urls import include, path

from workspaces.views import (
    arriving,
    audit,
    departures,
    domains,
    groups,
    invitations,
    joining,
    members,
    organizations,
    providers,
    service_accounts,
    signing_in,
    standing,
    workspaces,
)

people = [
    path("", members.members, name="members"),
    path("new", members.new_member, name="new_member"),
    path("many", members.new_members, name="new_members"),
    path("invite", invitations.invite_member, name="invite"),
    path("invite/link", invitations.new_link, name="new_link"),
    path("invite/many", invitations.invite_several, name="invite_many"),
    path("invitations/<uuid:pk>/resend", invitations.resend, name="resend_invitation"),
    path("invitations/<uuid:pk>/withdraw", invitations.withdraw, name="withdraw_invitation"),
    path("<uuid:pk>/", members.member, name="member"),
    path("<uuid:pk>/password", members.new_password, name="new_password"),
    path("<uuid:pk>/deactivate", departures.deactivate, name="deactivate_member"),
    path("<uuid:pk>/reactivate", departures.reactivate, name="reactivate_member"),
    path("<uuid:pk>/hand-over", departures.hand_over, name="hand_over_ownership"),
    path("<uuid:pk>/remove", members.remove, name="remove_member"),
]
places = [
    path("", workspaces.workspaces, name="workspaces"),
    path("new", workspaces.create, name="create_workspace"),
    path("<uuid:pk>/", workspaces.workspace, name="workspace"),
    path("<uuid:pk>/rename", workspaces.rename, name="rename_workspace"),
    path("<uuid:pk>/delete", workspaces.delete, name="delete_workspace"),
    path("<uuid:pk>/groups/new", groups.new_group, name="new_group"),
    path("<uuid:pk>/groups/<uuid:group>/", groups.group, name="group"),
    path("<uuid:pk>/groups/<uuid:group>/delete", groups.delete, name="delete_group"),
    path("<uuid:pk>/members", workspaces.let_in, name="add_to_workspace"),
    path("<uuid:pk>/members/<uuid:member>/role", workspaces.change_place, name="change_place"),
    path("<uuid:pk>/members/<uuid:member>/remove", workspaces.let_out, name="remove_from_workspace"),
]
programs = [
    path("", service_accounts.services, name="services"),
    path("new", service_accounts.new_service, name="new_service"),
    path("<uuid:pk>/", service_accounts.service, name="service"),
    path("<uuid:pk>/keys", service_accounts.new_service_key, name="new_service_key"),
]
through = [
    path("", arriving.begin, name="sso_begin"),
    path("end", arriving.end, name="sso_end"),
    path("saml", arriving.saml_answer, name="saml_answer"),
    path("metadata", arriving.saml_metadata, name="saml_metadata"),
]
rules = [
    path("", signing_in.signing_in, name="organization_signing_in"),
    path("rules", signing_in.change_rules, name="entry_rules"),
    path("providers/new/<slug:protocol>", providers.new_provider, name="new_provider"),
    path("providers/<uuid:pk>/", providers.provider, name="provider"),
    path("providers/<uuid:pk>/test", providers.test, name="test_provider"),
    path("providers/<uuid:pk>/delete", providers.delete, name="delete_provider"),
    path("domains", domains.claim, name="claim_domain"),
    path("domains/<uuid:pk>/prove", domains.prove, name="prove_domain"),
    path("domains/<uuid:pk>/drop", domains.drop, name="drop_domain"),
]
urlpatterns = [
    path("<slug:organization>/account/leave", departures.leave, name="leave"),
    path("<slug:organization>/account/rights", standing.rights, name="rights"),
    path("<slug:organization>/audit/", audit.audit_log, name="audit_log"),
    path("<slug:organization>/audit/keep", audit.keep_log, name="keep_audit_log"),
    path("<slug:organization>/audit/file.<str:format>", audit.audit_file, name="audit_file"),
    path("<slug:organization>/services/", include(programs)),
    path("sign-in/", arriving.discover, name="discover"),
    path("<slug:slug>/sign-in/<uuid:pk>/", include(through)),
    path("<slug:organization>/signing-in/", include(rules)),
    path("<slug:organization>/organization/", organizations.organization, name="organization"),
    path("<slug:organization>/organization/delete", organizations.delete, name="delete_organization"),
    path("<slug:organization>/organization/keep", organizations.keep, name="keep_organization"),
    path("<slug:organization>/members/", include(people)),
    path("<slug:organization>/workspaces/", include(places)),
    path("<slug:slug>/invitations/<str:token>", joining.join, name="invitation"),
]
