"""Words are read later, in turns, and search is exact all the while."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction

from core.checks import nobody_inherits_from_the_search_role
from core.tenancy import acting_for, closed
from feedback import tasks
from feedback.actions import indexing
from feedback.actions.entries import Entry
from feedback.actions.indexing import index_property, index_records, index_some
from feedback.actions.records import create_records, update_record
from feedback.actions.schema import add_metadata_property, remove_metadata_property
from feedback.models import Dataset, MetadataValue, RecordWords, SearchBacklog
from feedback.search import matching
from feedback.search.find import find
from feedback.search.query import RecordQuery
from feedback.search.scope import Scope
from tests import make
from tests.cast import Cast


def dataset(cast: Cast, number: int = 0, **given: Any) -> Dataset:
    made = make.dataset(cast.workspace)
    create_records(
        made, [Entry(fields={"prompt": f"well {n} common{n % 2}"}, **given) for n in range(number)]
    )
    return made


def found(
    cast: Cast, dataset: Dataset, asked: dict[str, Any], *, offset: int = 0, limit: int = 1000
) -> list[UUID]:
    return list(
        find(RecordQuery.model_validate(asked), Scope(dataset, cast.max), offset=offset, limit=limit).ids
    )


def words(q: str) -> dict[str, Any]:
    return {"query": {"text": {"q": q}}}


def terms(values: list[str], **scope: str) -> dict[str, Any]:
    return {"filters": {"and": [{"type": "terms", "scope": scope, "values": values}]}}


def waiting(dataset: Dataset) -> int:
    return SearchBacklog.objects.filter(dataset=dataset).count()


def test_a_worker_is_asked_once_and_reads_all_that_waits(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    made = dataset(cast)
    with django_capture_on_commit_callbacks() as asked:
        make.records(made, 3)
        make.records(made, 3)
    assert len(asked) == 1
    with django_capture_on_commit_callbacks(execute=True):
        asked[0]()
    assert waiting(made) == 0
    assert RecordWords.objects.filter(dataset=made).count() == 6


def test_what_was_forgotten_is_swept_up(cast: Cast) -> None:
    first, second = dataset(cast, 2), dataset(cast, 2)
    theirs = make.dataset(cast.rival_workspace)
    make.record(theirs)
    with closed():
        tasks.sweep_backlog()
    assert [waiting(one) for one in (first, second, theirs)] == [0, 0, 0]


def test_whoever_brings_too_much_reads_as_much(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "MOST_WAITING", 10)
    made = dataset(cast, 8)
    create_records(made, [Entry(fields={"prompt": f"more {n}"}) for n in range(8)])
    assert waiting(made) == 8
    assert len(found(cast, made, words("well | more"))) == 16


def test_words_are_read_in_short_turns(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "BATCH", 2)
    made = dataset(cast, 5)
    assert index_records(str(made.pk), seconds=0) is True
    assert waiting(made) == 5
    assert index_records(str(made.pk)) is False
    assert waiting(made) == 0


@pytest.mark.django_db(transaction=True)
def test_words_of_a_record_that_is_being_changed_are_left_for_later(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from core.tenancy import across
    from tests.cast import assemble

    monkeypatch.setattr(indexing, "later", lambda *given: None)
    with transaction.atomic():
        cast = assemble()
        made = dataset(cast, 1)
        record = made.records.get()

    def elsewhere() -> int:
        try:
            with across():
                return index_some(made, 10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            update_record(record, Entry(fields={"prompt": "pond"}))
            assert pool.submit(elsewhere).result() == 0
        assert pool.submit(elsewhere).result() == 1
    with transaction.atomic():
        assert found(cast, made, words("pond")) == [record.pk]
        assert found(cast, made, words("well")) == []


@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize("many", [0, 20_000])
@pytest.mark.parametrize("state", ["indexed", "half", "waiting"])
def test_rare_and_frequent_words_are_found_alike(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int, many: int, state: str
) -> None:
    monkeypatch.setattr(matching, "FEW", few)
    monkeypatch.setattr(matching, "MANY", many)
    made = dataset(cast, 30)
    all_ids = list(made.records.order_by("position").values_list("pk", flat=True))
    if state != "waiting":
        index_some(made, 30 if state == "indexed" else 15)
    pending = {
        "filters": {
            "and": [
                {"type": "terms", "scope": {"entity": "record", "property": "status"}, "values": ["pending"]}
            ]
        }
    }
    assert found(cast, made, words("common1")) == all_ids[1::2]
    assert found(cast, made, words("common1") | pending) == all_ids[1::2]
    assert found(cast, made, words("well -common1") | pending) == all_ids[::2]
    assert found(cast, made, pending, offset=10, limit=5) == all_ids[10:15]


def test_behind_the_ranked_records_the_others_follow(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from feedback.search import find as finding

    monkeypatch.setattr(finding, "RANKED", 4)
    made = dataset(cast, 10)
    index_records(str(made.pk))
    all_ids = list(made.records.order_by("position").values_list("pk", flat=True))
    pages = [found(cast, made, words("well"), offset=offset, limit=3) for offset in range(0, 12, 3)]
    assert [pk for page in pages for pk in page] == all_ids


def test_values_of_a_big_dataset_are_read_by_a_task(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "AT_ONCE", 1)
    monkeypatch.setattr(indexing, "CHUNK", 2)
    made = dataset(cast, 5, metadata={"topic": "math"})
    prop = add_metadata_property(made, name="topic", title="Topic", settings={"type": "terms"})
    asked = terms(["math"], entity="metadata", metadata_property="topic")
    assert (prop.is_indexed, len(found(cast, made, asked))) == (False, 5)
    make.record(made, metadata={"topic": "math"}, fields={"prompt": "a"})
    index_property(str(prop.pk))
    prop.refresh_from_db()
    assert (prop.is_indexed, len(found(cast, made, asked))) == (True, 6)
    assert MetadataValue.objects.filter(property=prop).count() == 6
    remove_metadata_property(prop)
    assert not MetadataValue.objects.exists()


def test_long_and_odd_texts_can_be_indexed(cast: Cast) -> None:
    made = make.dataset(cast.workspace)
    texts = [
        "x" * 5000,
        " ".join(str(n) for n in range(100_000)),
        "語" * 100_000,
        "it's \\ 'quoted' \\'",
        "a" + "\u0301" * 3000,
    ]
    create_records(made, [Entry(fields={"prompt": text}) for text in texts])
    waits = [len(found(cast, made, words(q))) for q in ("x" * 5000, "99", "語語", "quoted")]
    index_records(str(made.pk))
    assert waiting(made) == 0
    assert (
        waits
        == [len(found(cast, made, words(q))) for q in ("x" * 5000, "99", "語語", "quoted")]
        == [1, 1, 1, 1]
    )


def call(dataset_id: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("select search_records(%s, '''well''', 10)", [dataset_id])
        return [pk for (pk,) in cursor.fetchall()]


def test_the_search_function_stays_within_the_organization(cast: Cast) -> None:
    made = dataset(cast, 1)
    index_records(str(made.pk))
    with acting_for(cast.acme.pk):
        assert len(call(made.pk)) == 1
    with acting_for(cast.rival.pk):
        assert call(made.pk) == []
        assert not RecordWords.objects.exists()
        assert not SearchBacklog.objects.exists()
    with closed(), pytest.raises(ProgrammingError, match="no organization"), transaction.atomic():
        call(made.pk)


def test_only_the_application_may_call_it_and_nobody_inherits_its_rights(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select r.rolname, prosecdef, proconfig::text, proacl::text
            from pg_proc p join pg_roles r on r.oid = p.proowner where proname = 'search_records'
            """
        )
        owner, is_definer, settings, rights = cursor.fetchone()
    assert (owner, is_definer) == ("assay_search", True)
    assert "search_path=pg_catalog, pg_temp" in settings
    assert "{=" not in rights
    assert ",=" not in rights
    assert nobody_inherits_from_the_search_role(databases=["default"]) == []
    assert nobody_inherits_from_the_search_role() == []


