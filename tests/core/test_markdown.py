"""Whatever a model or a person wrote: it is shown, it does nothing, and it takes no longer than it may."""

import re
from time import thread_time

import pytest

from core.markdown import LONGEST, difference, render, render_guidelines

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>a</a>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](&#x6A;avascript&colon;alert(1))",
    "[a](vbscript:msgbox(1))",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[a](data:image/png;base64,AAAA)",
    "[a](<javascript:alert(1)>)",
    "[a]: javascript:alert(1)\n\n[a]",
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    '![a"onerror="alert(1)](data:image/png;base64,AAAA)',
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    '[a](http://x.y "t" onclick="alert(1)")',
    '[a](http://x.y "&quot; onmouseover=&quot;alert(1)")',
    "```<script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
    '```python" onmouseover="alert(1)\nx\n```',
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{</math><img src=x onerror=alert(1)>}$",
    r"$\href{javascript:alert(1)}{a}$",
    r"$\class{x}{a}\style{background:url(//evil)}{a}$",
    r"$$\begin{matrix}<style><img src=x onerror=alert(1)></style>\end{matrix}$$",
    r"\(</mtext><script>alert(1)</script>\)",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form action=//evil><input type=submit>",
    "<style>*{background:url(//evil)}</style>",
    "<base href=//evil>",
    "<meta http-equiv=refresh content='0;url=//evil'>",
    "# a {#submit onclick=alert(1)}",
    "|<img src=x onerror=alert(1)>|\n|-|\n|a|",
]
TAG = re.compile(r"<([a-z0-9]+)((?:\s[^<>]*)?)>", re.IGNORECASE)
TAGS = """
    a blockquote br code del div em h3 h4 h5 h6 hr img li ol p pre s span strong table tbody td th thead tr ul
    math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd
    mtext mtr munder munderover
"""


def assert_harmless(html: str) -> None:
    for tag, attributes in TAG.findall(html):
        assert tag.lower() in TAGS.split(), tag
        for name, value in re.findall(r'([\w-]+)\s*=\s*"([^"]*)"', attributes):
            assert not name.startswith("on"), attributes
            assert name != "style", attributes
            if name == "href":
                assert re.match(r"https?:|mailto:|#|/|\?|[\w.%~-]*$|[\w.%~-]+[/?#]", value), value
            if name == "src":
                assert re.match(r"data:image/(png|jpeg|gif|webp);", value), value


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_becomes_text(attack: str) -> None:
    assert_harmless(render(attack))
    assert_harmless(render(f"> - {attack}\n\n{attack}"))
    assert_harmless(render_guidelines(attack)[0])


def test_html_is_shown_not_obeyed() -> None:
    assert "&lt;b&gt;bold&lt;/b&gt;" in render("<b>bold</b>")


def test_links_open_beside_the_work_and_say_nothing_about_it() -> None:
    html = render("[well](https://example.org/a?b=1&c=2)")
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html
    assert 'target="_blank"' in html
    assert 'rel="noopener nofollow"' in html


def test_a_picture_from_elsewhere_is_a_link_and_not_fetched() -> None:
    html = render("![A well](https://example.org/well.png)")
    assert "<img" not in html
    assert 'href="https://example.org/well.png"' in html
    assert ">A well</a>" in html


def test_a_picture_inside_the_text_is_shown() -> None:
    assert '<img src="data:image/png;base64,AAAA" alt="A well">' in render(
        "![A well](data:image/png;base64,AAAA)"
    )


def test_code_is_tinted_by_classes() -> None:
    html = render("```python\ndef f():  # why\n    return 'x'\n```")
    assert '<span class="h-k">def</span>' in html
    assert '<span class="h-c"># why</span>' in html
    assert "<pre" in html


def test_code_of_an_unknown_language_keeps_every_character() -> None:
    html = render("```klingon\n  a < b &&\n\n\tc\n```")
    assert "  a &lt; b &amp;&amp;\n\n\tc\n" in html


@pytest.mark.parametrize("text", ["$x^2$", r"\(x^2\)", "$$x^2$$", "\\[\nx^2\n\\]", r"so \[x^2\] holds"])
def test_formulas_become_mathml(text: str) -> None:
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in render(text)


