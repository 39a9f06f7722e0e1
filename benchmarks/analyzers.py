"""How long each analyzer takes for a program of 100 lines, beside the same tool as a command.

Usage: ``python -m benchmarks.analyzers``
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from autoagent.analyzers import Subject, Tools, open_analyzers

FUNCTION = '''
def function_{number}(count: int) -> list[int]:
    """Return multiples."""
    found = []
    for each in range(count):
        if each % {number}:
            found.append(each * {number})
    return found

'''
PREFIX = "import os\nimport heapq\n" + "".join(FUNCTION.format(number=n) for n in range(1, 11))
COMPLETION = '\n\nfunction_1("a")\nheapq.heapush([], 1)\nfunction_2()\n'
TIMES = 11
COLD = 3
COMMANDS = {
    "mypy": ["mypy", "--cache-dir", "/dev/null"],
    "ruff": ["ruff", "check", "--isolated", "--no-cache", "--exit-zero"],
}


def timed(call: Callable[[], object]) -> float:
    """Return how long a call takes, in milliseconds."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def cold(name: str, file: Path) -> float:
    """Return how long a command takes."""
    command = [sys.executable, "-m", *COMMANDS[name], str(file)]
    return timed(lambda: subprocess.run(command, capture_output=True, check=False))


def main() -> None:
    subject = Subject(prefix=PREFIX, completion=COMPLETION)
    print(
        f"{subject.text.count(chr(10))} lines; milliseconds, best of {TIMES}; cold: best of {COLD}"
    )
    with closing(Tools()) as tools, tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "program.py")
        file.write_text(subject.text)
        for analyzer in open_analyzers(
            ["mypy", "signature", "hallucination", "ruff", "runs"], tools
        ):
            first = timed(lambda: analyzer.analyze(subject, {}))  # noqa: B023
            warm = [timed(lambda: analyzer.analyze(subject, {})) for _ in range(TIMES)]  # noqa: B023
            line = f"{analyzer.name:14} first {first:8.0f}   warm {min(warm):8.1f}"
            if analyzer.name in COMMANDS:
                command = min(cold(analyzer.name, file) for _ in range(COLD))
                line += f"   cold {command:8.0f}   {command / min(warm):.1f} x"
            print(line, flush=True)
    print(f"mypy, CPU of a warm check alone: {checking(subject.text):.1f}")


def checking(text: str) -> float:
    """Return the CPU time of a warm check, in this process, which others do not disturb as much."""
    from autoagent.analyzers.inside.type_checker import Checker
    from autoagent.analyzers.jailed import kept_stubs

    checker = Checker(str(kept_stubs()))
    times = []
    for number in range(TIMES):
        started = time.process_time()
        checker.check(f"{text}# {number}\n")
        times.append((time.process_time() - started) * 1000)
        checker.check("")
    return min(times)


if __name__ == "__main__":
    main()
