"""Templates run under a strict content security policy: nothing inline, nothing from elsewhere."""

import re

from tests.house.sources import ROOT, name, text

TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts)
FORBIDDEN = {
    r"<script(?![^>]*\bsrc=)": "a script inside the page: write a custom element (static/js/elements)",
    r"<style\b": "styles inside the page: use static/css",
    r"\sstyle=": "a style attribute: use a class",
    r"\son[a-z]+=": "a handler in an attribute: write a custom element",
    r"javascript:": "a script in an address",
    r"(?:src|href)=[\"']?(?:https?:)?//": "something from another server",
    r"(?<!help_text)\|safe\b": "text that is not escaped: render it in Python with format_html",
    r"{% autoescape off": "text that is not escaped",
}


COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.DOTALL)


def test_nothing_inline() -> None:
    assert len(TEMPLATES) > 100
    wrong = [
        f"{name(path)} has {why}."
        for path in TEMPLATES
        for pattern, why in FORBIDDEN.items()
        if re.search(pattern, COMMENT.sub("", text(path)))
    ]
    assert not wrong, "\n".join(wrong)


def test_templates_stay_small() -> None:
    long = [f"{name(path)}: {lines}" for path in TEMPLATES if (lines := len(text(path).splitlines())) > 120]
    assert not long, f"Move a part into a file of its own (layout: 120 lines): {long}"
