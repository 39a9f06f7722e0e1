"""Forge pairs into a file: draft them, run them, keep those that agree."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autoagent.files import read_whole
from autoagent.llm import LLM
from genetic.executors.local import LocalExecutor
from genetic.translate.forge.asked import FRAME, LANGUAGE, TARGET
from genetic.translate.forge.c import INCLUDES
from genetic.translate.forge.mending import Mending, drafts
from genetic.translate.forge.pairs import BATCH, LEVELS, Split, drafted
from genetic.translate.forge.verify import Trial, agreeing
from sandbox.programs import open_source, open_target

SPLITS: tuple[Split, ...] = ("train", "test")
NUMBERS = 10**6
"""Drafts that a seed has to itself."""
FIRST = b'{"kind": "'
"""What each line begins with: nothing else is taken for one that was cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be forged.

    Attributes:
        level: How much there is in a program, one of `LEVELS`.
        seed: All follows from it.
        split: ``train``, or ``test`` for structures that no training sees.
        mends: Of the pairs, the share whose question is a broken translation and what shows that.
        drafts: The name of a model that drafts each translation. Where it is wrong, the question
            is that draft and what shows that; where it is right, it is the answer. Empty for none.

    Raises:
        ValueError: A value is impossible.
    """

    level: int = 1
    seed: int = 0
    split: Split = "train"
    mends: float = 0.0
    drafts: str = ""

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            known = " and ".join(map(str, LEVELS))
            raise ValueError(f"there is no level {self.level}; there are {known}")
        if self.split not in SPLITS:
            raise ValueError(f"split must be {' or '.join(SPLITS)}, got {self.split!r}")
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"seed must be from 0 to {2**31 - 1}, got {self.seed}")
        if not 0 <= self.mends <= 1:
            raise ValueError(f"mends must be from 0 to 1, got {self.mends}")
        if self.drafts and self.mends:
            raise ValueError(
                f"mends is {self.mends}, but what is mended are the drafts of {self.drafts}; "
                "leave one of them out"
            )


class Forge:
    """Forges pairs, one after the other, always the same for an order.

    Args:
        order: What is wanted.
        start: The number of the first draft.
        llm: The model that drafts, if the order has one.
    """

    def __init__(self, order: Order, start: int = 0, llm: LLM | None = None) -> None:
        self.tried = 0
        self._order = order
        self._llm = llm
        self._executor = LocalExecutor(1)
        self._number = order.seed * NUMBERS + start
        self._javascript = open_source(LANGUAGE, 1)
        self._c = open_target(TARGET)

    def pairs(self) -> Iterator[dict[str, Any]]:
        """Yield pairs without end, each as it is written down.

        Raises:
            SandboxError: What compiles or runs programs is missing.
        """
        while True:
            numbers, trials = self._drafts()
            found = agreeing(self._javascript, self._c, trials)
            self.tried += len(trials)
            right = [
                (number, trial, outputs)
                for number, trial, outputs in zip(numbers, trials, found, strict=True)
                if outputs is not None and any(output.strip() for output in outputs)
            ]
            own = self._own([(number, trial.javascript) for number, trial, _ in right])
            for each, draft in zip(right, own, strict=True):
                yield self._written(*each, draft)

    def close(self) -> None:
        """End all that runs programs."""
        self._javascript.close()
        self._c.close()
        self._executor.close()

    def _drafts(self) -> tuple[list[int], list[Trial]]:
        numbers: list[int] = []
        trials: list[Trial] = []
        while len(trials) < BATCH:
            trial = drafted(self._number, self._order.level, self._order.split)
            if trial is not None:
                numbers.append(self._number)
                trials.append(trial)
            self._number += 1
        return numbers, trials

    def _own(self, sources: list[tuple[int, str]]) -> list[str]:
        """Return what the model drafts of some programs; nothing where there is no model."""
        if self._llm is None or not sources:
            return [""] * len(sources)
        numbers, texts = zip(*sources, strict=True)
        return drafts(self._llm, texts, numbers)

    def _written(
        self, number: int, trial: Trial, outputs: list[bytes], draft: str
    ) -> dict[str, Any]:
        """Return what a file holds of a pair."""
        rng = random.Random(f"mend {number}")
        mending = Mending(trial, outputs, self._executor)
        mend, answer = None, trial.c
        if draft:
            mend = mending.question(draft, rng)
            answer = trial.c if mend else draft
        elif rng.random() < self._order.mends:
            mend = mending.slip(rng)
        body = answer.removeprefix(INCLUDES).strip("\n")
        return {
            "kind": "translation" if mend is None else "mend",
            **asdict(self._order),
            "number": number,
            "prompt": trial.javascript if mend is None else mend,
            "completion": body + FRAME.rest(body),
            "frame": FRAME.as_dict(),
            "source": trial.javascript,
            "program": trial.c,
            "inputs": [data.decode() for data in trial.inputs],
            "outputs": [data.decode() for data in outputs],
        }


def resumed(path: Path, order: Order) -> tuple[int, int]:
    """Return how many pairs a file has, and with which draft an order goes on.

    A last line that was cut off is taken away.

    Raises:
        ValueError: It cannot be read, or holds something else.
    """
    try:
        data = read_whole(path)
    except FileNotFoundError:
        return 0, 0
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}; give another --out") from None
    whole = data[: data.rfind(b"\n") + 1]
    last = -1
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            found = json.loads(line)
            known = {name: ({"drafts": ""} | found)[name] for name in asdict(order)}
            last = found["number"] - order.seed * NUMBERS
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ValueError(f"line {number} of {path} is no pair; give another --out") from None
        if known != asdict(order):
            raise ValueError(
                f"{path} holds pairs of another order ({_told(known)}), not of "
                f"{_told(asdict(order))}; give another --out"
            )
    if (rest := data[len(whole) :]) and not rest.startswith(FIRST[: len(rest)]):
        raise ValueError(f"the last line of {path} is no pair; give another --out")
    if rest:
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return whole.count(b"\n"), last + 1


def forge(
    order: Order,
    pairs: int,
    path: Path,
    *,
    llm: LLM | None = None,
    stopped: Callable[[], bool] = lambda: False,
    made: Callable[[int], None] = lambda count: None,
) -> tuple[int, int]:
    """Write pairs into a file until it has so many; what it has already counts.

    Args:
        order: What is wanted.
        pairs: How many the file shall have.
        path: The file. Each pair is written as soon as it is known to be right.
        llm: The model that drafts, if the order has one.
        stopped: Whether to stop meanwhile.
        made: Told after each pair how many there are.

    Returns:
        How many pairs the file has, and how many were tried now.

    Raises:
        ValueError: The file holds something else.
        OSError: It cannot be written.
        SandboxError: What compiles or runs programs is missing.
        LLMError: The model that drafts cannot answer.
    """
    count, start = resumed(path, order)
    if count >= pairs:
        return count, 0
    work = Forge(order, start, llm)
    try:
        with path.open("a", encoding="utf-8") as file:
            for pair in work.pairs():
                if stopped():
                    break
                file.write(json.dumps(pair) + "\n")
                file.flush()
                count += 1
                made(count)
                if count >= pairs:
                    break
    finally:
        work.close()
    return count, work.tried


def _told(order: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in order.items())
