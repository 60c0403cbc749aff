"""Keys on the labeling page, as whoever is signed in has them (feedback/shortcuts.py)."""

import json
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from feedback.shortcuts import GROUPS, keys_of, shown, turned

register = template.Library()


def _keys(context: Context) -> dict[str, str]:
    user = getattr(context.get("request"), "user", None)
    return keys_of(getattr(user, "shortcuts", {}))


@register.simple_tag(takes_context=True)
def kbd(context: Context, act: str, extra: str = "") -> SafeString:
    """The key of an act, for a button with data-key="act"; nothing if it has none. `extra`: classes."""
    key = shown(_keys(context)[act])
    return format_html(
        '<kbd class="{}" data-of="{}" aria-hidden="true"{}>{}</kbd>',
        extra,
        act,
        "" if key else SafeString(" hidden"),
        key,
    )


@register.simple_tag(takes_context=True)
def hint(context: Context, act: str) -> str:
    """The key of an act behind the words of a tooltip: " (r)"."""
    key = shown(_keys(context)[act])
    return f" ({key})" if key else ""


@register.simple_tag(takes_context=True)
def shortcut_table(context: Context) -> str:
    """For js/shortcuts.js: {act: [key, key as shown]}."""
    return json.dumps({act: [key, shown(key)] for act, key in _keys(context).items()}, ensure_ascii=False)


@register.simple_tag(takes_context=True)
def shortcut_groups(context: Context) -> list[dict[str, Any]]:
    """All acts with their keys, group by group, and what has fixed keys."""
    keys = _keys(context)
    return [
        {
            "title": group.title,
            "acts": [
                {
                    "name": act.name,
                    "words": act.words,
                    "key": turned(keys[act.name]),
                    "shown": shown(keys[act.name]),
                    "is_changed": keys[act.name] != act.default,
                    "default": shown(act.default),
                }
                for act in group.acts
            ],
            "fixed": group.fixed,
        }
        for group in GROUPS
    ]
