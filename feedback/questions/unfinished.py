"""What is refused of answers to every one of several candidates, because some of them were left out."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from core.errors import Invalid


def refuse_unranked(*, done: int, of: int) -> None:
    """`Invalid` if some have no rank, or there is nothing to rank."""
    if of == 0:
        raise Invalid(gettext("This record has nothing to rank. Discard it, or skip it."))
    if done < of:
        raise Invalid(
            ngettext(
                "Give each of the %(all)s a rank; %(open)s of them has none yet.",
                "Give each of the %(all)s a rank; %(open)s of them have none yet.",
                of - done,
            )
            % {"all": of, "open": of - done}
        )


def refuse_unrated(*, done: int, of: int) -> None:
    """`Invalid` if some have no rating, or there is nothing to rate."""
    if of == 0:
        raise Invalid(gettext("This record has nothing to rate. Discard it, or skip it."))
    if done < of:
        raise Invalid(
            ngettext(
                "Rate each of the %(all)s; %(open)s of them has no rating yet.",
                "Rate each of the %(all)s; %(open)s of them have no rating yet.",
                of - done,
            )
            % {"all": of, "open": of - done}
        )
