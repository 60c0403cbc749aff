"""Templates run under a strict content security policy: nothing inline, nothing from elsewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
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


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_inline(path: Path) -> None:
    text = re.sub(
        r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.S
    )
    wrong = [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)]
    assert not wrong, f"{path.name} has {'; '.join(wrong)}."


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_stay_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 120, f"{path.name} has {lines} lines; move a part into a file of its own (layout: 120)."
