"""What programs wait for: `python -m benchmarks.api_speed`. Needs the published client (`make setup-dev`).

Three promises. Records that the client logs cost the server at most a fifth of saving the same rows one by one with
Django's ORM. The last page of 100,000 records costs at most half as much again as the first. A dataset of a million
records is read and changed in the time of one with a thousand. The server's time is what it says (Server-Timing).
"""

from __future__ import annotations

import argparse
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from benchmarks.installation import installation, rows, superuser, table

FASTER, DEEPER, BIGGER = 5.0, 1.5, 1.5
PARTS = ("prompt", "a", "b", "c", "d")
KEY = "benchmark.apikey"
TIMES = 40
PAGE = 250
SLICE = 1024  # records: four calls of the client


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logged", type=int, default=10_000, help="records that the client logs")
    parser.add_argument("--listed", type=int, default=100_000, help="records that the client walks through")
    parser.add_argument("--many", type=int, default=1_000_000, help="records of the big dataset")
    chosen = parser.parse_args()
    with installation() as family:
        from core.tenancy import across

        with across(), client(family) as program:
            lines = logging(program, chosen.logged)
            lines += listing(program, chosen.listed)
            lines += changing(program, 1000, chosen.many)
    table("The API, through the published client", ["", "", "promise", ""], lines)
    verdict = "BROKEN" if any(line[3] == "BROKEN" for line in lines) else "kept"
    print(f"\nAll promises: {verdict}.")


class Program:
    """The client, and what the server said each of its calls took, in milliseconds."""

    def __init__(self, url: str, workspace: Any) -> None:
        import argilla

        self.client = argilla.Argilla(api_url=url, api_key=KEY)
        self.client.http_client.event_hooks["response"].append(self._note)
        self.workspace = workspace
        self.calls: list[tuple[str, float]] = []

    def _note(self, response: Any) -> None:
        timing = float(response.headers["server-timing"].partition("dur=")[2])
        self.calls.append((f"{response.request.method} {response.request.url.path}", timing))

    def taken(self, ending: str = "") -> list[float]:
        """Milliseconds of the calls since the last time, of those whose path ends so."""
        found = [timing for call, timing in self.calls if call.endswith(ending)]
        self.calls.clear()
        return found

    def dataset(self, name: str) -> Any:
        """A published one: a prompt, four answers, a rating."""
        import argilla

        settings = argilla.Settings(
            fields=[argilla.TextField(name=part) for part in PARTS],
            questions=[argilla.RatingQuestion(name="quality", values=[1, 2, 3, 4, 5])],
            metadata=[argilla.TermsMetadataProperty(name="topic")],
        )
        return argilla.Dataset(name, self.workspace.name, settings=settings, client=self.client).create()


@contextmanager
def client(family: Any) -> Iterator[Program]:
    """The published client, signed in as an owner, and a web server for it."""
    from django.core.management import call_command
    from django.db import transaction

    from accounts.actions.owners import set_up_owner
    from core import serving
    from workspaces.actions import create_workspace

    call_command("collectstatic", interactive=False, verbosity=0)
    with transaction.atomic():
        owner = set_up_owner("Benchmark", username="ana", password="correct horse battery", key=KEY)
        workspace = create_workspace(owner.organization, "benchmark")
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    server = family.start(serving.web("127.0.0.1", port, 1))
    serving.wait_for(server, "127.0.0.1", port)
    yield Program(f"http://127.0.0.1:{port}", workspace)


def made(number: int) -> list[dict[str, Any]]:
    """Records as a script has them: fields, metadata, an external id and a suggestion."""
    return [
        {
            "id": row["id"],
            "prompt": row["prompt"],
            **{part: answer["text"] for part, answer in zip(PARTS[1:], row["answers"], strict=True)},
            "topic": row["topic"],
            "quality": place % 5 + 1,
        }
        for place, row in enumerate(rows(number))
    ]


def logging(program: Program, number: int) -> list[list[str]]:
    """`records.log`, beside the same rows saved one by one."""
    records = made(number)
    program.dataset("warm").records.log(records[:500])
    target = program.dataset("logged")
    program.taken()
    whole = saved = 0.0
    for first in range(0, number, SLICE):  # in turns, for the machine drifts
        begun = time.perf_counter()
        target.records.log(records[first : first + SLICE])
        whole += time.perf_counter() - begun
        saved += one_by_one(records[first : first + SLICE], 1_000_000 + first)
    served = sum(program.taken("/bulk")) / 1000
    return [
        ["records.log, as the client sees it", f"{number / whole:,.0f} records/s", "", ""],
        ["… in the client itself", f"{number / (whole - served):,.0f} records/s", "", ""],
        ["… in the server", f"{number / served:,.0f} records/s", "", ""],
        ["the same rows saved one by one", f"{number / saved:,.0f} records/s", "", ""],
        _promised("the server is faster by", saved / served, "×", FASTER, at_least=True),
    ]


