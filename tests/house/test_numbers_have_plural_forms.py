"""A number before what it counts is written with plural forms: one text for each would be wrong in most languages.

Found are texts with one form that have a value before one of COUNTED. Abbreviations ("5 min left") have one form.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT, modules, name, tree

ONE_FORM = {"gettext", "gettext_lazy", "gettext_noop", "_"}
COUNTED = (
    "answers|attempts|bytes|characters|columns|datasets|days|domains|fields|files|hours|invitations|labels|letters|lines|"
    "marks|messages|minutes|organizations|parts|people|places|properties|providers|questions|records|rows|seconds|skills|"
    "steps|strengths|texts|times|values|versions|views|weeks|words|workspaces"
)
COUNTS = re.compile(
    rf"(?:%\((?!name)\w+\)[sd]|\{{+ ?\w+ ?\}}+)\+?(?:</\w+>)?(?: (?:more|other|new|whole|different))? (?:{COUNTED})\b"
)
BLOCK = re.compile(r"{%\s*blocktranslate\b.*?%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
CALL = re.compile(r"\bgettext\(\s*[\"`'](.*?)[\"`']", re.DOTALL)


def texts_of_python() -> Iterator[tuple[str, str]]:
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ONE_FORM:
                for one in node.args[:1]:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield f"{name(path)}:{node.lineno}", one.value


def texts_of_pages() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for text in BLOCK.findall(path.read_text(encoding="utf-8")):
            if "{% plural %}" not in text:
                yield name(path), text


def texts_of_scripts() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "static/js").rglob("*.js")):
        for text in CALL.findall(path.read_text(encoding="utf-8")):
            yield name(path), text


@pytest.mark.parametrize("texts", [texts_of_python, texts_of_pages, texts_of_scripts])
def test_a_number_before_what_it_counts_has_plural_forms(texts) -> None:
    found = list(texts())
    assert len(found) > 20
    wrong = [f"{where}: {text!r}" for where, text in found if COUNTS.search(text)]
    assert not wrong, "Write these with ngettext, or count … plural:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "text",
    ["at most %(most)s characters", "{{ n }} more answers", "<b>{{ n }}</b> days", "{number}+ records"],
)
def test_the_rule_finds_what_it_looks_for(text: str) -> None:
    assert COUNTS.search(text)
    assert not COUNTS.search("%(n)s min left, 3 days, in %(name)s")
