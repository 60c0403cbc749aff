"""What the next record costs, however much is done: `python -m benchmarks.queue_depth`.

Beside a fresh dataset stand one of 1,000,000 records of which 990,000 are done, and a labeler who has answered 50,000
records that others still have to answer, in the usual order and in a random one. Each time is that of a whole
transaction: a claim, and the place given back.
"""

from __future__ import annotations

import argparse
import time
from statistics import median
from typing import Any

from benchmarks.installation import dataset, installation, superuser, table

PROMISE = 2.0
TIMES = 300
FILL = """
insert into feedback_record (id, organization_id, dataset_id, position, fields)
    select md5(%(dataset)s::text || n)::uuid, %(organization)s::uuid, %(dataset)s::uuid, n,
        '{"prompt": "What is a well?", "answers": []}'
    from generate_series(0, %(records)s - 1) n;
insert into feedback_queueitem (record_id, organization_id, dataset_id, rank, shuffle, target, open_places, submitted)
    select id, organization_id, dataset_id, (4::bigint << 59) | position, (random() * 2147483647)::int, %(wanted)s,
        case when position < %(done)s then 0 else %(wanted)s end,
        case when position < %(done)s then %(wanted)s else 0 end
    from feedback_record where dataset_id = %(dataset)s::uuid;
update feedback_datasetcount set records = %(records)s, next_position = %(records)s
    where dataset_id = %(dataset)s::uuid;
"""
ANSWERED = """
insert into feedback_response (id, organization_id, dataset_id, record_id, membership_id, values, status, is_extra,
        is_set_aside, note, presentation, revision, submitted_at)
    select md5('answer' || id::text)::uuid, organization_id, dataset_id, id, %(person)s::uuid, '{}', 'submitted',
        false, false, '', '{}', 1, now()
    from feedback_record where dataset_id = %(dataset)s::uuid and position < %(answered)s;
update feedback_queueitem q set submitted = 1, open_places = target - 1 from feedback_record r
    where r.id = q.record_id and r.dataset_id = %(dataset)s::uuid and r.position < %(answered)s;
insert into feedback_labelertally (organization_id, dataset_id, membership_id, submitted, discarded, drafts, completed,
        cursor, active_ms)
    values (%(organization)s::uuid, %(dataset)s::uuid, %(person)s::uuid, %(answered)s, 0, 0, 0, -1, 0);
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--answered", type=int, default=50_000)
    chosen = parser.parse_args()
    fresh_ones, done = min(10_000, chosen.records), chosen.records * 99 // 100
    with installation():
        from core.tenancy import across

        with across():
            fresh = _filled(fresh_ones, 0)
            cases = [
                (f"{chosen.records:,} records, {done:,} done", _filled(chosen.records, done)),
                (
                    f"a labeler who has answered {chosen.answered:,}",
                    _filled(2 * chosen.answered, 0, answered=chosen.answered),
                ),
                (
                    f"the same, in random order ({chosen.answered:,} of {2 * chosen.answered:,})",
                    _filled(2 * chosen.answered, 0, answered=chosen.answered, order="random"),
                ),
            ]
            with superuser() as connection:
                connection.autocommit = True
                connection.execute("vacuum analyze")
            lines = []
            for name, case in cases:
                base, ours = _in_turns(fresh, case)
                ratio = ours / base
                lines.append(
                    [
                        name,
                        f"{ours:.2f}",
                        f"{ratio:.2f}",
                        "kept" if ratio <= PROMISE else f"BROKEN: {PROMISE}",
                    ]
                )
    table(f"Beside {fresh_ones:,} fresh records", ["", "ms", "ratio", f"at most {PROMISE}"], lines)


def _filled(records: int, done: int, *, answered: int = 0, order: str = "") -> tuple[Any, Any]:
    """A dataset with so many records, and the labeler who works there."""
    from django.db import transaction

    from feedback.actions.rules import update_rules
    from feedback.actions.targets import run_rules

    target, [labeler] = dataset(1, overlap=2)
    values = {
        "dataset": str(target.pk),
        "organization": target.organization_id,
        "records": records,
        "done": done,
        "wanted": 2,
        "person": labeler.pk,
        "answered": answered,
    }
    with superuser() as connection:
        for statement in FILL.split(";\n") + (ANSWERED.split(";\n") if answered else []):
            if statement.strip():
                connection.execute(statement.encode(), values)
    if order:
        update_rules(target, by=None, order=order)
        with transaction.atomic():
            jobs = list(target.jobs.all())
        for job in jobs:
            run_rules(str(target.organization_id), str(job.pk))
    return target, labeler


def _in_turns(fresh: tuple[Any, Any], other: tuple[Any, Any]) -> tuple[float, float]:
    """Medians of both, in milliseconds. The first turns warm up, and let the cursor find its place."""
    pairs = [(_next(*fresh), _next(*other)) for _ in range(TIMES)]
    return tuple(median(times) for times in zip(*pairs[20:], strict=True))  # type: ignore[return-value]


def _next(target: Any, labeler: Any) -> float:
    from django.db import transaction

    from feedback.actions.queue import lease_next, release

    begun = time.perf_counter()
    with transaction.atomic():
        lease = lease_next(target, by=labeler)
        release(lease)  # type: ignore[arg-type]
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
