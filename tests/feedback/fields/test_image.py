"""Images: what an address may be, and what lists show of it."""

import pytest

from feedback.fields import kinds

kinds.load()
IMAGE = kinds["image"]({"type": "image"})
PNG = "data:image/png;base64,"


@pytest.mark.parametrize("mime", ["avif", "gif", "ico", "jpeg", "jpg", "png", "svg", "svg+xml", "webp"])
def test_every_format_of_the_contract_may_lie_in_the_record_and_svg_by_its_right_name(mime):
    for rest in (",x", ";base64,eA==", ";charset=utf-8,x"):
        assert IMAGE.clean(f"data:image/{mime}{rest}") == f"data:image/{mime}{rest}"


def test_nothing_is_trimmed_or_rewritten():
    assert IMAGE.clean("HTTPS://Example.org/A B.png?x=<1>#y") == "HTTPS://Example.org/A B.png?x=<1>#y"


def test_a_picture_is_recognized_by_what_it_says_of_itself_and_a_text_is_not():
    text = kinds["text"]({"type": "text"})
    for value in (PNG + "eA==", "https://example.org/a/Well.JPEG?w=200", "http://x.org/a.svg"):
        assert IMAGE.recognizes(value)
        assert not text.recognizes(value)
    for value in (
        "https://example.org/page",
        "See https://example.org/a.png",
        "a.png",
        "data:text/plain,x",
        "https://[",
    ):
        assert not IMAGE.recognizes(value)
        assert text.recognizes(value)


def test_lists_show_small_pictures_and_name_large_ones():
    assert IMAGE.thumbnail("https://example.org/a.png") == "https://example.org/a.png"
    assert IMAGE.thumbnail(PNG + "x" * 1000) == PNG + "x" * 1000
    assert IMAGE.thumbnail(PNG + "x" * 20_000) is None
    assert IMAGE.brief("https://example.org/a.png") == "Image"
    assert IMAGE.plain("https://example.org/a.png") == ""
