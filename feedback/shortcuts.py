"""What can be done on the labeling page by a key, and with which: one table, and what each person has changed in it.

A key is written as "k", "=", "Shift+G", "Alt+K", "Ctrl+Enter" (Ctrl is ⌘ on a Mac), "ArrowUp", "F2"; "" is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import get_language_bidi, gettext
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Act(NamedTuple):
    """Something that a key does, and the key that does it unless somebody chose another."""

    name: str
    words: _StrPromise
    default: str


class Fixed(NamedTuple):
    """Something whose keys nobody can change."""

    words: _StrPromise
    keys: tuple[str, ...]


class Group(NamedTuple):
    """Acts that belong together."""

    title: _StrPromise
    acts: tuple[Act, ...]
    fixed: tuple[Fixed, ...] = ()


GROUPS = (
    Group(
        _("Record"),
        (
            Act("submit", _("Submit"), "Ctrl+Enter"),
            Act("undo", _("Undo; after submit: take it back"), "u"),
            Act("stop", _("Can’t judge, with a reason"), "j"),
            Act("skip", _("Skip for now"), "k"),
            Act("previous", _("Previous record"), "l"),
            Act("new_record", _("Write a new one, where allowed"), "n"),
        ),
    ),
    Group(
        _("Reading"),
        (
            Act("guidelines", _("Guidelines"), "Shift+G"),
            Act("fold", _("Fold or show the prompt"), "p"),
            Act("raw", _("As written, as rendered"), "r"),
            Act("differences", _("Differences to the first"), "v"),
            Act("help", _("These keys"), "?"),
        ),
    ),
    Group(
        _("Questions"),
        (Act("take", _("Take the suggestion"), "s"),),
        (
            Fixed(_("Choose a point or label"), ("1", "…", "9")),
            Fixed(_("Rate an answer, go to the next"), ("1", "…", "9")),
            Fixed(_("Next, previous question"), ("Tab", "⇧ Tab")),
        ),
    ),
    Group(
        _("Writing"),
        (
            Act("preview", _("Preview of the text"), "Alt+P"),
            Act("insert", _("Insert a text from the menu"), "Alt+I"),
        ),
    ),
    Group(
        _("Ranking"),
        (
            Act("next_answer", _("Next answer; of two: the second is better"), "ArrowRight"),
            Act("previous_answer", _("Previous answer; of two: the first is better"), "ArrowLeft"),
            Act("tie", _("Tie with the one above; of two: about the same"), "="),
            Act("up", _("Move up"), "ArrowUp"),
            Act("down", _("Move down"), "ArrowDown"),
            Act("flag", _("Flag it: broken, unsafe …"), "x"),
            Act("better", _("Write a better one"), "w"),
        ),
        (
            Fixed(_("Look at an answer"), ("A", "…", "I")),
            Fixed(_("Put it into a tier, 1 is best"), ("1", "…", "9")),
            Fixed(_("Take it out of the ranking"), ("0",)),
            Fixed(_("Of two, where asked how much"), ("1", "…", "7")),
        ),
    ),
    Group(
        _("Marking a text"),
        (),
        (
            Fixed(_("Walk by word; extend"), ("←", "→", "⇧")),
            Fixed(_("Mark as; again: take it away"), ("1", "…", "9")),
            Fixed(_("Remove the mark"), ("⌫",)),
            Fixed(_("Next, previous mark"), ("Tab", "⇧ Tab")),
            Fixed(_("Leave the text"), ("Esc", "Tab")),
        ),
    ),
)
ACTS = {act.name: act for group in GROUPS for act in group.acts}

SIGNS = {
    **{"Shift": "⇧", "Enter": "↵"},
    **{"ArrowLeft": "←", "ArrowRight": "→", "ArrowUp": "↑", "ArrowDown": "↓"},
}
MIRRORED = {"ArrowLeft": "ArrowRight", "ArrowRight": "ArrowLeft"}
MODIFIERS = {"ctrl": "Ctrl", "control": "Ctrl", "cmd": "Ctrl", "meta": "Ctrl", "alt": "Alt", "shift": "Shift"}
ARROWS = ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown")
MOVING = ("Tab", "Space", "Escape", "Backspace", "Delete", "Home", "End", "PageUp", "PageDown", *ARROWS)
NAMED = {name.lower(): name for name in ("Enter", *MOVING, *(f"F{n}" for n in range(1, 13)))}
FREE_F = {"F2", "F4", "F8", "F9"}
BROWSER_ALT = {"Alt+D", "Alt+E", "Alt+F", "Alt+F4"}
WRITTEN = re.compile(r"((?:[a-z]+\+)*)(.|[a-z]+\d*)", re.IGNORECASE)


def keys_of(chosen: Mapping[str, str]) -> dict[str, str]:
    """The key of each act for somebody who chose these. What they chose goes before a default."""
    mine = {name: key for name, key in chosen.items() if name in ACTS}
    taken = set(mine.values())
    return {name: mine.get(name, "" if act.default in taken else act.default) for name, act in ACTS.items()}


def shown(key: str) -> str:
    """A key as it stands on buttons: "Ctrl+Enter" -> "Ctrl ↵"."""
    return " ".join(SIGNS.get(part, part) for part in re.split(r"\+(?=.)", turned(key)))


def turned(key: str) -> str:
    """The key as it is pressed where the page reads from right to left, and back: what is next lies to the left there.

    The table, and what is stored, are from left to right; ranking/keys.js turns the two arrows around as well.
    """
    return MIRRORED.get(key, key) if get_language_bidi() else key


def check_shortcut(name: str, written: str, chosen: Mapping[str, str]) -> str:
    """The key for this act, as it is stored. `Invalid` says why it cannot be that one."""
    act = ACTS.get(name)
    if act is None:
        raise Invalid(gettext("There is no such act."))
    key = read_key(written)
    if not key:
        return key
    if key != act.default and (why := _taken_by_others(key)):
        raise Invalid(why)
    for other, its in keys_of(chosen).items():
        if its == key and other != name:
            words = re.split("[;؛]", str(ACTS[other].words))[0]
            raise Invalid(
                gettext("%(key)s is the key of “%(act)s”. Give that another key, or take a free one here.")
                % {"key": shown(key), "act": words}
            )
    return key


def read_key(written: str) -> str:
    """A key as it is stored, from what was pressed or typed: "control+shift+g" -> "Ctrl+Shift+G", "G" -> "g"."""
    if not written.strip():
        return ""
    match = WRITTEN.fullmatch(written.strip())
    before, key = match.groups() if match else ("", "")
    modifiers = {MODIFIERS.get(part.lower(), "") for part in before.split("+")[:-1]}
    if len(key) > 1:
        key = NAMED.get(key.lower(), "")
    if "" in modifiers or not key or not key.isprintable():
        raise Invalid(gettext("This is no key. Press one, or write it like k, Shift+G, Alt+K or Ctrl+Enter."))
    if len(key) == 1 and key.isalpha():
        key = key.upper() if modifiers else key.lower()
    elif len(key) == 1 and not key.isdigit():
        modifiers.discard("Shift")  # Shift is what makes the sign
    return "+".join([one for one in ("Ctrl", "Alt", "Shift") if one in modifiers] + [key])


def _taken_by_others(key: str) -> str:
    """Why nobody can have this key; "" if everybody can."""
    *modifiers, last = re.split(r"\+(?=.)", key)
    sign = shown(key)
    if last.isdigit() and "Ctrl" not in modifiers and "Alt" not in modifiers:
        return gettext("Digits belong to the answers. Take a letter from J on, or one with Shift or Alt.")
    if not modifiers and len(key) == 1 and "a" <= key <= "i":
        return gettext("The letters A to I belong to the answers. Take another, or one with Shift or Alt.")
    if last in MOVING or key in ("Enter", "Shift+Enter"):
        return gettext("%(key)s has its own meaning on every page, and in every text. Take another key.") % {
            "key": sign
        }
    if _belongs_to_browser(key, modifiers, last):
        return gettext("%(key)s belongs to the browser or to the writing of text. Take another key.") % {
            "key": sign
        }
    return ""


def _belongs_to_browser(key: str, modifiers: list[str], last: str) -> bool:
    if re.fullmatch(r"F\d+", last) and (modifiers or last not in FREE_F):
        return True
    if "Ctrl" in modifiers and "Alt" in modifiers:
        return True  # AltGr, which writes signs
    if "Ctrl" in modifiers:
        return last != "Enter"
    return key in BROWSER_ALT or ("Alt" in modifiers and last.isdigit())
