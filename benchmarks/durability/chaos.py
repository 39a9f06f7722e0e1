"""One long command under faults: what is lost, doubled or different."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from pathlib import Path

from benchmarks.durability.faults import FAULTS, Program, Strike
from benchmarks.durability.server import Server
from benchmarks.durability.works import Units, Work

HARM = ("lost", "doubled", "different", "unreadable", "orphans", "untold", "let in")
"""What must not be: `untold` is an end with a traceback, or none at all; `let in` is a second
program on the same work."""
FAILED, BAD_INPUT, UNREACHABLE, KILLED = 1, 2, 3, -9
ALLOWED = {
    "killed": (KILLED,),
    "disk full": (FAILED, BAD_INPUT),
    "server dies": (UNREACHABLE,),
    "two at once": (UNREACHABLE,),  # whoever was stopped may have waited too long for its server
}
"""Exit codes after each fault, beside 0."""
MOST_TRIES = 40


class Chaos:
    """One command under faults.

    Args:
        work: The command.
        home: A folder for all that it does.
        chance: What chooses the moments.

    Attributes:
        counts: How often each harm was done, and what else there is to tell.
        harm: What it was, in words.
    """

    def __init__(self, work: Work, home: Path, chance: random.Random) -> None:
        self.counts: Counter[str] = Counter(dict.fromkeys(HARM, 0))
        self.harm: list[str] = []
        self._work = work
        self._home = home
        self._chance = chance
        home.mkdir()
        self._server = Server(home / "questions")

    def run(self, faults: int) -> None:
        """Do the work under faults until so many have struck; compare it each time it is done."""
        try:
            began = time.monotonic()
            expected = self._done(self._home / "whole", [], 0.0)
            lasts = time.monotonic() - began
            left = self._chosen(faults)
            while left:
                self.counts["done"] += 1
                folder = self._home / str(self.counts["done"])
                found = self._done(folder, left, lasts)
                if found != expected:
                    self._count("different", f"{folder}: {difference(expected, found)}")
        finally:
            self._server.kill()

    def _chosen(self, count: int) -> list[str]:
        """Return faults: each kind in turn."""
        kinds = [name for name in FAULTS if self._work.asks or name != "server dies"]
        self._chance.shuffle(kinds)
        return [kinds[number % len(kinds)] for number in range(count)]

    def _done(self, folder: Path, faults: list[str], lasts: float) -> Units:
        """Do the work to its end, struck by faults, which are taken; return what is there then."""
        folder.mkdir()
        place, told = folder, set[str]()
        asked = len(self._server.questions)
        for number in range(MOST_TRIES):
            fault = faults.pop(0) if faults else ""
            arguments = self._arguments(place)
            if (
                arguments is None
            ):  # there is nothing to go on with: it is begun once more, elsewhere
                place, told = folder / str(number), set()
                place.mkdir()
                arguments = [*self._work.begin(place), *self._options]
            self._struck(fault, arguments, place, lasts, told)
            if self._work.whole(place):
                break
        else:
            self._count("untold", f"{folder}: it does not come to its end")
        questions = self._server.questions[asked:]
        self.counts["asked"] += len(questions)
        self.counts["asked twice"] += len(questions) - len(set(questions))
        return self._work.units(place)

    @property
    def _options(self) -> list[str]:
        return self._server.options if self._work.asks else []

    def _arguments(self, place: Path) -> list[str] | None:
        arguments = self._work.go_on(place)
        return None if arguments is None else [*arguments, *self._options]

    def _struck(
        self, fault: str, arguments: list[str], place: Path, lasts: float, told: set[str]
    ) -> None:
        """Start a program, let a fault strike, and count what is wrong with what is left."""
        what = f"{self._work.name} in {place} after {fault or 'no fault'}"
        program = Program(arguments, clock=fault == "clock jumps")

        def beside() -> list[str] | None:
            # A program that has done all of its work lets go of it before it is gone itself.
            return None if self._work.whole(place) else self._arguments(place)

        strike = Strike(program, self._server, beside, self._chance)
        if fault:
            self.counts["faults"] += 1
            time.sleep(self._chance.uniform(0, lasts))
            FAULTS[fault](strike)
        code = program.end()
        if fault == "server dies":
            self._server.start()
        if strike.orphans:
            self._count("orphans", what)
        if code not in (0, *ALLOWED.get(fault, ())) or "Traceback" in "".join(program.told):
            self._count("untold", f"{what}: {code} {''.join(program.told)[-3000:]}")
        for second in strike.seconds:
            self.counts["second programs"] += 1
            if second.end() != BAD_INPUT:
                words = "".join([*second.said, *second.told])[-1000:]
                self._count("let in", f"{what}: {second.end()} {words}")
        self._look(what, program, place, told)

    def _look(self, what: str, program: Program, place: Path, told: set[str]) -> None:
        """Count what is wrong with what is on the disk, given what programs have told of."""
        for line in program.said:
            data = json.loads(line) if line.startswith("{") and line.endswith("}\n") else {}
            told |= {name for name in [self._work.said(data)] if name is not None}
        try:
            names = [name for name, _ in self._work.units(place)]
        except ValueError as error:
            self._count("unreadable", f"{what}: {error}")
            return
        if missing := told - set(names):
            self._count("lost", f"{what}: {sorted(missing)} of {names}")
        if len(names) != len(set(names)):
            self._count("doubled", f"{what}: {names}")

    def _count(self, what: str, why: str) -> None:
        self.counts[what] += 1
        self.harm.append(f"{what}: {why}")


def difference(expected: Units, found: Units) -> str:
    """Return the first difference, in a few words."""
    for one, other in zip(expected, found, strict=False):
        if one != other:
            return f"{str(one)[:300]} became {str(other)[:300]}"
    return f"{len(expected)} units became {len(found)}"
