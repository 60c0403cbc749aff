"""What can be done about people. Acts guard what must stay true; they ask nobody whether it is allowed."""

from accounts.actions.accounts import check_may_go, delete_account, open_account
from accounts.actions.departures import deactivate_member, reactivate_member, remove_member
from accounts.actions.domains import claim_domain, drop_domain, prove_domain
from accounts.actions.endings import keep_organization, order_deletion
from accounts.actions.entry_rules import change_entry_rules
from accounts.actions.founding import (
    approve_request,
    ask_for_organization,
    decline_request,
    found_organization,
)
from accounts.actions.identity_providers import add_provider, change_provider, remove_provider
from accounts.actions.keys import IssuedKey, issue_api_key, revoke_api_key
from accounts.actions.languages import choose_language
from accounts.actions.members import MemberChanges, add_member, change_member, change_role, enroll
from accounts.actions.organizations import create_organization, rename_organization
from accounts.actions.service_accounts import add_service_account, let_answer
from accounts.actions.skills import clean_skills, give_skills
from accounts.actions.teams import NewMember, add_members, next_usernames
from accounts.actions.transfers import hand_over_ownership

__all__ = [
    "IssuedKey",
    "MemberChanges",
    "NewMember",
    "add_member",
    "add_members",
    "add_provider",
    "add_service_account",
    "approve_request",
    "ask_for_organization",
    "change_entry_rules",
    "change_member",
    "change_provider",
    "change_role",
    "check_may_go",
    "choose_language",
    "claim_domain",
    "clean_skills",
    "create_organization",
    "deactivate_member",
    "decline_request",
    "delete_account",
    "drop_domain",
    "enroll",
    "found_organization",
    "give_skills",
    "hand_over_ownership",
    "issue_api_key",
    "keep_organization",
    "let_answer",
    "next_usernames",
    "open_account",
    "order_deletion",
    "prove_domain",
    "reactivate_member",
    "remove_member",
    "remove_provider",
    "rename_organization",
    "revoke_api_key",
]