@pytest.mark.parametrize(
    "text", ["It costs $5 and $6.", r"as shown \[1\] there", r"\[citation needed\]", "US$ 5, 6 $"]
)
def test_what_only_looks_like_a_formula_stays_text(text: str) -> None:
    assert "<math" not in render(text)


def test_a_broken_formula_is_shown_as_written() -> None:
    assert r"\frac{1" in render(r"$\frac{1$")


def test_tables_keep_their_alignment_without_styles() -> None:
    html = render("| a | b |\n|:-:|--:|\n| 1 | 2 |")
    assert '<th class="center">' in html
    assert '<td class="end">' in html


def test_line_breaks_stay() -> None:
    assert "one<br>" in render("one\ntwo")


def test_headings_of_answers_stand_below_those_of_the_page() -> None:
    assert render("# a\n\n###### b").count("<h4>") == 1
    assert "<h6>b</h6>" in render("# a\n\n###### b")


def test_guidelines_come_with_a_table_of_contents() -> None:
    html, toc = render_guidelines("## Ties\n\nNo.\n\n### More `code`\n\n## Ties\n\n## المرجع")
    assert [(entry.level, entry.text) for entry in toc] == [
        (1, "Ties"),
        (2, "More code"),
        (1, "Ties"),
        (1, "المرجع"),
    ]
    assert len({entry.id for entry in toc}) == 4
    for entry in toc:
        assert f'id="{entry.id}"' in html
        assert entry.id.startswith("g-")


def test_guidelines_mark_what_is_new_and_tell_what_is_gone() -> None:
    before = "# Rank\n\nOld rule.\n\n- one\n- two\n\nStays.\n"
    after = "# Rank\n\nNew rule.\n\n- one\n- three\n\n```\ncode\n```\n\nStays.\n\n| a |\n|---|\n| b |\n"
    html = render_guidelines(after, before)[0]
    assert '<p class="changed">New rule.</p>' in html
    assert '<li class="changed">three</li>' in html
    assert "<li>one</li>" in html
    assert "<p>Stays.</p>" in html
    assert '<pre tabindex="0" class="changed">' in html
    assert '<div class="wide changed"' in html
    assert html.count('"changed"') == 3
    assert difference(before, after)[1] == ["Old rule.", "- two"]


def test_guidelines_without_an_older_text_mark_nothing() -> None:
    assert "changed" not in render_guidelines("# Rank\n\nNew rule.")[0]
    assert "changed" not in render_guidelines("# Rank\n\nSame.", "# Rank\n\nSame.")[0]


def test_answers_cannot_place_ids_on_the_page() -> None:
    assert " id=" not in render("# submit\n\n[a](#submit)")


def test_what_is_too_long_is_shown_as_written() -> None:
    html = render("*a* <b>\n" * (LONGEST // 4))
    assert html.startswith('<div class="plain">*a* &lt;b&gt;\n')


HOSTILE = {
    "brackets": "[" * 20_000,
    "pictures": "![" * 10_000,
    "emphasis": "*a **b " * 3_000,
    "quotes": ">" * 20_000,
    "lists": "- " * 10_000,
    "dollars": "$a$" * 6_000,
    "nested formula": "$" + r"\frac{" * 300 + "}" * 300 + "$",
    "open displays": "\\[\n" * 5_000,
    "columns": "|" * 10_000 + "\n" + "|-" * 9_000 + "\n" + "|\n" * 500,
    "python quotes": "```python\n" + '"""' * 6_000,
    "scala": "```scala\n" + "(" * 19_000,
    "perl": "```perl\n" + "s{" * 9_000,
    "surrogate": "a\ud800b",
    "zero": "a\0b",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_rendered_in_bounded_time(name: str) -> None:
    start = thread_time()
    html = render(HOSTILE[name])
    assert thread_time() - start < 2
    assert_harmless(html)


def test_a_long_ordinary_answer_is_quick() -> None:
    part = "The **bug** is in `x`, see [it](http://a.b).\n\n```python\ndef f(x):\n    return x  # y\n```\n\n"
    text = (part * 300)[:20_000]
    start = thread_time()
    html = render(text)
    assert thread_time() - start < 0.5
    assert html.count("<pre") > 100
