"""Evaluators: judges of programs, somebody's Python, in a jail of their own kind.

An evaluator is the user's, and the programs that it runs are a model's. Most run them in their own
process, so the whole is behind the wall, and nothing that comes out of it is believed: a program
can write itself any score. What it can't is reach anything else.
"""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from sandbox.extras import pip_install
from sandbox.jail.system_calls import EVALUATOR
from sandbox.limits import Limits
from sandbox.nesting import MAX_SOURCE, too_much
from sandbox.parsing import parse, statements
from sandbox.programs.beside import Folder, check_beside
from sandbox.programs.inside.evaluation import BESIDE, PACKAGES, SCORES
from sandbox.programs.inside.evaluation import EVALUATOR as SOURCE
from sandbox.programs.interpreted import ENVIRONMENT, objects_of_libraries
from sandbox.programs.jobs import Job, JobRunner, Loaded
from sandbox.programs.program import Run
from sandbox.programs.python import MAPPED_MB, MEMORY_MB, python_files, this_python
from sandbox.session import SandboxError

HARNESS = Path(__file__).parent / "inside" / "evaluation.py"
USUAL_MODULES = (
    "concurrent.futures", "importlib.util", "multiprocessing", "random", "re", "statistics",
    "subprocess", "tempfile", "threading",
)  # fmt: skip
"""Of the standard library, what evaluators import most."""
CHILDREN = 8
"""Threads and child processes that there may be at once, together."""
SCRATCH_MB = 64
LONGEST_RESULT = 1 << 20
LONGEST_WORDS = 1 << 16
"""Characters of all words of a result together; the rest is cut off. Each is written down."""
MOST_METRICS = 1_000
EVALUATE = "evaluate"
OVERWRITTEN = (
    "its result was overwritten with something else, or by other processes of its own as they ended"
)
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Libraries would start a thread for each processor, of the few there may be."""
LIMITS = Limits(fuel=60 * 10**10, memory_mb=1024, wall_seconds=60.0, output_bytes=1 << 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What an evaluator says of a program.

    Attributes:
        score: The higher, the better; None where there is none.
        problem: Why there is none, else nothing.
        metrics: All numbers that it gave, by name.
        words: What else it said, by name.
    """

    score: float | None
    problem: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


