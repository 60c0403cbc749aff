"""What templates can say: icons, shares, times, answers on forms, components with a body."""

import json
from datetime import timedelta

import pytest
from django.template import engines
from django.utils import timezone

from core.templatetags import ui


def rendered(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load components ui %}" + source).render(context)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mina Okafor", "MO"),
        ("mina", "MI"),
        ("mina@example.org", "ME"),
        ("", "?"),
        (None, "?"),
        ("أمل علي", "أع"),
    ],
)
def test_initials_stand_for_a_person(name: str | None, letters: str) -> None:
    assert ui.initials(name) == letters


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(0, 10, 0), (1, 3, 33), (999, 1000, 99), (10, 10, 100), (5, 0, 0), (None, 7, 0)],
)
def test_a_share_is_full_only_when_everything_is_done(part: int | None, whole: int, share: int) -> None:
    assert ui.percent(part, whole) == share


@pytest.mark.parametrize(
    ("ms", "clock"), [(0, "0:00"), (108_400, "1:48"), (3_700_000, "1:01:40"), (None, "0:00")]
)
def test_durations_read_like_a_clock(ms: int | None, clock: str) -> None:
    assert ui.duration(ms) == clock


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=2), "just now"),
        (timedelta(seconds=12), "12 s ago"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "2 d ago"),
    ],
)
def test_times_say_how_long_since_and_keep_the_exact_time(age: timedelta, words: str) -> None:
    when = timezone.now() - age
    html = ui.ago(when)
    assert f">{words}<" in html
    assert when.isoformat(timespec="seconds") in html


def test_a_time_long_ago_is_a_date() -> None:
    when = timezone.now() - timedelta(days=40)
    assert f">{when:%Y-%m-%d}<" in ui.ago(when)


@pytest.mark.parametrize(
    ("answer", "pairs"),
    [
        ({"B": 1, "A": 2}, [["q.B", "1"], ["q.A", "2"]]),
        (["code", "law"], [["q", "code"], ["q", "law"]]),
        (4, [["q", "4"]]),
        (0, [["q", "0"]]),
        ('say "hi"', [["q", 'say "hi"']]),
        (None, []),
    ],
)
def test_an_answer_can_be_filled_in_by_the_browser(answer: object, pairs: list[list[str]]) -> None:
    assert json.loads(ui.entries(answer, "q")) == pairs


def test_a_ranking_reads_as_a_line_with_its_ties() -> None:
    assert ui.order_line({"ranks": {"A": 3, "B": 1, "C": 3, "D": 2}}) == "B › D › A = C"
    assert ui.order_line({"ranks": {"A": 1, "B": 2, "C": 4}, "strengths": ["much", None]}) == "A ››› B › C"
    assert ui.order_line({}) == ui.order_line(None) == ""


def test_a_ten_is_chosen_by_the_key_zero_unless_zero_is_a_point() -> None:
    assert ui.digit(10, [{"value": 1}, {"value": 10}]) == "0"
    assert ui.digit(10, [{"value": 0}, {"value": 10}]) == ""
    assert ui.digit(7, [{"value": 7}]) == "7"


def test_forms_compare_values_as_they_are_written() -> None:
    assert ui.same(2, "2")
    assert ui.same(None, "")
    assert not ui.same(0, None)
    assert ui.holds(["1", "2"], 2)
    assert not ui.holds(None, "")


def test_an_icon_is_drawn_from_the_sprite() -> None:
    html = rendered('{% icon "left" flip=True %}')
    assert 'href="#i-left"' in html
    assert "i-flip" in html
    assert 'aria-hidden="true"' in html


def test_a_component_stands_around_its_body_and_parts() -> None:
    html = rendered(
        '{% component "card" title=title %}<p>{{ inner }}</p>'
        '{% part "foot" %}<b>foot</b>{% endpart %}{% endcomponent %}',
        title="A & B",
        inner="<i>",
        lead="leaks",
    )
    assert "<h2" in html
    assert "A &amp; B" in html
    assert "<p>&lt;i&gt;</p>" in html
    assert "<b>foot</b>" in html
    assert html.index("<p>") < html.index("<b>foot</b>")
    assert "leaks" not in html


def test_components_nest() -> None:
    html = rendered(
        '{% component "card" title="outer" %}{% component "card" title="inner" %}in{% part "foot" %}1{% endpart %}'
        '{% endcomponent %}{% part "foot" %}2{% endpart %}{% endcomponent %}'
    )
    assert html.count("<footer") == 2
    assert html.index("inner") < html.index(">1<") < html.index(">2<")
