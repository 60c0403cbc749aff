"""People who label through the API, many at once: some skip, some discard, some go away in the middle and come back."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Lock, Thread
from typing import Any

CREATED, CONFLICT, UNAVAILABLE = 201, 409, 503
STILL = frozenset({"leased", "answered"})  # reasons after which something may come back
SKIPS, DISCARDS, DIES = 0.06, 0.04, 0.04  # of all records that somebody is handed


@dataclass
class Person:
    """Somebody with a key; in several tabs, for which `done` is shared."""

    key: str
    done: set[str] = field(default_factory=set)  # records that they have answered or discarded
    lock: Lock = field(default_factory=Lock)


@dataclass
class Seen:
    """What came of it: numbers of acts, milliseconds of calls, and what must not be."""

    acts: Counter[str] = field(default_factory=Counter)
    nexts: list[float] = field(default_factory=list)
    submits: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


class Tab:
    """A connection of a person, who goes on until nothing is left. `away`: seconds that they are gone if they die.

    `at_once`: a program, which asks for so many records and answers them together.
    """

    def __init__(
        self,
        person: Person,
        ports: Sequence[int],
        dataset: str,
        seen: Seen,
        seed: int,
        away: float,
        at_once: int | None = None,
    ) -> None:
        self.asked = {"count": at_once} if at_once else {}
        self.person, self.ports, self.dataset, self.seen, self.away = person, ports, dataset, seen, away
        self.chance = random.Random(seed)
        self.connection: HTTPConnection | None = None

    def work(self, answer: dict[str, Any], *, until: float, misbehaves: bool) -> None:
        """Label until nothing is left, or until that moment (`time.monotonic`)."""
        while time.monotonic() < until and not self.seen.wrong:
            with self.person.lock:
                known = set(self.person.done)
            status, found = self.call(
                "POST", f"/me/datasets/{self.dataset}/next", self.asked, self.seen.nexts
            )
            if status != 200:
                self.complain(f"next: {status} {found}")
                return
            if not found["record"]:
                if found["reason"] not in STILL:
                    return
                time.sleep(0.2)
                continue
            handed = [one["record"]["id"] for one in found.get("items", [found])]
            if again := known.intersection(handed):
                self.complain(f"{again} came again to somebody who had done it")
            if self.asked:
                self.act_together(handed, answer, misbehaves=misbehaves)
            else:
                self.act(found, answer, misbehaves=misbehaves)

    def act_together(self, records: Sequence[str], answer: dict[str, Any], *, misbehaves: bool) -> None:
        """Answer all of them in one request, or die with all of them in hand."""
        if misbehaves and self.chance.random() < DIES:
            self.note("died with many")
            time.sleep(self.away * self.chance.uniform(0.5, 1.5))
            return
        items = [{"record_id": pk, "status": "submitted", "values": answer} for pk in records]
        status, said = self.call("POST", "/me/responses/bulk", {"items": items}, self.seen.submits)
        if status != 200 or any(one["error"] for one in said["items"]):
            self.complain(f"bulk: {status} {said}")
        with self.person.lock:
            self.person.done.update(records)
        for _ in records:
            self.note("submitted together")

    def act(self, found: dict[str, Any], answer: dict[str, Any], *, misbehaves: bool) -> None:
        """Answer, or not."""
        chance = self.chance.random() if misbehaves else 1.0
        record = found["record"]["id"]
        if chance < DIES:
            self.note("died")
            if self.connection:
                self.connection.close()
                self.connection = None
            time.sleep(self.away * self.chance.uniform(0.5, 1.5))
        elif chance < DIES + SKIPS:
            self.note("skipped")
            self.call("DELETE", f"/me/leases/{found['lease']['id']}", None, [])
        else:
            discards = chance < DIES + SKIPS + DISCARDS
            body = {"status": "discarded"} if discards else {"status": "submitted", "values": answer}
            status, said = self.call("POST", f"/records/{record}/responses", body, self.seen.submits)
            if status not in (CREATED, CONFLICT):  # a conflict: another tab was faster, or a reply was lost
                self.complain(f"submit: {status} {said}")
            with self.person.lock:
                self.person.done.add(record)
            self.note("discarded" if discards else "submitted" if status == CREATED else "was faster")

    def call(self, method: str, path: str, body: Any, times: list[float]) -> tuple[int, Any]:
        """Status and JSON. A server that is away is asked again, as a client does."""
        for _ in range(200):
            begun = time.perf_counter()
            try:
                if self.connection is None:
                    self.connection = HTTPConnection("127.0.0.1", self.chance.choice(self.ports), timeout=60)
                headers = {"X-Argilla-Api-Key": self.person.key, "Content-Type": "application/json"}
                text = None if body is None else json.dumps(body)
                self.connection.request(method, f"/api/v1{path}", text, headers)
                reply = self.connection.getresponse()
                data = reply.read()
            except (OSError, HTTPException):
                self.connection = None
                self.note("server away")
                time.sleep(0.1)
                continue
            if reply.status == UNAVAILABLE:
                time.sleep(0.1)
                continue
            times.append(1000 * (time.perf_counter() - begun))
            return reply.status, json.loads(data) if data else None
        raise TimeoutError(f"{method} {path}: no server answered.")

    def note(self, act: str) -> None:
        with self.seen.lock:
            self.seen.acts[act] += 1

    def complain(self, sentence: str) -> None:
        with self.seen.lock:
            self.seen.wrong.append(sentence)


def label(tabs: Sequence[Tab], answer: dict[str, Any], *, seconds: float, misbehaves: bool) -> float:
    """Let all of them label at once; seconds that it took them."""
    begun = time.monotonic()
    threads = [
        Thread(target=tab.work, args=(answer,), kwargs={"until": begun + seconds, "misbehaves": misbehaves})
        for tab in tabs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - begun
