"""How blocks, links and pictures are written, where we differ from the library."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import escape
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from core.markdown import code

LISTS = {"bullet_list_open", "ordered_list_open"}
PICTURES = ("data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/webp;")


def install(parser: MarkdownIt) -> None:
    """Teach the parser our ways."""
    parser.block.ruler.before("table", "clock", _block_clock, {"alt": []})
    parser.inline.ruler.before("text", "clock", _inline_clock)
    parser.core.ruler.push("headings", _headings)
    parser.core.ruler.push("changes", _changes)
    for rule in (fence, code_block, image, link_open, table_open, table_close, th_open, td_open):
        parser.add_render_rule(rule.__name__, rule)


def _block_clock(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    state.env["clock"].tick()
    return False


def _inline_clock(state: StateInline, silent: bool) -> bool:
    state.env["clock"].tick()
    return False


def _headings(state: StateCore) -> None:
    """Sink headings below those of the page; give them ids and list them where the caller wants that."""
    seen: dict[str, int] = {}
    for number, token in enumerate(state.tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        level = int(token.tag[1])
        token.tag = f"h{min(6, level + state.env['sink'])}"
        if token.type == "heading_open" and "headings" in state.env:
            text = _words(state.tokens[number + 1])
            token.meta = {"level": level, "text": text}
            token.attrs["id"] = _id(text, seen)
            state.env["headings"].append(token)


def _changes(state: StateCore) -> None:
    """Mark the blocks that stand on changed lines: items of a list one by one, everything else as a whole."""
    changed = state.env.get("changed")
    if not changed:
        return
    for token in state.tokens:
        whole = token.level == 0 and token.type not in LISTS
        stands = whole or token.type == "list_item_open"
        if stands and token.map and token.nesting >= 0 and not changed.isdisjoint(range(*token.map)):
            token.attrJoin("class", "changed")


def _words(inline: Token) -> str:
    return "".join(child.content or " " for child in inline.children or ()).strip() or "…"


def _id(text: str, seen: dict[str, int]) -> str:
    slug = f"g-{slugify(text, allow_unicode=True)[:60] or 'section'}"
    seen[slug] = seen.get(slug, 0) + 1
    return slug if seen[slug] == 1 else f"{slug}-{seen[slug]}"


def fence(self: RendererHTML, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    """Code with its language, in a box that scrolls and can be reached by keyboard."""
    token = tokens[number]
    env["clock"].look()
    return (
        f'<pre tabindex="0"{_marked(token)}><code>{code.highlight(token.content, token.info)}</code></pre>\n'
    )


def code_block(self: RendererHTML, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    """Indented code."""
    token = tokens[number]
    return f'<pre tabindex="0"{_marked(token)}><code>{escape(token.content)}</code></pre>\n'


def _marked(token: Token) -> str:
    return ' class="changed"' if "class" in token.attrs else ""


def image(self: RendererHTML, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    """A picture that the text carries within itself; for any other a link, for nothing is fetched."""
    token = tokens[number]
    source = str(token.attrs.get("src", ""))
    words = self.renderInlineAsText(token.children, options, env) if token.children else ""
    if source.lower().startswith(PICTURES):
        return f'<img src="{escape(source)}" alt="{escape(words)}">'
    return f'<a href="{escape(source)}" target="_blank">{escape(words or source or "picture")}</a>'


def link_open(self: RendererHTML, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    """A link opens beside the work, unless it leads to a place in the same text."""
    if not str(tokens[number].attrs.get("href", "")).startswith("#"):
        tokens[number].attrs["target"] = "_blank"
    return self.renderToken(tokens, number, options, env)


def table_open(self: RendererHTML, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    """A table scrolls within itself."""
    return f'<div class="wide{" changed" if "class" in tokens[number].attrs else ""}" tabindex="0"><table>\n'


def table_close(self: RendererHTML, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    """The end of a table."""
    return "</table></div>\n"


def th_open(self: RendererHTML, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    """A cell that was to be centered or at the end says so by a class: styles of its own are not allowed."""
    style = str(tokens[number].attrs.pop("style", ""))
    side = next((side for word, side in (("center", "center"), ("right", "end")) if word in style), None)
    if side:
        tokens[number].attrs["class"] = side
    return self.renderToken(tokens, number, options, env)


def td_open(self: RendererHTML, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    """The same for a cell of the body."""
    return th_open(self, tokens, number, options, env)
