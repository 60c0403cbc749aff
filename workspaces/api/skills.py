"""JSON about what people know."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import MANAGERS_OF_LABELERS, THEMSELVES, Verb
from accounts.actions import change_member
from accounts.actions.skills import LONGEST_SKILL, MOST_SKILLS
from accounts.models import Membership
from core.api import ApiView, body, path_id
from core.operations import operation
from core.text import Storable


class SkillsUpdate(BaseModel):
    """The body of PUT /users/{id}/skills."""

    skills: Annotated[
        list[Annotated[str, StringConstraints(max_length=LONGEST_SKILL), Storable]],
        Field(max_length=MOST_SKILLS),
    ]


class SkillsJson(TypedDict):
    """What somebody knows."""

    skills: list[str]


def skills_json(member: Membership) -> SkillsJson:
    """What a member knows."""
    return {"skills": member.skills}


class UserSkills(ApiView):
    """What one of the people knows."""

    @operation("get_skills", THEMSELVES, gives={200: SkillsJson})
    def get(self, request: Request, user_id: str) -> Reply:
        """Show what somebody knows."""
        member = Membership.objects.fetch(Verb.VIEW, self.by, pk=path_id(user_id, "user_id"), left_at=None)
        return Reply(skills_json(member))

    @operation("set_skills", MANAGERS_OF_LABELERS, body=SkillsUpdate, gives={200: SkillsJson})
    def put(self, request: Request, user_id: str) -> Reply:
        """Say what somebody knows, in place of what was said before.

        Words in small letters, such as languages and subjects. Datasets may match them with the metadata of their
        records (`match_properties` of their queue).
        """
        pk = path_id(user_id, "user_id")
        sent = body(request, SkillsUpdate)
        member = Membership.objects.fetch(Verb.MANAGE, self.by, pk=pk, left_at=None)
        return Reply(skills_json(change_member(member, skills=sent.skills)))
