"""Every pair of a data set completed, and judged: does it pass, run, and do its tests?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autoagent.analyzers import Subject, Tools
from autoagent.analyzers.mypy import Mypy
from autoagent.budget import Budget
from autoagent.events import count, flag, list_of, maybe, number, record, text, unless_missing
from autoagent.files import inner_folder, read_json, write_json, write_text
from autoagent.journal import Journal
from autoagent.llm import LLM
from genetic.coder.config import Config
from genetic.coder.dataset import Pair
from genetic.coder.run import ACTIVITY, CoderRun, described
from sandbox.cache import content_key

RESULTS, LOGS, JOURNAL = "results.json", "readable_logs", "journal.db"
STAMP = "%Y-%m-%dT%H-%M-%S"
ROW = record(
    pair=text,
    repeat=count,
    completion=text,
    passing=flag,
    scores=list_of(number),
    loops=count,
    tokens_in=count,
    tokens_out=count,
    seconds=unless_missing(number),
    first_passing=unless_missing(flag),
    mypy_errors=unless_missing(maybe(count)),
    clean=unless_missing(maybe(flag)),
    runs=unless_missing(maybe(flag)),
    tests=unless_missing(maybe(flag)),
    digest=unless_missing(text),
)

Row = dict[str, Any]


class Evaluation:
    """An evaluation in a folder; begun again there, it goes on.

    Args:
        config: What is evaluated.
        pairs: The data set.
        folder: Where results are written.
        llms: The model of the first attempts, and that of the rest.
        repeats: How often each pair is completed.
        budget: What may be spent.
        on_step: Told of each step.
        tools: What analyzers share with other evaluations, who ends it; by default its own.
        clock: Tells the seconds that a completion takes.

    Raises:
        ValueError: What is in the folder is of another configuration, or damaged.
        JournalError: Its journal cannot be used.
        SandboxError: What an analyzer needs is missing here.
    """

    def __init__(
        self,
        config: Config,
        pairs: Sequence[Pair],
        folder: Path,
        *,
        llms: Sequence[LLM],
        repeats: int = 1,
        budget: Budget | None = None,
        on_step: Callable[[str], None] = lambda line: None,
        tools: Tools | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config, self._pairs, self._folder = config, pairs, folder
        self._repeats, self._on_step = repeats, on_step
        self._header = {"config": _plain(config), "models": [llm.name for llm in llms]}
        self.rows = read_rows(folder, self._header) if (folder / RESULTS).exists() else []
        _check_unchanged(self.rows, pairs, folder)
        try:
            inner_folder(folder / LOGS)
        except OSError as error:
            raise ValueError(f"{folder / LOGS} cannot be used: {error.strerror}") from None
        self._journal = Journal(folder / JOURNAL)
        begun = next((run for run, _, data, *_ in self._journal.runs() if _is_ours(data)), None)
        self._run = CoderRun(
            config.settings,
            journal=self._journal,
            llms=llms,
            seed=config.seed,
            run=begun,
            budget=budget,
            workers=config.n_procs,
            about={"name": config.dataset},
            tools=tools,
            clock=clock,
        )
        self._types = Mypy(self._run.tools)

    def pause(self) -> None:
        """Stop as soon as possible; what is done is kept."""
        self._run.pause()

    def kill(self) -> None:
        """Stop at once."""
        self._run.kill()

    def run(self) -> Iterator[Row]:
        """Yield a row for each pair that was not completed before.

        Raises:
            SuspendedError: The budget is used up, or the evaluation is paused.
            LLMError: A model gave no answer.
            SandboxError: What an analyzer needs is missing here.
        """
        with closing(self._run):
            for repeat in range(self._repeats):
                for pair in self._pairs:
                    if self.known(pair, repeat) is None:
                        yield self.complete(pair, repeat)

    def known(self, pair: Pair, repeat: int) -> Row | None:
        """Return the row of a pair that was completed before."""
        found = (row for row in self.rows if (row["pair"], row["repeat"]) == (pair.name, repeat))
        return next(found, None)

    def complete(self, pair: Pair, repeat: int) -> Row:
        """Return the row of a pair, which is completed and written down.

        Raises:
            SuspendedError: The budget is used up, or the evaluation is paused.
            LLMError: A model gave no answer.
            SandboxError: What an analyzer needs is missing here.
        """
        row = self._row(pair, repeat)
        self.rows.append(row)
        self._write(pair, row)
        return row

    def _row(self, pair: Pair, repeat: int) -> Row:
        def step(number: int, best: Any) -> None:
            self._on_step(f"{pair.name}: step {number + 1}, score {best.score:g}")

        key = f"{pair.name}.{repeat}"
        done = self._run.complete(pair.input, key, examples=pair.examples, on_step=step)
        first = done.first.completion if done.first else ""
        last = self._judged(pair, done.completion)
        begun = last if first == done.completion else self._judged(pair, first)
        return {
            "pair": pair.name,
            "repeat": repeat,
            "digest": _digest(pair),
            **described(done),
            **last,
            **{f"first_{name}": value for name, value in begun.items()},
        }

    def _judged(self, pair: Pair, completion: str) -> dict[str, bool | int | None]:
        """Tell whether a program is without errors of type, runs, and does its tests.

        One that nobody completed does nothing of it.
        """
        program = pair.input + completion
        tools = self._run.tools
        types = self._types.analyze(Subject(prefix=pair.input, completion=completion), {})
        return {
            "mypy_errors": len(types.findings),
            "clean": bool(completion) and types.passed,
            "runs": bool(completion) and tools.run(program).status == "ok",
            "tests": bool(completion) and tools.test(program, pair.tests).status == "ok"
            if pair.tests
            else None,
        }

    def _write(self, pair: Pair, row: Row) -> None:
        date = datetime.now(UTC).isoformat(timespec="seconds")
        write_json(self._folder / RESULTS, {**self._header, "date": date, "rows": self.rows})
        if self._config.log_conversation:
            name = f"{pair.name.replace('/', '.')}.{row['repeat']}.txt"
            write_text(self._folder / LOGS / name, readable(row, pair))


def readable(row: Mapping[str, Any], pair: Pair) -> str:
    """Return what was said about a pair, for people."""
    said = [f"[{each['role']}]\n{each['content']}\n" for each in row["messages"]]
    told = [
        f"[{each['analyzer']}, {each['score']:g}]\n{each['message']}" for each in row["analyses"]
    ]
    return "\n".join([*said, "== analyzers ==", *told, "", "== expected ==", pair.output])


def read_rows(folder: Path, header: Mapping[str, Any] | None = None) -> list[Row]:
    """Return the rows of an evaluation.

    Raises:
        ValueError: They cannot be read, or are of another configuration than the header has.
    """
    path = folder / RESULTS
    try:
        found = read_json(path)
        rows = found["rows"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path} cannot be used ({error}); remove it") from None
    if not list_of(ROW)(rows):
        raise ValueError(f"{path} cannot be used (a row has a wrong or missing field); remove it")
    if header is not None and any(found.get(name) != value for name, value in header.items()):
        raise ValueError(f"{path} is of another configuration or other models; --anew begins anew")
    return list(rows)


def _check_unchanged(rows: Sequence[Row], pairs: Sequence[Pair], folder: Path) -> None:
    """Refuse to go on where pairs are no longer what was completed.

    Raises:
        ValueError: One is not.
    """
    digests = {pair.name: _digest(pair) for pair in pairs}
    for row in rows:
        if "digest" in row and digests.get(row["pair"], row["digest"]) != row["digest"]:
            raise ValueError(
                f"{row['pair']} was another pair when {folder} was begun; begin anew (--anew, or "
                "another --out)"
            )


def _digest(pair: Pair) -> str:
    """Return what tells a pair from another of that name."""
    return content_key(pair.input, pair.examples, pair.tests)


def _is_ours(data: Any) -> bool:
    return isinstance(data, dict) and data.get("activity") == ACTIVITY


def _plain(config: Config) -> dict[str, Any]:
    """Return a configuration as JSON has it."""
    return asdict(config) | {"settings": config.settings.as_dict(), "scores": list(config.scores)}


def finished(folder: Path) -> set[tuple[str, int]]:
    """Return which completions of an evaluation are finished: pairs, and which time.

    Raises:
        ValueError: Its results cannot be read.
    """
    rows = read_rows(folder) if (folder / RESULTS).exists() else []
    return {(row["pair"], row["repeat"]) for row in rows}


def stamp() -> str:
    """Return the name of a new evaluation's folder."""
    return datetime.now(UTC).strftime(STAMP)


def evaluations(folder: Path) -> list[Path]:
    """Return the folders of the evaluations of a configuration, the oldest first."""
    return sorted(each for each in folder.glob("*") if (each / JOURNAL).is_file())