def one_by_one(records: list[dict[str, Any]], position: int) -> float:
    """Seconds for Django's ORM to save these rows, with nothing checked, counted or answered; 250 a transaction."""
    from django.db import transaction

    from feedback.models import Dataset, MetadataValue, QueueItem, Record, Suggestion

    with transaction.atomic():
        target = Dataset.objects.get(name="warm")
        question, topic = target.questions.get(), target.metadata_properties.get()
    tenant = {"organization_id": target.organization_id}
    begun = time.perf_counter()
    for first in range(0, len(records), 250):
        with transaction.atomic():
            for place, row in enumerate(records[first : first + 250], position + first):
                record = Record(
                    dataset=target,
                    position=place,
                    external_id=f"again-{row['id']}",
                    fields={part: row[part] for part in PARTS},
                    metadata={"topic": row["topic"]},
                    **tenant,
                )
                record.save(force_insert=True)
                QueueItem(
                    record=record, dataset=target, rank=place, shuffle=1, target=1, open_places=1, **tenant
                ).save(force_insert=True)
                Suggestion(record=record, question=question, value=row["quality"], **tenant).save(
                    force_insert=True
                )
                MetadataValue(
                    record=record, property=topic, position=place, term=row["topic"], **tenant
                ).save(force_insert=True)
    return time.perf_counter() - begun


def listing(program: Program, number: int) -> list[list[str]]:
    """The client's walk over all records, by offsets."""
    target = program.dataset("listed")
    fill(target.id, number, dict.fromkeys(PARTS, "wells and springs " * 30))
    program.taken()
    begun = time.perf_counter()
    found = sum(1 for _ in target.records(batch_size=PAGE))
    whole = time.perf_counter() - begun
    assert found == number
    served = sum(program.taken(f"/datasets/{target.id}/records")) / 1000
    first, last = in_turns(program, lambda offset: page(program, target.id, offset), 0, number - PAGE)
    return [
        [f"a walk over {number:,} records", f"{number / whole:,.0f} records/s", "", ""],
        ["… in the server", f"{number / served:,.0f} records/s", "", ""],
        _promised(f"the last page of {PAGE} ({last:.1f} ms), of the first", last / first, "", DEEPER),
    ]


def page(program: Program, dataset_id: Any, offset: int) -> Any:
    """One page of a walk."""
    path = f"/api/v1/datasets/{dataset_id}/records"
    return program.client.http_client.get(path, params={"offset": offset, "limit": PAGE})


def in_turns(program: Program, call: Callable[[Any], Any], one: Any, other: Any) -> tuple[float, float]:
    """Milliseconds in the server, in the median, for two calls: in turns, for the machine drifts."""
    times: tuple[list[float], list[float]] = ([], [])
    program.taken()
    for _ in range(TIMES):
        for what, found in zip((one, other), times, strict=True):
            assert call(what).status_code == 200
            found.extend(program.taken())
    return median(times[0]), median(times[1])


def changing(program: Program, few: int, many: int) -> list[list[str]]:
    """Reading and changing datasets of very different sizes, in turns."""
    small, big = program.dataset("small"), program.dataset("big")
    fill(small.id, few, dict.fromkeys(PARTS, "x"))
    fill(big.id, many, dict.fromkeys(PARTS, "x"))
    http = program.client.http_client
    patch = {"distribution": {"strategy": "overlap", "min_submitted": 1}}
    calls: dict[str, Callable[[str], Any]] = {
        "GET": http.get,
        "GET progress": lambda path: http.get(f"{path}/progress"),
        "PATCH": lambda path: http.patch(path, json=patch | {"guidelines": f"At {time.time()}"}),
    }
    lines = []
    for name, call in calls.items():
        paths = [f"/api/v1/datasets/{one.id}" for one in (small, big)]
        fast, slow = in_turns(program, call, *paths)
        what = f"{name} of a dataset of {many:,} ({slow:.1f} ms), of one of {few:,}"
        lines.append(_promised(what, slow / fast, "", BIGGER))
    return lines


def fill(dataset_id: Any, number: int, fields: dict[str, str]) -> None:
    """So many records with the same fields, as if they had been written by many calls; by a few statements."""
    from psycopg.types.json import Jsonb

    from feedback.models.records import BLOCK

    with superuser() as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            insert into feedback_record (id, organization_id, dataset_id, position, external_id, fields)
            select gen_random_uuid(), d.organization_id, d.id, n, 'r' || n, %(fields)s
            from feedback_dataset d, generate_series(0, %(number)s - 1) n where d.id = %(dataset)s
            order by n
            """,
            {"fields": Jsonb(fields), "number": number, "dataset": dataset_id},
        )
        cursor.execute(
            """
            insert into feedback_queueitem
                (record_id, organization_id, dataset_id, rank, shuffle, target, open_places, submitted)
            select id, organization_id, dataset_id, position, 1, 1, 1, 0 from feedback_record where dataset_id = %s
            """,
            [dataset_id],
        )
        cursor.execute(
            """
            insert into feedback_recordblock (organization_id, dataset_id, block, records)
            select organization_id, dataset_id, position / %s, count(*) from feedback_record where dataset_id = %s
            group by 1, 2, 3
            """,
            [BLOCK, dataset_id],
        )
        cursor.execute(
            "update feedback_datasetcount set records = %s, next_position = %s where dataset_id = %s",
            [number, number, dataset_id],
        )
        connection.commit()
        connection.autocommit = True
        cursor.execute("vacuum analyze feedback_record, feedback_queueitem")


def _promised(what: str, ratio: float, sign: str, promise: float, *, at_least: bool = False) -> list[str]:
    is_kept = ratio >= promise if at_least else ratio <= promise
    bound = f"at least {promise:g}{sign}" if at_least else f"at most {promise:g}{sign}"
    return [what, f"{ratio:.2f}{sign}", bound, "kept" if is_kept else "BROKEN"]


if __name__ == "__main__":
    main()