class Evaluator:
    """An evaluator behind the wall. Threads may share it.

    Args:
        source: Its Python, with a function ``evaluate(path)``. It returns a number, a dictionary
            of them (of which ``combined_score`` or ``score`` counts, else the mean), an object
            with ``metrics`` and ``artifacts``, or a pair of one of these and what else to say.
        suffix: What the names of program files end with.
        packages: Names of installed packages that it and its programs may import.
        files: What lies beside it, by name: to be imported, or read beside its ``__file__``.
        limits: What one evaluation may spend; of memory and CPU, each process as much.

    Raises:
        SandboxError: This machine has not what the jail is made of.
        ValueError: A package is not installed, or has no files of its own; or a file has no name
            that it can have.
    """

    def __init__(
        self,
        source: str,
        *,
        suffix: str = ".py",
        packages: Sequence[str] = (),
        files: Mapping[str, bytes] | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self._source, self._limits = _encoded(source), limits
        self._closed = False
        check_beside(files or {})
        packaged = mounted(packages)
        self._folder = Folder(self._source, files) if files else None
        beside = {BESIDE: self._folder.path} if self._folder else {}
        path = ":".join([*beside, PACKAGES])
        own = {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": "/scratch"}
        self._jobs = JobRunner(
            python_files() | packaged | beside,
            {**ENVIRONMENT, **own, **ONE_THREAD},
            profile=EVALUATOR,
            loaded=Loaded(
                script=HARNESS,
                modules=[*USUAL_MODULES, *imported(source, packaged)],
                path=PACKAGES,
                executable=str(this_python()),
            ),
        )
        self._job = Job(
            source=SOURCE,
            commands=[["evaluation", f"program{suffix}"]],
            threads=1 + CHILDREN,
            memory_mb=MEMORY_MB,
            # Each thread sets address space aside, and packages map their libraries.
            mapped_mb=MAPPED_MB * (1 + CHILDREN) + (2048 if packages else 0),
            scratch_mb=SCRATCH_MB,
        )

    def evaluate(self, program: str) -> Evaluation:
        """Return what the evaluator says of a program; whatever either does is no error here.

        Where the jail itself breaks, that says nothing of a program, and it is judged once more.

        Raises:
            SandboxError: This machine has not what the jail is made of, it breaks again, or all
                was closed meanwhile; the message says what.
        """
        for _ in range(2):
            self._require_open()
            run, result = self._jobs.run(self._job, self._source, _encoded(program), self._limits)
            self._require_open()
            if run.status != "worker":
                return read_result(run, result, self._limits)
        raise SandboxError(
            f"what judges programs breaks ({run.detail}): see what else this machine runs, and "
            "resume the search"
        )

    def _require_open(self) -> None:
        if self._closed:
            raise SandboxError("the evaluator was closed, and judges nothing; open another one")

    def close(self) -> None:
        """End every process that evaluates; what is being judged has no verdict."""
        self._closed = True
        self._jobs.close()
        if self._folder:
            self._folder.close()


def check_evaluator(source: str) -> None:
    """Refuse what cannot be an evaluator, whatever it is given.

    Names that only code that is made while it runs would bind are not looked for, and what is more
    than a parser can bear is let pass.

    Raises:
        ValueError: It is no Python, or has no function `evaluate`; the message says which.
    """
    if len(source) > MAX_SOURCE or too_much(source):
        return
    try:
        tree = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f"line {error.lineno}: " if isinstance(error, SyntaxError) else ""
        words = error.msg if isinstance(error, SyntaxError) else f"{error}"
        raise ValueError(f"it is no Python: {line}{words}; mend it and begin again") from None
    if not any(_may_bind_evaluate(node) for node in ast.walk(tree)):
        raise ValueError("it has no function evaluate(path); define one that returns a score")


def _may_bind_evaluate(node: ast.AST) -> bool:
    """Tell whether a part of a program binds the name, or whatever it likes."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name == EVALUATE
        case ast.alias(name=name, asname=other):
            return EVALUATE in (name, other) or name == "*"
        case ast.Name(id=name, ctx=context):
            anything = name in ("exec", "globals", "setattr")
            return anything or (name == EVALUATE and isinstance(context, ast.Store))
    return False


def imported(source: str, files: Collection[str]) -> list[str]:
    """Return the modules of mounted packages that an evaluator names in its imports.

    Args:
        source: Its Python; whatever is wrong with it is found out when it runs.
        files: What is mounted, by path in the jail.
    """
    there = {PurePosixPath(file).name.partition(".")[0] for file in files}
    found: list[str] = []
    for node in map(ast.walk, statements(source) or ()):
        for each in node:
            if isinstance(each, ast.Import):
                found += [alias.name for alias in each.names]
            elif isinstance(each, ast.ImportFrom) and each.module and not each.level:
                found += [each.module, *(f"{each.module}.{alias.name}" for alias in each.names)]
    return [
        name
        for name in dict.fromkeys(found)
        if name.partition(".")[0] in there and "__main__" not in name  # which is run, not loaded
    ]


def mounted(packages: Sequence[str]) -> dict[str, Path]:
    """Return the files of installed packages, by path in the jail.

    Only what is named: what a package needs besides has to be named, too.

    Raises:
        ValueError: A package is not installed, or has no files of its own.
    """
    found: dict[str, Path] = {}
    for name in packages:
        for place, source in _parts(name):
            found[f"{PACKAGES}/{place}"] = source
    libraries = [
        file
        for source in found.values()
        for file in (source.rglob("*.so*") if source.is_dir() else [source])
        if ".so" in file.name
    ]
    return found | objects_of_libraries(this_python(), libraries)


def _parts(name: str) -> Iterator[tuple[PurePosixPath, Path]]:
    """Yield the files and folders of a package that lie in no other folder of its."""
    try:
        package = distribution(name)
    except (PackageNotFoundError, ValueError):
        raise ValueError(
            f"package {name!r} is not installed here; name one that is, or install it"
        ) from None
    files = [PurePosixPath(file) for file in package.files or () if ".." not in file.parts]
    folders = {file.parent for file in files}
    roots = {_root(file, folders) for file in files if file.suffix != ".pth"}
    if not any(not root.name.endswith((".dist-info", ".egg-info")) for root in roots):
        raise ValueError(
            f"package {name!r} has no files in {_home(package)}, as one that is installed to be "
            f"edited; install it whole, or name another ({pip_install('genetic')} has some)"
        )
    for root in sorted(roots):
        source = _home(package) / root
        if source.exists():
            yield root, source


def _root(file: PurePosixPath, folders: Collection[PurePosixPath]) -> PurePosixPath:
    """Return the outermost of the folders that a file is in, or the file where it is in none.

    Folders that have no file of the package in them are such as several packages share.
    """
    around = [each for each in reversed(file.parents) if each.name and each in folders]
    return around[0] if around else file


def _home(package: Distribution) -> Path:
    return Path(str(package.locate_file("")))


def read_result(run: Run, result: bytes, limits: Limits) -> Evaluation:
    """Read a result, which is a stranger's: it may have any shape."""
    if run.status != "ok":
        return Evaluation(score=None, problem=_ended(run, limits))
    if len(result) > LONGEST_RESULT:
        return Evaluation(score=None, problem=f"its result has more than {LONGEST_RESULT:,} bytes")
    try:
        said = json.loads(result)
        problem = said.get("problem")
        if problem is not None:
            words = {"traceback": said["traceback"]} if "traceback" in said else {}
            return Evaluation(score=None, problem=_line(problem), words=_words(words))
        numbers = islice(said["metrics"].items(), MOST_METRICS)
        metrics = {_line(name): float(value) for name, value in numbers}
        words = _words(said["words"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return Evaluation(score=None, problem=OVERWRITTEN)
    return _scored(metrics, words)


def _scored(metrics: Mapping[str, float], words: Mapping[str, str]) -> Evaluation:
    """Find the score among the numbers."""
    finite = {name: value for name, value in metrics.items() if math.isfinite(value)}
    if not metrics:
        return Evaluation(score=None, problem="evaluate returned no number", words=words)
    chosen = next((name for name in SCORES if name in metrics), None)
    wrong = [name for name in ([chosen] if chosen else metrics) if name not in finite]
    if wrong:
        problem = f"evaluate returned {metrics[wrong[0]]} as {wrong[0]}; it must be finite"
        return Evaluation(score=None, problem=problem, metrics=finite, words=words)
    score = finite[chosen] if chosen else math.fsum(finite.values()) / len(finite)
    return Evaluation(score=score, metrics=finite, words=words)


def _ended(run: Run, limits: Limits) -> str:
    """Say how an evaluation ended that came to no result."""
    words = {
        "exit": f"the program or the evaluator ended its process: {run.detail}",
        "hang": f"it took longer than {limits.wall_seconds:g} seconds",
        "fuel": f"it used more than {limits.cpu_seconds:g} seconds of CPU",
        "output": f"it printed more than {limits.output_bytes:,} bytes",
    }
    last = run.stderr.decode(errors="replace").strip().splitlines()[-1:]
    if run.status in ("hang", "fuel", "output"):
        last = []
    return _line("; ".join(filter(None, [words.get(run.status, run.detail), *last])))


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _words(said: Any) -> dict[str, str]:
    words, room = {}, LONGEST_WORDS
    for name, text in said.items():
        if room <= 0:
            break
        words[_line(name)] = told = _proper(text)[:room]
        room -= len(name) + len(told)
    return words


def _line(text: Any) -> str:
    """Cut what a stranger says to a line."""
    return " ".join(_proper(text)[:1000].split())


def _proper(text: Any) -> str:
    """Return what a stranger says as text that any stream can take."""
    if not isinstance(text, str):
        raise TypeError(type(text).__name__)
    return text.encode(errors="replace").decode()
