"""One's own account: name and API keys."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.actions import issue_api_key
from accounts.models import ApiKey
from tests.cast import ApiClient, Cast

PATH = "/acme/account/"


def text(response: Any) -> str:
    return response.content.decode()


def test_a_labeler_changes_their_name(cast: Cast) -> None:
    ben = cast.pages(cast.ben)
    response = ben.post(PATH, {"first_name": "Benjamin", "last_name": ""}, follow=True)
    assert "Your name is saved." in text(response)
    cast.ben.refresh_from_db()
    assert (cast.ben.first_name, cast.ben.last_name) == ("Benjamin", None)
    assert ben.post(PATH, {"first_name": " "}).status_code == 422


def test_a_key_is_shown_once_and_works(cast: Cast) -> None:
    ben = cast.pages(cast.ben)
    page = ben.post(f"{PATH}keys", {"name": "Notebook", "days": "30", "scope": "manage"})
    key = page.context["issued"].key
    assert key in text(page)
    assert "no-store" in page.headers["Cache-Control"]
    assert ApiClient(headers={"X-Argilla-Api-Key": key}).get("/me").json()["username"] == "ben"
    later = text(ben.get(PATH))
    assert "Notebook" in later
    assert key not in later
    left = ApiKey.objects.get(name="Notebook").expires_at - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)


def test_a_key_may_never_end(cast: Cast) -> None:
    cast.pages(cast.ben).post(f"{PATH}keys", {"name": "Robot", "days": "0", "scope": "manage"})
    assert ApiKey.objects.get(name="Robot").expires_at is None


def test_a_key_needs_a_name(cast: Cast) -> None:
    response = cast.pages(cast.ben).post(f"{PATH}keys", {"name": " ", "days": "30", "scope": "manage"})
    assert response.status_code == 422
    assert response.context["key_form"].errors.keys() == {"name"}
    assert not ApiKey.objects.exists()


def test_a_revoked_key_is_gone_from_the_page_and_does_not_work(cast: Cast) -> None:
    ben, issued = cast.pages(cast.ben), issue_api_key(cast.ben, name="Notebook")
    response = ben.post(f"{PATH}keys/{issued.api_key.pk}/revoke", follow=True)
    assert "The key Notebook has ended." in text(response)
    assert "Begins with" not in text(response)
    assert ApiClient(headers={"X-Argilla-Api-Key": issued.key}).get("/me").status_code == 401


def test_owners_see_only_their_own_keys_here(cast: Cast) -> None:
    issue_api_key(cast.ben, name="Notebook")
    assert "Notebook" not in text(cast.pages(cast.ana).get(PATH))


def test_the_visit_is_noted_at_most_every_five_minutes(cast: Cast) -> None:
    ben = cast.pages(cast.ben)
    ben.get(PATH)
    cast.ben.refresh_from_db()
    first = cast.ben.last_seen_at
    assert first is not None
    ben.get(PATH)
    cast.ben.refresh_from_db()
    assert cast.ben.last_seen_at == first
