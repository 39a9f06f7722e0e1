"""Make a program shorter while it does the same; it runs behind a wall.

Run it with `autoagent optimize examples/optimize/code_golf.py`.
"""

import atexit

from sandbox.limits import Limits
from sandbox.programs import CompileError, open_source

task = "Here is a Python program that prints the squares of 0 to 9, one on each line."
question = "What is a shorter program that prints the same? Write all of it."
x0 = """squares = []
for number in range(10):
    squares.append(number * number)
for square in squares:
    print(square)
"""
EXPECTED = b"".join(b"%d\n" % (n * n) for n in range(10))
python = open_source("python")
atexit.register(python.close)


def f(text: str) -> tuple[float, str]:
    """Return how short it is, if it prints what it should."""
    program = python.compile(text)
    if isinstance(program, CompileError):
        raise ValueError(program.text)
    (run,) = program.run([b""], Limits(wall_seconds=5))
    if run.stdout != EXPECTED:
        raise ValueError(f"it prints something else: {run.stdout[:100]!r} {run.stderr[-200:]!r}")
    return -len(text), f"it is right, and has {len(text)} characters"
