"""Pages travel compressed, and files as they are."""

import gzip

from tests import make
from tests.cast import Cast

PACKED = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_page_is_compressed_for_those_who_can_unpack_it(cast: Cast) -> None:
    page = f"/acme/datasets/{make.dataset(cast.workspace).pk}/"
    plain = cast.pages(cast.max).get(page)
    packed = cast.pages(cast.max).get(page, headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) * 2 < len(plain.content)
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert b"<title>" in gzip.decompress(packed.content)


def test_the_length_of_a_page_tells_no_secret(cast: Cast) -> None:
    page = f"/acme/datasets/{make.dataset(cast.workspace).pk}/"
    lengths = {len(cast.pages(cast.max).get(page, headers=PACKED).content) for _ in range(8)}
    assert len(lengths) > 1


def test_what_is_no_page_goes_out_as_it_is(cast: Cast) -> None:
    answer = cast.pages(None).get("/healthz", headers=PACKED)
    assert "Content-Encoding" not in answer.headers
