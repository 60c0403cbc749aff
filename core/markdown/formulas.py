r"""Formulas in TeX, between $…$, $$…$$, \(…\) and \[…\], as MathML."""

import re
from typing import Any

from django.utils.html import escape
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

LONGEST = 2_000  # characters of one formula
MOST_LINES = 60
DEEPEST = 40  # braces inside each other: beyond that it is an attack on the converter, not mathematics

# Markdown escapes plain brackets in the same way: "\[1\]" is a note, "\(x\)" a formula.
FORMULA = re.compile(r"[\\^_=+*/<>{}|]|^\s*[A-Za-z]{1,2}\s*$|\d\s*-|-\s*\d")


def install(parser: MarkdownIt) -> None:
    """Teach the parser formulas. "$5 and $6" are sums of money."""
    dollarmath_plugin(parser, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    parser.inline.ruler.before("escape", "math_brackets", _inline)
    parser.block.ruler.before(
        "fence", "math_brackets", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.add_render_rule("math_inline", _short)
    for name in ("math_inline_double", "math_block"):
        parser.add_render_rule(name, _display)


def _inline(state: StateInline, silent: bool) -> bool:
    closing = {"\\(": "\\)", "\\[": "\\]"}.get(state.src[state.pos : state.pos + 2])
    if closing is None:
        return False
    end = state.src.find(closing, state.pos + 2, state.pos + 2 + LONGEST)
    if end < 0 or not FORMULA.search(state.src, state.pos + 2, end):
        return False
    if not silent:
        token = state.push("math_inline" if closing == "\\)" else "math_inline_double", "math", 0)
        token.content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    begin = state.bMarks[start] + state.tShift[start]
    if state.src[begin : begin + 2] != "\\[":
        return False
    for line in range(start, min(end, start + MOST_LINES)):
        state.env["clock"].tick()
        text = state.src[state.bMarks[line] : state.eMarks[line]].rstrip()
        if not text or state.eMarks[line] - begin > LONGEST:
            return False
        if text.endswith("\\]"):
            if not FORMULA.search(state.src, begin + 2, state.eMarks[line] - 2):
                return False
            if not silent:
                token = state.push("math_block", "math", 0)
                token.content = state.getLines(start, line + 1, state.blkIndent, False).strip()[2:-2]
            state.line = line + 1
            return True
    return False


def _short(self: RendererHTML, tokens: list[Token], number: int, options: Any, env: Any) -> str:
    return _formula(tokens[number].content, "inline", env)


def _display(self: RendererHTML, tokens: list[Token], number: int, options: Any, env: Any) -> str:
    return f'<div class="wide" tabindex="0">{_formula(tokens[number].content, "block", env)}</div>\n'


def _formula(tex: str, display: str, env: Any) -> str:
    env["clock"].look()
    if len(tex) > LONGEST or _depth(tex) > DEEPEST or tex.count("{") != tex.count("}"):
        return f"<code>{escape(tex)}</code>"
    try:
        return str(convert(tex.strip(), display=display))
    except Exception:  # noqa: BLE001 - the converter raises whatever it stumbles over; the formula is shown as written
        return f"<code>{escape(tex)}</code>"


def _depth(tex: str) -> int:
    deepest = depth = 0
    for sign in tex:
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return max(deepest, tex.count("\\left"), tex.count("\\begin"))
