"""Pages speak the language of the person who reads them; programs are told in English."""

from uuid import uuid4

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.utils import translation

from tests import make
from tests.cast import Cast

ARABIC = {"Accept-Language": "ar-EG,ar;q=0.9,en;q=0.5"}


def page(response):
    text = response.content.decode()
    return text[text.index("<html") : text.index("<head>")].strip()


def test_what_is_chosen_stays_with_the_account(cast: Cast) -> None:
    chosen = cast.pages(cast.ben).post("/language", {"language": "ar", "next": "/acme/"})
    assert (chosen.status_code, chosen["Location"]) == (302, "/acme/")
    elsewhere = cast.pages(cast.ben).get("/acme/", headers={"Accept-Language": "en"})
    assert page(elsewhere) == '<html lang="ar" dir="rtl">'
    assert elsewhere["Content-Language"] == "ar"
    assert page(cast.pages(cast.max).get("/acme/")) == '<html lang="en" dir="ltr">'


def test_a_browser_without_an_account_keeps_it_too(cast: Cast) -> None:
    browser = cast.pages(None)
    browser.post("/language", {"language": "ar"})
    assert page(browser.get("/acme/sign-in")) == '<html lang="ar" dir="rtl">'


def test_who_has_not_chosen_reads_what_their_browser_asks_for(cast: Cast) -> None:
    assert page(cast.pages(cast.ben).get("/acme/", headers=ARABIC)) == '<html lang="ar" dir="rtl">'
    assert (
        page(cast.pages(cast.ben).get("/acme/", headers={"Accept-Language": "xx"}))
        == '<html lang="en" dir="ltr">'
    )


def test_who_chose_english_is_not_asked_again(cast: Cast) -> None:
    cast.pages(cast.ben).post("/language", {"language": "en"})
    assert page(cast.pages(cast.ben).get("/acme/", headers=ARABIC)) == '<html lang="en" dir="ltr">'


def test_a_language_that_we_have_not_is_refused_in_words(cast: Cast) -> None:
    refused = cast.pages(cast.ben).post("/language", {"language": "tlh"})
    assert refused.status_code == 422
    assert "Assay does not speak &#x27;tlh&#x27;" in refused.content.decode()


def test_nobody_is_sent_away_to_strangers(cast: Cast) -> None:
    for away in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert cast.pages(cast.ben).post("/language", {"language": "ar", "next": away})["Location"] == "/"


def test_programs_are_told_in_english(cast: Cast) -> None:
    cast.pages(cast.max).post("/language", {"language": "ar"})
    dataset = make.dataset(cast.workspace)
    plain = cast.api(cast.ben).post(f"/me/datasets/{dataset.pk}/next")
    told = cast.api(cast.ben).post(f"/me/datasets/{dataset.pk}/next", headers=ARABIC)
    assert plain.json() == told.json()
    assert told.json()["detail"] == "This dataset has no records yet."


def test_refusals_are_in_the_language_of_the_page_and_name_the_thing(cast: Cast) -> None:
    cast.pages(cast.max).post("/language", {"language": "ar"})
    nowhere = f"/acme/workspaces/{uuid4()}/"
    assert "العنصر المطلوب غير موجود: مساحة عمل." in cast.pages(cast.max).get(nowhere).content.decode()
    assert "There is no such workspace." in cast.pages(cast.ana).get(nowhere).content.decode()
    told = cast.api(cast.ana).post("/workspaces", {"name": cast.workspace.name}, headers=ARABIC)
    assert told.json()["detail"] == "There is a workspace called acme-workspace already. Choose another name."


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "كلمة مرور جديدة واحدة"),
        (2, "كلمتا مرور جديدتان"),
        (3, "3 كلمات مرور جديدة"),
        (11, "11 كلمة مرور جديدة"),
    ],
)
def test_numbers_take_the_form_that_the_language_gives_them(cast: Cast, number: int, words: str) -> None:
    given = {"word": "new", "number": number, "role": "annotator"}
    made = cast.pages(cast.ana).post("/acme/members/many", given, headers=ARABIC)
    assert f"<h1>{words}</h1>" in made.content.decode()


def test_an_invitation_is_written_in_the_language_of_whoever_sends_it(cast: Cast) -> None:
    given = {"email": "eve@example.org", "role": "annotator"}
    cast.pages(cast.ana).post("/acme/members/invite", given, headers=ARABIC)
    letter = mail.outbox[0]
    assert letter.subject == "الانضمام إلى Acme على Assay"
    assert "يدعوك Ana إلى الانضمام إلى Acme على Assay بصفة مُصنِّف." in letter.body
    assert '<html lang="ar" dir="rtl">' in str(letter.alternatives[0][0])


def test_the_page_of_a_broken_server_is_mirrored_without_a_request() -> None:
    with translation.override("ar"):
        broken = render_to_string("500.html")
    assert '<html lang="ar" dir="rtl">' in broken
    assert "حدث خلل في الخادم" in broken
