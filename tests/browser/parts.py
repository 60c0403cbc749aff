"""What a page consists of: a page that has no part of its own need not be looked at again."""

import re

from lxml import etree
from lxml.html import document_fromstring

from tests.browser.conftest import Looking

REFERRING = {"for", "aria-controls", "aria-describedby", "aria-labelledby", "aria-owns", "popovertarget"}


def parts(looking: Looking, name: str, address: str) -> set[str]:
    """What the page consists of that this person gets there."""
    with looking.database():
        page = looking.cast.pages(getattr(looking.cast, name)).get(address, follow=True)
    return parts_of(page.content.decode())


def parts_of(html: str, *, but: str = "$^") -> set[str]:
    """What a page consists of, whatever it says: axe finds the same on a page that has nothing else in it.

    Each element with its class, its role, what it has and has not, whether what it refers to is there, and all that it
    lies in. `but`: a pattern of classes that say what something is about, and mean nothing to any stylesheet.
    """
    page = document_fromstring(html)
    ids = {element.get("id") for element in page.iter(etree.Element)}
    paths = {None: ""}
    for element in page.iter(etree.Element):
        looks = [one for one in element.get("class", "").split() if not re.fullmatch(but, one)]
        told = [element.tag, *looks, *(element.get(one, "") for one in ("role", "type"))]
        for attribute, value in sorted(element.items()):
            refers = attribute in REFERRING and value
            told.append(f"{attribute} {ids.issuperset(value.split()) if refers else bool(value)}")
        told.append("text" if element.text_content().strip() else "")
        paths[element] = f"{paths[element.getparent()]} > {' '.join(told)}"
    return set(paths.values())
