"""Where a picture lies: an address on the web, or the picture itself in a data URL (contract section 5.2)."""

import re
from urllib.parse import urlsplit

from core.errors import Invalid

LONGEST_ADDRESS = 2038  # characters
LONGEST_DATA = 5_000_000  # characters of a data URL
FORMATS = (
    "avif",
    "gif",
    "ico",
    "jpeg",
    "jpg",
    "png",
    "svg",
    "svg+xml",
    "webp",
)  # `svg` is Argilla's word for it

_DATA = re.compile(rf"data:image/(?:{'|'.join(map(re.escape, FORMATS))})[;,]")
_PICTURE = re.compile(r"\.(?:avif|gif|ico|jpe?g|png|svg|webp)$", re.IGNORECASE)


def check(address: str) -> None:
    """Raise `Invalid` if no picture can be shown from there. The picture itself is not looked at."""
    if address[:5].casefold() == "data:":
        _check_data(address)
    elif not _is_web(address):
        raise Invalid(
            "An image is a web address, such as https://example.org/well.png, or a data URL, data:image/png;base64,…."
        )
    elif len(address) > LONGEST_ADDRESS:
        raise Invalid(
            f"The address of an image has at most {LONGEST_ADDRESS:,} characters; this one has {len(address):,}."
        )


def is_picture(value: object) -> bool:
    """Whether it says so itself: a data URL of a picture, or a web address that ends like one."""
    if not isinstance(value, str):
        return False
    if _DATA.match(value):
        return True
    return len(value) <= LONGEST_ADDRESS and _is_web(value) and bool(_PICTURE.search(urlsplit(value).path))


def _check_data(address: str) -> None:
    if not _DATA.match(address) or "," not in address:
        raise Invalid(f"A data URL begins data:image/…, with one of {', '.join(FORMATS)}, and has a comma.")
    if len(address) > LONGEST_DATA:
        raise Invalid(f"A data URL has at most {LONGEST_DATA:,} characters; this one has {len(address):,}.")


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and bool(parts.path)
    except ValueError:  # half of an IPv6 address
        return False
