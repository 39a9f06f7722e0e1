"""What is wrong with a source program: the line, the error, and what to do about it."""

from __future__ import annotations

import re

from sandbox.limits import Limits
from sandbox.programs import Run

LONGEST_WORDS = 300
PLACE = re.compile(r"\bprogram\.\w+(?::|\", line )(\d+)")
"""A line of the program, as node and Python tell it."""
NAMED = re.compile(
    r"^[^\w\n]*(?:<ref \*1> )?((?:[A-Z]\w*)?(?:Error|Exception|Interrupt)\b.*)", re.M
)
"""The name of an error and its message, at the beginning of a line."""
REMEDIES = (
    (r"Cannot find (?:module|package)|ModuleNotFoundError|No module named",
     "only what the language itself brings is there: put what it needs into the source"),
    (r"EAI_AGAIN|ENOTFOUND|ECONN|connect |getaddrinfo|socket|spawn|_fork_exec|subprocess",
     "it has no network and no other processes: take that out"),
    (r"ENOENT|EACCES|EROFS|FileNotFoundError|PermissionError|Read-only|No such file",
     "it has no files but its standard input: have it read that (/dev/stdin, or descriptor 0)"),
)  # fmt: skip
"""What in an error's text leads to which advice."""
OTHERWISE = "leave that input out, or mend the source"


def fault(run: Run, limits: Limits) -> str:
    """Say why a source came to no good end.

    Args:
        run: What came of it.
        limits: What it was allowed.
    """
    bounds = {
        "hang": f"no end within {limits.wall_seconds:g} s; have it end, or leave that input out",
        "fuel": f"more than {limits.cpu_seconds:g} s of CPU; have it end, or leave that input out",
        "output": f"more than {limits.output_bytes:,} bytes of output; {OTHERWISE}",
        "memory": f"more than {limits.memory_mb} MB of memory; {OTHERWISE}",
    }
    told = run.stderr.decode(errors="replace")
    if run.status in bounds:
        return bounds[run.status]
    remedy = next((advice for sign, advice in REMEDIES if re.search(sign, told)), OTHERWISE)
    return f"{located(told) or run.detail}; {remedy}"


def located(told: str) -> str:
    """Return the error in what an interpreter says, with its line; all of it if there is none."""
    named, places = NAMED.findall(told), PLACE.findall(told)
    # Python tells the innermost frame and the error last, node first.
    which = -1 if "Traceback (most recent call last)" in told else 0
    words = shortened(named[which].strip(" {]") if named else told.strip())
    return f"line {places[which]}: {words}" if named and places else words


def shortened(text: str) -> str:
    """Cut a text to a length that an error message can quote."""
    return text if len(text) <= LONGEST_WORDS else text[:LONGEST_WORDS] + " [...]"
