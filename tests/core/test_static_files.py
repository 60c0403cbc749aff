"""Static files are collected when they changed, and only then."""

from pathlib import Path

import pytest
from pytest_django import Settings

from core.static_files import are_stale, remember


@pytest.fixture
def sources(settings: Settings, tmp_path: Path) -> Path:
    for name in ("sources", "collected"):
        (tmp_path / name).mkdir()
    settings.STATICFILES_DIRS = [tmp_path / "sources"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.DEBUG = False
    return tmp_path / "sources"


@pytest.fixture(autouse=True)
def _no_finders_from_before() -> None:
    from django.contrib.staticfiles import finders

    finders.get_finder.cache_clear()


def test_they_are_stale_until_they_were_collected(sources: Path) -> None:
    assert are_stale()
    remember()
    assert not are_stale()


def test_a_new_or_changed_file_makes_them_stale(sources: Path) -> None:
    remember()
    (sources / "a.css").write_text("a{}")
    assert are_stale()
    remember()
    (sources / "a.css").write_text("a{color:red}")
    assert are_stale()


def test_nothing_is_collected_where_they_are_served_from_their_folders(
    sources: Path, settings: Settings
) -> None:
    settings.DEBUG = True
    assert not are_stale()
