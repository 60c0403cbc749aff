"""What a page asks before it shows what leads on: the same question as the page behind it asks."""

from __future__ import annotations

from uuid import UUID

from django import template

from accounts.access import Verb, may
from accounts.models import Membership

register = template.Library()


@register.filter
def manages(member: Membership, workspace: UUID) -> bool:
    """Whether they manage the workspace: `request.membership|manages:dataset.workspace_id`."""
    return may(Verb.MANAGE, member, workspace)


@register.filter
def reviews(member: Membership, workspace: UUID) -> bool:
    """Whether they see what others answer there."""
    return may(Verb.REVIEW, member, workspace)


@register.filter
def answers(member: Membership, workspace: UUID) -> bool:
    """Whether they may answer there."""
    return may(Verb.ANNOTATE, member, workspace)
