"""People choose the keys of their acts: what they can have, what they cannot and why, and how to get back."""

import pytest

from core.errors import Invalid
from feedback.actions.shortcuts import change_shortcut, restore_shortcuts
from feedback.shortcuts import ACTS, keys_of, read_key, shown


@pytest.fixture
def ben(cast):
    return cast.ben.user


def test_the_table_gives_no_key_twice_and_none_that_it_would_refuse():
    keys = [act.default for act in ACTS.values()]
    assert len(set(keys)) == len(keys)
    assert [read_key(key) for key in keys] == keys


def test_a_chosen_key_replaces_the_default_and_stays_with_the_account(ben):
    change_shortcut(ben, "skip", key="q")
    change_shortcut(ben, "submit", key="Shift+Ctrl+enter")
    ben.refresh_from_db()
    assert ben.shortcuts == {"skip": "q", "submit": "Ctrl+Shift+Enter"}
    keys = keys_of(ben.shortcuts)
    assert (keys["skip"], keys["submit"], keys["undo"]) == ("q", "Ctrl+Shift+Enter", "u")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("M", "m"),
        ("shift+m", "Shift+M"),
        ("ö", "ö"),
        ("!", "!"),
        ("Shift+!", "!"),
        ("+", "+"),
        ("Alt++", "Alt++"),
        ("control+shift+enter", "Ctrl+Shift+Enter"),
        ("f2", "F2"),
        ("Alt+k", "Alt+K"),
        ("Shift+A", "Shift+A"),
        ("  ", ""),
    ],
)
def test_a_key_is_read_as_it_was_pressed_or_typed(ben, written, kept):
    change_shortcut(ben, "raw", key=written)
    assert keys_of(ben.shortcuts)["raw"] == kept


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("k", "the key of “Skip for now”"),
        ("Ctrl+Enter", "the key of “Submit”"),
        ("a", "letters A to I"),
        ("i", "letters A to I"),
        ("5", "Digits"),
        ("Shift+5", "Digits"),
        ("Tab", "own meaning"),
        ("Shift+Tab", "own meaning"),
        ("Enter", "own meaning"),
        ("Backspace", "own meaning"),
        ("ArrowUp", "own meaning"),
        ("Alt+ArrowLeft", "own meaning"),
        ("Ctrl+T", "browser"),
        ("Ctrl+Shift+N", "browser"),
        ("Ctrl+5", "browser"),
        ("Ctrl+c", "writing of text"),
        ("Ctrl+Alt+Q", "browser"),
        ("Alt+D", "browser"),
        ("Alt+2", "browser"),
        ("F5", "browser"),
        ("Ctrl+F2", "browser"),
        ("no such", "no key"),
        ("Hyper+K", "no key"),
        ("Dead", "no key"),
        ("Ctrl+", "no key"),
        ("\x00", "no key"),
    ],
)
def test_a_key_that_is_somebody_elses_is_refused_with_the_reason(ben, key, why):
    with pytest.raises(Invalid, match=why):
        change_shortcut(ben, "raw", key=key)
    ben.refresh_from_db()
    assert ben.shortcuts == {}


def test_every_act_can_have_its_own_default_typed_again(ben):
    for name, act in ACTS.items():
        change_shortcut(ben, name, key=act.default)
    assert ben.shortcuts == {}


def test_two_acts_change_places_through_a_free_key(ben):
    for name, key in (("skip", "q"), ("stop", "k"), ("skip", "j")):
        change_shortcut(ben, name, key=key)
    keys = keys_of(ben.shortcuts)
    assert (keys["skip"], keys["stop"]) == ("j", "k")


def test_a_default_comes_back_for_one_or_for_all(ben):
    change_shortcut(ben, "skip", key="q")
    change_shortcut(ben, "undo", key="z")
    restore_shortcuts(ben, "skip")
    assert ben.shortcuts == {"undo": "z"}
    restore_shortcuts(ben)
    assert ben.shortcuts == {}


def test_a_default_that_became_anothers_does_not_come_back_by_itself(ben):
    change_shortcut(ben, "skip", key="q")
    change_shortcut(ben, "stop", key="k")
    with pytest.raises(Invalid, match="the key of “Can’t judge"):
        restore_shortcuts(ben, "skip")
    restore_shortcuts(ben)
    assert keys_of(ben.shortcuts)["skip"] == "k"


def test_an_act_can_do_without_a_key(ben):
    change_shortcut(ben, "skip", key="")
    assert keys_of(ben.shortcuts)["skip"] == ""
    change_shortcut(ben, "stop", key="k")
    assert keys_of(ben.shortcuts)["stop"] == "k"


def test_what_no_longer_exists_or_collides_with_a_new_default_does_no_harm():
    keys = keys_of({"gone": "q", "raw": "k"})
    assert "gone" not in keys
    assert (keys["raw"], keys["skip"]) == ("k", "")


def test_keys_are_shown_by_their_signs():
    assert [shown(key) for key in ("k", "Shift+G", "Ctrl+Enter", "ArrowUp", "+", "Alt++")] == [
        "k",
        "⇧ G",
        "Ctrl ↵",
        "↑",
        "+",
        "Alt +",
    ]
