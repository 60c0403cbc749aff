"""What members know, as records ask for it: languages, subjects."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext, ngettext

from accounts.audit import note
from accounts.models import Membership
from core.errors import Invalid
from core.text import problem

MOST_SKILLS, LONGEST_SKILL = 50, 100


def clean_skills(words: Iterable[str]) -> list[str]:
    """In small letters, each once, in their order. `Invalid` for one that could match no record."""
    skills = list(dict.fromkeys(cleaned for word in words if (cleaned := word.strip().lower())))
    wrong = next(filter(None, map(_problem, skills)), None)
    if len(skills) > MOST_SKILLS:
        wrong = ngettext(
            "A person has at most %(number)s skill.", "A person has at most %(number)s skills.", MOST_SKILLS
        ) % {"number": MOST_SKILLS}
    if wrong:
        raise Invalid(wrong, {"skills": wrong})
    return skills


@transaction.atomic
def give_skills(skills: Mapping[Membership, Iterable[str]]) -> None:
    """Let each of these people have these skills, in place of those that they had."""
    for member, words in skills.items():
        member.skills = clean_skills(words)
    Membership.objects.bulk_update(skills, ["skills"], batch_size=500)
    for member in skills:
        note("member.changed", member, skills=member.skills)


def _problem(word: str) -> str | None:
    if len(word) > LONGEST_SKILL:
        return ngettext(
            "A skill may have %(number)s character.", "A skill may have %(number)s characters.", LONGEST_SKILL
        ) % {"number": LONGEST_SKILL}
    if "\n" in word or "\r" in word:
        return gettext("A skill is one line. Write each on a line of its own.")
    return problem(word)