def test_words_are_found_by_their_index_where_the_wall_would_hide_it(cast: Cast) -> None:
    made = dataset(cast, 3)
    index_records(str(made.pk))
    assert "records_by_words" in plan_as("assay_search")
    assert "records_by_words" not in plan_as("assay")


def plan_as(role: str) -> str:
    """How PostgreSQL would look for a word as this role, if it could help it."""
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {role}")
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain select record_id from feedback_recordwords where vector @@ %s::tsquery", ["'well'"]
        )
        lines = [line for (line,) in cursor.fetchall()]
        cursor.execute("reset role")
    return "\n".join(lines)


@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize("looked", ["first", "second"])
def test_what_is_indexed_in_the_middle_of_a_search_is_found_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int, looked: str
) -> None:
    monkeypatch.setattr(matching, "FEW", few)
    made = dataset(cast, 6)
    looks = []

    def meanwhile(look: Any) -> Any:
        def wrapped(*given: Any, **more: Any) -> Any:
            result = look(*given, **more)
            looks.append(look)
            if len(looks) == (1 if looked == "first" else 2):
                assert index_some(made, 30) == 6
            return result

        return wrapped

    for name in ("fresh", "_search"):
        monkeypatch.setattr(matching, name, meanwhile(getattr(matching, name)))
    scope = Scope(made, cast.max)
    result = find(RecordQuery.model_validate(words("common1")), scope, offset=0, limit=10)
    assert sorted(result.ids) == sorted(made.records.order_by("position").values_list("pk", flat=True)[1::2])
    assert result.total == 3
