"""A large file comes in parts: each once, whole or not at all, and the upload goes on where the line broke."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test.client import MULTIPART_CONTENT
from django.utils.timezone import now

from core.errors import Conflict, Invalid
from core.joined import joined
from feedback.actions.datasets import delete_dataset, remove_dataset
from feedback.actions.importing import run_import
from feedback.actions.resuming import begin_upload, drop_upload, forget_sessions, keep_uploads, receive_part
from feedback.models import Dataset, Job, Record, UploadPart, UploadSession
from tests import make
from tests.cast import Cast

FILE = b"".join(b'{"prompt": "Prompt %d"}\n' % number for number in range(100))
BYTES = "application/octet-stream"


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace)


@pytest.fixture
def begin(cast: Cast, dataset: Dataset) -> Callable[..., UploadSession]:
    def begin(**given: Any) -> UploadSession:
        return begin_upload(dataset, **{"filename": "rows.jsonl", "size": len(FILE), "by": cast.max} | given)

    return begin


def send(session: UploadSession, offset: int, end: int, **given: Any) -> UploadSession:
    return receive_part(session, BytesIO(FILE[offset:end]), offset=offset, **given)


def parts_of(session: UploadSession) -> list[str]:
    return list(default_storage.listdir(f"uploads/{session.pk}")[1])


def test_parts_become_the_file_that_waits_for_its_mapping(
    cast: Cast, dataset: Dataset, begin: Any, django_capture_on_commit_callbacks: Any
) -> None:
    session = begin(sha256=sha256(FILE).hexdigest().upper())
    for offset in range(0, len(FILE), 1000):
        session = send(
            session, offset, offset + 1000, sha256=sha256(FILE[offset : offset + 1000]).hexdigest()
        )
    assert session.is_complete
    with django_capture_on_commit_callbacks(execute=True):
        job = keep_uploads(dataset, [session], by=cast.max)
    assert (job.state, job.total, job.filename) == ("uploaded", 100, "rows.jsonl")
    with job.source.open("rb") as file:
        assert file.read() == FILE
    assert not UploadSession.objects.exists()
    assert not UploadPart.objects.exists()
    assert parts_of(session) == []


def test_several_files_that_came_in_parts_become_one_import(cast: Cast, dataset: Dataset, begin: Any) -> None:
    first, second = (send(begin(filename=name), 0, len(FILE)) for name in ("a.jsonl", "b.jsonl"))
    job = keep_uploads(dataset, [first, second], by=cast.max)
    assert (job.state, job.total) == ("uploaded", 200)
    assert not UploadSession.objects.exists()


def test_a_part_that_is_not_the_next_one_is_refused_and_told_where_to_go_on(begin: Any) -> None:
    session = send(begin(), 0, 500)
    stale = UploadSession.objects.get(pk=session.pk)
    with pytest.raises(Conflict, match="500 bytes are here"):
        send(session, 600, 700)
    send(session, 500, 600)
    with pytest.raises(Conflict, match="600 bytes are here"):
        send(stale, 500, 600)  # the same part from another tab, a moment later
    assert UploadPart.objects.count() == 2


def test_a_part_with_another_digest_counts_for_nothing(begin: Any) -> None:
    session = begin()
    with pytest.raises(Invalid, match="digest differs"):
        send(session, 0, 500, sha256="0" * 64)
    with pytest.raises(Invalid, match="nothing in it"):
        send(session, 0, 0)
    assert UploadSession.objects.get().received == 0


def test_no_more_comes_than_was_said(begin: Any, settings: Any) -> None:
    session = begin(size=100)
    with pytest.raises(Invalid, match="At most 100 bytes"):
        send(session, 0, 101)
    settings.UPLOAD_PART_MB = 0
    with pytest.raises(Invalid, match="At most 0 bytes"):
        send(session, 0, 1)


def test_what_was_not_sent_whole_or_is_another_file_is_not_imported(
    cast: Cast, dataset: Dataset, begin: Any
) -> None:
    with pytest.raises(Invalid, match="only 500 of"):
        keep_uploads(dataset, [send(begin(), 0, 500)], by=cast.max)
    other = send(begin(sha256="0" * 64), 0, len(FILE))
    with pytest.raises(Invalid, match="not what was sent"):
        keep_uploads(dataset, [other], by=cast.max)
    assert not Job.objects.exists()


def test_sizes_and_the_room_of_an_organization_have_limits(cast: Cast, begin: Any, settings: Any) -> None:
    settings.UPLOAD_MOST_MB, settings.UPLOAD_QUOTA_MB = 10, 15
    for size in (0, 10 * 2**20 + 1):
        with pytest.raises(Invalid, match="from 1 byte to 10 MB"):
            begin(size=size)
    first = begin(size=10 * 2**20)
    with pytest.raises(Invalid, match="too many unfinished uploads"):
        begin(size=6 * 2**20)
    rival = make.dataset(cast.rival_workspace)
    begin_upload(rival, filename="theirs.jsonl", size=10 * 2**20, by=cast.cleo)
    drop_upload(first)
    begin(size=6 * 2**20)


def test_uploads_that_nobody_goes_on_with_are_thrown_away(
    begin: Any, django_capture_on_commit_callbacks: Any
) -> None:
    session, other = send(begin(), 0, 500), send(begin(), 0, 500)
    UploadSession.objects.filter(pk=session.pk).update(expires_at=now() - timedelta(seconds=1))
    default_storage.save(session.name_at(500), BytesIO(b"of a part whose transaction came to nothing"))
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_sessions() == 1
    assert list(UploadSession.objects.all()) == [other]
    assert (parts_of(session), parts_of(other)) == ([], ["0"])


def test_a_dataset_takes_its_uploads_along(
    dataset: Dataset, begin: Any, django_capture_on_commit_callbacks: Any
) -> None:
    session = send(begin(), 0, 500)
    with django_capture_on_commit_callbacks(execute=True):
        delete_dataset(dataset)
        assert UploadSession.objects.exists()  # it can be brought back
        remove_dataset(dataset)
    assert not UploadSession.objects.exists()
    assert parts_of(session) == []


def test_parts_are_read_as_one_file_from_anywhere() -> None:
    parts = [b"one ", b"two ", b"", b"three"]
    names = [(default_storage.save(f"joined/{n}", BytesIO(part)), len(part)) for n, part in enumerate(parts)]
    with joined(default_storage, names) as file:
        assert file.read() == b"one two three"
        assert file.seek(-5, 2) == 8
        assert file.read(2) == b"th"
        assert file.seek(2) == 2
        assert file.readline() == b"e two three"
    with pytest.raises(OSError, match="ends too early"):
        joined(default_storage, [(names[0][0], 100)]).read()


def test_a_program_sends_a_file_in_parts_and_imports_it(
    cast: Cast, dataset: Dataset, django_capture_on_commit_callbacks: Any
) -> None:
    max_ = cast.api(cast.max)
    new = {
        "filename": "rows.jsonl",
        "size": len(FILE),
        "sha256": sha256(FILE).hexdigest(),
        "fingerprint": "f",
    }
    upload = max_.post(f"/datasets/{dataset.pk}/uploads", new).json()
    path = f"/uploads/{upload['id']}"
    assert (upload["received"], upload["part_size"]) == (0, 8 * 2**20)
    first = max_.put(f"{path}?offset=0", FILE[:1000], content_type=BYTES)
    assert first.json()["received"] == 1000
    assert max_.put(f"{path}?offset=0", FILE[:1000], content_type=BYTES).status_code == 409
    assert max_.put(f"{path}?offset=1000", b"", content_type=BYTES).status_code == 422
    assert max_.put(path, FILE[1000:], content_type=BYTES).status_code == 422
    assert max_.get(path).json()["received"] == 1000
    assert max_.get(f"/datasets/{dataset.pk}/uploads").json()["items"][0]["fingerprint"] == "f"
    assert cast.api(cast.ana).get(f"/datasets/{dataset.pk}/uploads").json() == {"items": []}
    imports = f"/datasets/{dataset.pk}/imports"
    form = {"upload": upload["id"], "mapping": json.dumps({"prompt": "fields.prompt"})}
    assert max_.post(imports, form, content_type=MULTIPART_CONTENT).status_code == 422
    assert max_.put(f"{path}?offset=1000", FILE[1000:], content_type=BYTES).json()["received"] == len(FILE)
    assert cast.api(cast.ana).post(imports, form, content_type=MULTIPART_CONTENT).status_code == 404
    started = max_.post(imports, form, content_type=MULTIPART_CONTENT)
    assert started.status_code == 202, started.content
    run_import(str(dataset.organization_id), started.json()["id"])
    assert Record.objects.filter(dataset=dataset).count() == 100
    assert max_.get(path).status_code == 404


def test_an_upload_that_cannot_be_read_is_refused_by_the_page_and_thrown_away(
    cast: Cast, dataset: Dataset, begin: Any
) -> None:
    session = receive_part(begin(size=9), BytesIO(b"\x00\x01 rubbish"[:9]), offset=0)
    max_ = cast.pages(cast.max)
    page = max_.get(f"/acme/datasets/{dataset.pk}/files").content.decode()
    assert "All of it is here." in page
    response = max_.post(f"/acme/datasets/{dataset.pk}/import", {"upload": str(session.pk)})
    assert response.status_code == 422
    assert not UploadSession.objects.exists()
    assert max_.post(f"/acme/datasets/{dataset.pk}/import", {"upload": "nonsense"}).status_code == 404


def test_the_page_says_what_is_unfinished_and_cancels_it(cast: Cast, dataset: Dataset, begin: Any) -> None:
    session = send(begin(fingerprint="rows.jsonl:1:2"), 0, len(FILE) // 2)
    max_ = cast.pages(cast.max)
    page = max_.get(f"/acme/datasets/{dataset.pk}/files").content.decode()
    assert f'data-upload="{session.pk}" data-fingerprint="rows.jsonl:1:2"' in page
    assert "50 % of it is here." in page
    assert (
        str(session.pk) not in cast.pages(cast.ana).get(f"/acme/datasets/{dataset.pk}/files").content.decode()
    )
    max_.post(f"/acme/uploads/{session.pk}/cancel")
    assert not UploadSession.objects.exists()
