"""Code in five quiet tints."""

from functools import lru_cache

from django.utils.html import escape
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType

from core.markdown.clock import Clock, TooLong

LONGEST = 20_000  # characters of one block; longer ones stay without tints
SECONDS = 0.15  # for one block

# Only these: among the library's 500 languages are some that take for ever over crafted texts.
LANGUAGES = """
    bash c c# c++ clojure cmake console cpp cs csharp css dart diff docker dockerfile elixir erlang go
    golang graphql haskell hs html http ini java javascript js json jsonl jsx julia kotlin kt latex less
    lisp lua make makefile matlab nginx objective-c octave ocaml perl php pl postgres postgresql
    powershell proto protobuf ps1 py py3 pycon python python3 r rb rs ruby rust sass scala scheme scss sh
    shell solidity sql swift terraform tex toml ts tsx typescript vb verilog vhdl vim xml yaml yml zsh
"""
KNOWN = frozenset(LANGUAGES.split())

# The first that holds a token's type wins.
TINTS: tuple[tuple[_TokenType, str], ...] = (
    (Keyword, "h-k"),
    (Operator.Word, "h-k"),
    (Name.Tag, "h-k"),
    (String, "h-s"),
    (Comment, "h-c"),
    (Number, "h-m"),
    (Name.Builtin, "h-m"),
    (Name.Function, "h-f"),
    (Name.Class, "h-f"),
    (Generic.Deleted, "h-x"),
    (Generic.Inserted, "h-y"),
    (Generic.Heading, "h-c"),
)


def highlight(text: str, info: str) -> str:
    """Code as escaped HTML with <span class="h-k"> and the like; `info` begins with the language's name."""
    lexer = _lexer(info.split(maxsplit=1)[0].lower() if info.split() else "")
    if lexer is None or len(text) > LONGEST:
        return escape(text)
    try:
        return _tinted(lexer, text)
    except TooLong:
        return escape(text)


def _tinted(lexer: Lexer, text: str) -> str:
    clock = Clock(SECONDS)
    runs: list[tuple[str, list[str]]] = []
    for kind, piece in lexer.get_tokens(text):
        clock.tick()
        tint = _tint(kind)
        if not runs or runs[-1][0] != tint:
            runs.append((tint, []))
        runs[-1][1].append(piece)
    return "".join(_span(tint, "".join(pieces)) for tint, pieces in runs)


@lru_cache(maxsize=128)
def _lexer(name: str) -> Lexer | None:
    return get_lexer_by_name(name, stripnl=False, ensurenl=False) if name in KNOWN else None


@lru_cache(maxsize=512)
def _tint(kind: _TokenType) -> str:
    for family, tint in TINTS:
        if kind in family:  # type: ignore[comparison-overlap] # a type of token holds its subtypes
            return tint
    return ""


def _span(tint: str, text: str) -> str:
    return f'<span class="{tint}">{escape(text)}</span>' if tint and text.strip() else str(escape(text))
