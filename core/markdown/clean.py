"""The second wall: whatever the parser wrote, only this gets out."""

from nh3 import Cleaner

from core.markdown.blocks import PICTURES

TEXT = """
    a blockquote br code del div em h3 h4 h5 h6 hr img li ol p pre s span strong table tbody td th thead tr ul
"""
FORMULAS = """
    math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd
    mtext mtr munder munderover
"""
SIGNS = {"stretchy", "fence", "form", "separator", "lspace", "rspace", "minsize", "maxsize", "movablelimits"}
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "target"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "div": {"tabindex"},
    "math": {"display"},
    "mo": SIGNS,
    "mi": {"mathvariant"},
    "mspace": {"width", "height", "depth"},
    "mstyle": {"displaystyle", "scriptlevel", "mathvariant"},
    "mfrac": {"linethickness"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "mtable": {"columnalign", "columnlines", "rowlines", "columnspacing", "rowspacing"},
    "mtd": {"columnalign"},
    **{name: {"id"} for name in ("h3", "h4", "h5", "h6")},
}
CLASSES = {
    "span": {"h-k", "h-s", "h-c", "h-m", "h-f", "h-x", "h-y"},
    "div": {"wide", "changed"},
    **{name: {"changed"} for name in ("blockquote", "h3", "h4", "h5", "h6", "hr", "li", "p", "pre")},
    "th": {"center", "end"},
    "td": {"center", "end"},
}


def _attribute(element: str, attribute: str, value: str) -> str | None:
    if attribute == "href" and value.strip().lower().startswith("data:"):
        return None
    if attribute == "src" and not value.lower().startswith(PICTURES):
        return None
    if attribute == "id" and not value.startswith("g-"):
        return None
    if attribute == "target" and value != "_blank":
        return None
    return value


CLEANER = Cleaner(
    tags={*TEXT.split(), *FORMULAS.split()},
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    allowed_classes=CLASSES,
    url_schemes={"http", "https", "mailto", "data"},
    link_rel="noopener nofollow",
)


def clean(html: str) -> str:
    """HTML with nothing in it but what this module lists."""
    return str(CLEANER.clean(html))
