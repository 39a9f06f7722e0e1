"""Measure the pages of `autoagent view`: the first one of a long journal, and a run that lives.

python -m benchmarks.view
"""

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

from autoagent.journal import INSERT, Journal
from tests.autoagent.view.lives import BIRTH, END, SETTINGS, lived, step

ROUNDS = 20
LIVE = 30
COST = 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        long, living = Path(folder, "long.db"), Path(folder, "living.db")
        filled(long, given.runs, given.events // given.runs)
        run = lived(long, 10_000)
        with served(long) as (first_ms, get):
            told("first page, just after the start", f"{first_ms:.0f} ms", "≤ 300 ms")
            told("the list", median(lambda: get("/")), "≤ 300 ms")
            told("a search that finds one", median(lambda: get("/?text=number+77+")), "")
            first = clocked(lambda: get(f"/run/{run}"))
            told("a life of 10,000 steps, first look", f"{first:.0f} ms", "")
            told("the same again", median(lambda: get(f"/run/{run}")), "")
            told("100 steps of it", median(lambda: get(f"/run/{run}/rows?first=5000")), "")
        run = lived(living, 1, ended=False)
        with served(living) as (_, get):
            delays = live(living, run, get)
            told("a live step is told and got, median", f"{statistics.median(delays):.0f} ms", "")
            told("the slowest of them", f"{max(delays):.0f} ms", "≤ 500 ms")
        watched, alone = cost(living)
        told("a step is written, watched", f"{watched:.3f} ms", "")
        told("a step is written, alone", f"{alone:.3f} ms", "")
        told("what a step of a second costs more", f"{(watched - alone) / 10:+.4f} %", "≤ 2 %")


def filled(path: Path, runs: int, events: int) -> None:
    """Write a journal of so many runs, each of so many events."""
    Journal(path).close()
    with closing(sqlite3.connect(path)) as db:
        for number in range(runs):
            run, at = f"{number:08x}", 1.7e9 + number
            begun = json.dumps(SETTINGS | {"prompt": f"Prompt number {number} of a long list"})
            rows = [(run, 1, at, "run", begun, None)]
            texts = {"heartbeat": {"query": "q" * 300}, "call": {"text": "a" * 200}, "outcome": {}}
            for event in range(2, events):
                kind = list(texts)[event % 3]
                data = json.dumps(texts[kind] | {"step": event // 3})
                rows.append((run, event, at + event, kind, data, None))
            rows.append((run, events, at + events, "end", json.dumps(END), None))
            db.executemany(INSERT, rows)
        db.commit()


@contextmanager
def served(path: Path) -> Iterator[tuple[float, "Get"]]:
    """Have the command serve a journal; yield how long its first page took, and what gets pages."""
    command = [sys.executable, "-m", "autoagent", "view", "--no-browser", "--db", str(path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        get = Get(server.stderr.readline().split("open ")[1].strip())
        try:
            yield clocked(lambda: get("/")), get
        finally:
            server.terminate()


class Get:
    """A browser that was let in."""

    def __init__(self, address: str) -> None:
        self.at = urlsplit(address)
        entered = self.open(f"{self.at.path}?{self.at.query}", {})
        self.cookie = entered.headers["set-cookie"].partition(";")[0]

    def open(self, path: str, headers: dict[str, str]) -> HTTPResponse:
        """Return what is answered, as soon as it begins."""
        connection = HTTPConnection(self.at.netloc)
        connection.request("GET", path, headers=headers)
        return connection.getresponse()

    def __call__(self, path: str) -> bytes:
        """Return a page."""
        answer = self.open(path, {"Cookie": self.cookie})
        assert answer.status == 200, answer.read()
        return answer.read()


def live(path: Path, run: str, get: Get) -> list[float]:
    """Return after how many milliseconds each of some steps was told, and its row was got."""
    stream = get.open(f"/run/{run}/live", {"Cookie": get.cookie})
    delays = []
    with closing(Journal(path)) as journal:
        genome = BIRTH
        for number in range(2, LIVE + 2):
            time.sleep(0.05 + 0.013 * (number % 10))
            genome = step(journal, run, number, genome)
            written = time.monotonic()
            while f'"steps": {number}' not in stream.readline().decode():
                pass
            get(f"/run/{run}/rows?first={number}")
            delays.append((time.monotonic() - written) * 1000)
    return delays


def cost(path: Path) -> tuple[float, float]:
    """Return the milliseconds that a step takes to be written with a watcher, and without."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(4):
        watched = turn % 2 == 0
        run = lived(path, 1, ended=False)
        with served(path) as (_, get):
            if watched:
                stream = get.open(f"/run/{run}/live", {"Cookie": get.cookie})
                threading.Thread(target=stream.read, daemon=True).start()
            with closing(Journal(path)) as journal:
                for number in range(2, COST // 2 + 2):
                    began = time.monotonic()
                    step(journal, run, number, BIRTH)
                    times[watched].append((time.monotonic() - began) * 1000)
    return statistics.median(times[True]), statistics.median(times[False])


def clocked(work) -> float:
    began = time.monotonic()
    work()
    return (time.monotonic() - began) * 1000


def median(work) -> str:
    return f"{statistics.median(clocked(work) for _ in range(ROUNDS)):.0f} ms"


def told(what: str, figure: str, goal: str) -> None:
    print(f"| {what} | {figure} | {goal} |", flush=True)


if __name__ == "__main__":
    main()
