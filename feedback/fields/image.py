"""A picture: to be described, judged or compared."""

from typing import Any, Literal

from django.utils.translation import gettext_noop

from core.errors import Invalid
from core.text import check_text
from feedback.fields import base, image_address

SMALL = 20_000  # characters of a data URL that a list of fifty records may hold for each of them


class Settings(base.Settings):
    """Nothing to decide."""

    type: Literal["image"]


class Image(base.Kind[Settings]):
    """The address of a picture on the web, or the picture itself in a data URL. Kept as it came."""

    name = "image"
    label = gettext_noop("Image")
    order = 15
    schema = Settings
    is_picture = True
    changeable = frozenset()
    example = base.Example(
        settings={"type": "image"},
        values=[
            "https://example.org/a%20well.png?size=2",
            "data:image/png;base64,iVBORw0KGgo=",
            "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E",
            "http://localhost:8000/",
            "data:image/svg," + "x" * (5_000_000 - 15),
            "https://example.org/" + "x" * (2038 - 20),
        ],
        mistakes=[
            *("", "a well", "well.png", "//example.org/a.png", "https://example.org", "https:///a.png"),
            *("ftp://example.org/a.png", "javascript:alert(1)", "file:///etc/passwd", "https://[::1/a.png"),
            *("data:", "data:text/html,<b>", "data:image/bmp,x", "data:image/PNG,x", "data:image/png;base64"),
            *(["https://example.org/a.png"], {"url": "https://example.org/a.png"}, 3, True, None),
            "https://example.org/\0.png",
            "https://example.org/" + "x" * (2038 - 19),
            "data:image/svg," + "x" * (5_000_000 - 14),
        ],
    )

    def clean(self, value: Any) -> str:
        if not isinstance(value, str):
            raise Invalid("An image is one text: its web address or a data URL.")
        check_text(value)
        image_address.check(value)
        return value

    def recognizes(self, value: Any) -> bool:
        return image_address.is_picture(value)

    def brief(self, value: Any) -> str:
        return "Image"

    def thumbnail(self, value: Any) -> str | None:
        is_inside = value[:5].casefold() == "data:"
        return None if is_inside and len(value) > SMALL else str(value)
