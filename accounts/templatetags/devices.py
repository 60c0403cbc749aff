"""What a browser calls itself, for people."""

from django import template

from accounts import sessions

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    """Its name and its system: "Firefox, Linux"."""
    return sessions.device(user_agent)
