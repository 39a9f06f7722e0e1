"""Fuzz what is read of a stranger's results: ``python -m tests.fuzz.fuzz_results``.

An input is a line with the number of a kind of results, and then a file of that kind: what an
evaluator said, a file in a folder of results, one that a command goes on from, or settings of a
folder. Arguments are libFuzzer's.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import atheris

NAMES = ["autoagent.view.results", "autoagent.view.charts", "autoagent.view.scale", "rl.curves"]
NAMES += ["rl.cli.results", "rl.logs", "rl.evaluation.kept", "genetic.coder.evaluation"]
NAMES += ["sandbox.programs.evaluator", "autoagent.cli.profiles.reading", "autoagent.toml"]
with atheris.instrument_imports(include=NAMES):
    from autoagent.cli.profiles.reading import parsed
    from autoagent.message import to_json
    from autoagent.tasks.outcome import Outcome
    from autoagent.view.charts import curve
    from autoagent.view.panels import Curve
    from autoagent.view.results import shelves
    from genetic.bench.outcome import Outcome as Translated
    from genetic.coder.evaluation import RESULTS, read_rows
    from rl.curves import in_text
    from rl.evaluation.kept import LIVES, KeptLives
    from rl.logs import read_log
    from sandbox.programs.evaluator import LIMITS, read_result
    from sandbox.programs.program import Run
    from tests.fuzz.targets import PLACE, fuzz

NO_NUMBER = re.compile(r"\bnan\b")
SAID = Run("ok", b"", b"", None, "")


def evaluation(folder: Path, data: bytes) -> None:
    """Read what an evaluator said; a journal can hold it."""
    found = read_result(SAID, data, LIMITS)
    assert (found.score is None) == bool(found.problem)
    to_json({"score": found.score, "metrics": dict(found.metrics), "words": dict(found.words)})


def shown(folder: Path, data: bytes) -> None:
    """Read a folder of results, and draw what it has."""
    for column in (column for columns in shelves([folder]) for column in columns):
        for panel in column:
            if isinstance(panel, Curve):
                drawn = str(curve(panel)).partition("<title>")[0]
                assert not NO_NUMBER.search(drawn), drawn  # a folder's name may hold these letters


def log(folder: Path, data: bytes) -> None:
    """Read the log of a training run."""
    (folder / "log.jsonl").write_bytes(data)
    in_text(read_log(folder / "log.jsonl"))
    shown(folder, data)


def report(folder: Path, data: bytes) -> None:
    """Read the report of a benchmark."""
    (folder / "report.md").write_bytes(data)
    shown(folder, data)


def survival(folder: Path, data: bytes) -> None:
    """Read the report of an evaluation."""
    (folder / "survival.png").touch()
    (folder / "report.json").write_bytes(data)
    shown(folder, data)


def lives(folder: Path, data: bytes) -> None:
    """Read the lives that an evaluation goes on from."""
    (folder / LIVES).write_bytes(data)
    kept = KeptLives(folder, {"seed": 0}, resume=True)
    for number, life in kept.lives("p").items():
        kept.keep_life("p", number, life)


def rows(folder: Path, data: bytes) -> None:
    """Read the completions that an evaluation goes on from."""
    (folder / RESULTS).write_bytes(data)
    to_json({"rows": read_rows(folder)})


def outcomes(folder: Path, data: bytes) -> None:
    """Read what a benchmark has kept of a life or a translation."""
    told = json.loads(data)
    for read in (Outcome.of, Translated.of):
        with suppress(ValueError, TypeError):
            read(told)


def settings(folder: Path, data: bytes) -> None:
    """Read the settings of a folder."""
    parsed(folder / "autoagent.toml", data.decode())


KINDS: tuple[Callable[[Path, bytes], None], ...] = (
    *(evaluation, log, report, survival, lives, rows, outcomes, settings),
)
LIFE = {"seed": 1, "terminated": False, "info": {"actions": []}}
EXAMPLES = (
    [{"metrics": {"score": 1.5, "other": 2}, "words": {"said": "so"}}],
    [{"update": 1, "mean_return": 1.5, "survived": 2}, {"update": 2, "mean_return": -1}],
    [],
    [{"policies": [{"policy": "p", "curve": {"steps": [0, 4, 9], "share": [1, 0.5, 0]}}]}],
    [{"settings": {"seed": 0}}, {"policy": "p", "number": 3, "life": LIFE}],
    [{"rows": []}],
    [{"task": "t", "kind": "k", "level": "easy", "conditions": {}}],
    [],
)
TEXTS = {2: "# Tasks\n- seed: 0\n| a | b |\n|---|---|\n| c | |\n", 7: 'steps = 5\nllm = "human"\n'}


def one_input(data: bytes) -> None:
    """Read a file; what is wrong with it is told in one way."""
    number, _, content = data.partition(b"\n")
    kind = KINDS[(number[0] if number else 0) % len(KINDS)]
    with tempfile.TemporaryDirectory(dir=PLACE) as folder, suppress(ValueError):
        kind(Path(folder), content)


def examples() -> list[bytes]:
    """Return a file of each kind."""
    texts = ["".join(json.dumps(line) + "\n" for line in lines) for lines in EXAMPLES]
    texts = [TEXTS.get(number, text) for number, text in enumerate(texts)]
    return [bytes([number]) + b"\n" + text.encode() for number, text in enumerate(texts)]


def main() -> None:
    """Fuzz, beginning with one file of each kind."""
    os.environ["HOME"] = os.environ["XDG_DATA_HOME"] = "/nowhere"  # nothing here is the user's
    words = ["update", "mean_return", "1e999", "NaN", "metrics", "words", "problem", "policies"]
    words += ["curve", "steps", "share", "lives", "asked", "scores", "rows", "[[", "{}", "null"]
    fuzz("results", one_input, words, examples())


if __name__ == "__main__":
    main()
