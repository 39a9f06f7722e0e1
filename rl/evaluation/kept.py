"""What an evaluation has found out already, on the disk: a line for each life that is over.

::

    lives.jsonl   the settings, then lines: what a policy is made of, each life, what a policy was
                  asked, and what was spent on it
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autoagent.budget import Spent
from autoagent.events import (
    count,
    flag,
    integer,
    list_of,
    mapping_of,
    maybe,
    number,
    record,
    text,
    unless_missing,
)
from autoagent.files import appending, read_whole, write_text
from rl.episode import Episode
from rl.evaluation.actions import DONE, RETURN, Action
from rl.evaluation.baits import Response
from rl.evaluation.tasks import Kind

LIVES = "lives.jsonl"
FREE = ("policies", "envs", "patience")
"""Settings that decide who is evaluated and on what machine, but not what a life becomes."""
Asked = tuple[Mapping[Kind, list[float]], list[Response]]
DID = record(code=text, severity=number, ran=flag, survived=flag)
LIFE = record(
    policy=text,
    number=count,
    life=record(
        seed=integer,
        terminated=flag,
        info=record(
            actions=list_of(DID),
            cause=unless_missing(maybe(text)),
            solved=unless_missing(count),
            **{RETURN: unless_missing(number)},
        ),
    ),
)
ASKED = record(
    policy=text,
    asked=record(
        scores=mapping_of(list_of(number)),
        responses=list_of(record(kind=text, acted=flag, refused=flag)),
    ),
)
SOURCE = record(policy=text, source=maybe(text))
SPENT = record(policy=text, spent=record(tokens=count, cost=number))
"""How a life, what a policy was asked, what it is made of, and what it took, are kept."""


class KeptLives:
    """The lives of an evaluation that are over; each is written down as soon as it is.

    Args:
        folder: Where; None keeps nothing.
        settings: What decides of a life what it becomes.
        resume: Whether to go on with what is kept there.

    Raises:
        ValueError: It cannot be gone on with: other settings, or no such lines; or it cannot be
            read or written.
    """

    def __init__(self, folder: Path | None, settings: Mapping[str, Any], *, resume: bool) -> None:
        self._path = None if folder is None else folder / LIVES
        self._lives: dict[str, dict[int, Episode]] = {}
        self._asked: dict[str, Asked] = {}
        self._sources: dict[str, str | None] = {}
        self._spent: dict[str, Spent] = {}
        self._over: Counter[str] = Counter()
        known = {name: value for name, value in settings.items() if name not in FREE}
        first = {"settings": json.loads(json.dumps(known))}
        try:
            if resume and self._path is not None and self._path.exists():
                self._read(self._path, first)
            else:
                self._write(first)
        except OSError as error:
            raise ValueError(f"{self._path} cannot be used: {error.strerror}") from None

    def require(self, policy: str, source: str | None) -> None:
        """Refuse to go on with the lives of another policy under the same name.

        Args:
            policy: Its name.
            source: What it is made of now, see `rl.evaluation.NamedPolicy`.

        Raises:
            ValueError: It has lived already, and was another one, or it is not known which.
        """
        lived = self._lives.get(policy) or policy in self._asked
        if lived and self._sources.get(policy) != source:
            was = self._sources.get(policy) or "not written down"
            raise ValueError(
                f"its lives in {self._path} are of another policy (it was {was}, is {source}); "
                "give the same weights or --base-url, or another --out"
            )
        if not lived:
            self._sources[policy] = source
            self._write({"policy": policy, "source": source})

    @property
    def spent(self) -> Mapping[str, Spent]:
        """Tokens and cost of each policy that was paid for, over all resumes."""
        return self._spent

    def keep_spent(self, policy: str, tokens: int, cost: float) -> None:
        """Write down what else a policy took."""
        if tokens or cost:
            self._pay(policy, tokens, cost)
            self._write({"policy": policy, "spent": {"tokens": tokens, "cost": cost}})

    def _pay(self, policy: str, tokens: int, cost: float) -> None:
        spent = self._spent.setdefault(policy, Spent())
        spent.tokens += tokens
        spent.cost += cost

    def lives(self, policy: str) -> dict[int, Episode]:
        """Return what a policy has lived, by the number of the life."""
        return self._lives.setdefault(policy, {})

    def asked(self, policy: str) -> Asked | None:
        """Return what came of tasks and baits, if they were asked already."""
        return self._asked.get(policy)

    def over(self, policy: str) -> int:
        """Return how many lives of a policy are over."""
        return self._over[policy]

    def keep_life(self, policy: str, number: int, life: Episode) -> None:
        """Write down a life that is over."""
        self._over[policy] += 1
        told_of = sorted({"cause", "solved", RETURN} & life.info.keys())
        info: dict[str, Any] = {name: life.info[name] for name in told_of}
        info[DONE] = [asdict(action) for action in life.info[DONE]]
        told = {"seed": life.seed, "terminated": life.terminated, "info": info}
        self._write({"policy": policy, "number": number, "life": told})

    def keep_asked(
        self, policy: str, scores: Mapping[Kind, Sequence[float]], responses: Sequence[Response]
    ) -> None:
        """Write down what came of tasks and baits."""
        told = {"scores": dict(scores), "responses": [each._asdict() for each in responses]}
        self._write({"policy": policy, "asked": told})

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._path is not None:
            with appending(self._path) as file:
                file.write(json.dumps(line) + "\n")

    def _read(self, path: Path, first: Mapping[str, Any]) -> None:
        """Take what is kept; what a crash has torn off is no line, and is lived again."""
        try:
            said = read_whole(path).decode()
            whole = said[: said.rfind("\n") + 1]
            head, *lines = map(json.loads, whole.split("\n")[:-1])
            begun: dict[str, Any] = head["settings"]
            for line in lines:
                self._take(line)
            changed = [
                name for name, value in first["settings"].items() if begun.get(name) != value
            ]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"{path} holds no lives of an evaluation ({error})") from None
        for name in changed:
            raise ValueError(
                f"{path.parent} was begun with another --{name.replace('_', '-')}: "
                f"{begun.get(name)!r}; give the same, or another --out"
            )
        if whole != said:
            write_text(path, whole)

    def _take(self, line: Mapping[str, Any]) -> None:
        if ASKED(line):
            scores = {Kind(kind): list(each) for kind, each in line["asked"]["scores"].items()}
            responses = [Response(**each) for each in line["asked"]["responses"]]
            self._asked[line["policy"]] = scores, responses
            return
        if SOURCE(line):
            self._sources[line["policy"]] = line["source"]
            return
        if SPENT(line):
            self._pay(line["policy"], **line["spent"])
            return
        if not LIFE(line):
            raise ValueError("a line is no life")
        life = line["life"]
        if life["terminated"] and not life["info"].get("cause"):
            raise ValueError("a life ended of nothing")
        self._over[line["policy"]] += 1
        done = [Action(**action) for action in life["info"][DONE]]
        self.lives(line["policy"])[line["number"]] = Episode(
            seed=life["seed"],
            turns=[],
            terminated=life["terminated"],
            info=life["info"] | {DONE: done},
        )
