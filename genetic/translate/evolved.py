"""Operators that an agent wrote: they run behind the WebAssembly wall."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from genetic.translate.evaluate import ran, target
from genetic.translate.operators import Operators
from sandbox.limits import Limits
from sandbox.programs import CompileError, Program

LIMITS = Limits(fuel=2 * 10**9, memory_mb=128, wall_seconds=10.0, output_bytes=1 << 20)
MOST_MUTATED = 80
"""Characters in lines that a mutation may change, in a short program."""
LONGEST = 200_000
"""Characters that an operator may return."""
ELSEWHERE = """
def _elsewhere():
    return "what no operator should know of"

"""
HARNESS = """

if True:  # what stands above is an operator's; it may have printed, which makes this no JSON
    import json as _json, random as _random, sys as _sys
    _asked = _json.loads(_sys.stdin.read())
    if "seed" in _asked:
        _asked["arguments"].append(_random.Random(_asked["seed"]))
    _sys.stdout.write(_json.dumps({"text": globals()[_asked["name"]](*_asked["arguments"])}))
"""


class OperatorError(ValueError):
    """An operator does not do what it is for; the message says how."""


@dataclass(frozen=True, slots=True)
class EvolvedOperators:
    """Operators of which some are an agent's.

    One that fails changes nothing: the child is the fitter parent, the mutant is the program as
    it was, and the feedback is the first one's. The same holds for one that writes programs
    instead of breeding them: a child has its parents' lines, a mutant most of the program's.

    Attributes:
        sources: Their sources, by name.
        first: The others.
    """

    sources: Mapping[str, str]
    first: Operators

    def cross(self, fitter: str, other: str, seed: int) -> str:
        """Return a child of two programs."""
        if "cross" not in self.sources:
            return self.first.cross(fitter, other, seed)
        child = self._asked("cross", [fitter, other], fitter, seed=seed)
        inherited = not new_characters(child, fitter, other)
        return child if inherited else fitter

    def mutate(self, program: str, seed: int) -> str:
        """Return a changed program."""
        if "mutate" not in self.sources:
            return self.first.mutate(program, seed)
        mutant = self._asked("mutate", [program], program, seed=seed)
        changed = new_characters(mutant, program)
        return mutant if changed <= max(MOST_MUTATED, len(program) // 4) else program

    def feedback(self, given: str, expected: str, actual: str, status: str) -> str:
        """Return what the proposer is told."""
        told = self.first.feedback(given, expected, actual, status)
        if "feedback" not in self.sources:
            return told
        return self._asked("feedback", [given, expected, actual, status], told)

    def _asked(
        self, name: str, arguments: list[str], otherwise: str, seed: int | None = None
    ) -> str:
        try:
            return called(self.sources[name], name, arguments, seed=seed)
        except OperatorError:
            return otherwise


def new_characters(child: str, *parents: str) -> int:
    """Return how many characters of a child are in lines that no parent has."""
    inherited = {line.strip() for parent in parents for line in parent.splitlines()}
    return sum(len(line) for line in child.splitlines() if line.strip() not in inherited)


def called(
    source: str,
    name: str,
    arguments: list[str],
    *,
    before: str = "",
    seed: int | None = None,
) -> str:
    """Call an operator behind the wall, with what is to stand before it there.

    Raises:
        OperatorError: It fails, or returns no text; the message says how.
    """
    asked = {"name": name, "arguments": arguments} | ({} if seed is None else {"seed": seed})
    program = target("python").compile("import random\n" + before + source + HARNESS)
    if isinstance(program, CompileError):
        raise OperatorError(f"{name} does not compile: {program.text[:500]}")
    return _returned(program, name, asked)


def _returned(program: Program, name: str, asked: dict[str, Any]) -> str:
    (run,) = ran(program, [json.dumps(asked).encode()], LIMITS)
    if run.status != "ok":
        words = run.stderr.decode(errors="replace").strip()[-500:] or run.detail
        raise OperatorError(f"{name} fails ({run.status}): {words}")
    try:
        text = json.loads(run.stdout)["text"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise OperatorError(f"{name} must print nothing and return a text") from None
    if not isinstance(text, str) or len(text) > LONGEST:
        raise OperatorError(f"{name} must return a text of at most {LONGEST} characters")
    return text


def check(sources: Mapping[str, str]) -> None:
    """Try operators on a plain example, in two surroundings.

    Raises:
        OperatorError: One of them fails, writes programs instead of breeding them, or returns what
            is around it and not what follows from its arguments.
    """
    programs = ["int a;\nint b;\n", "int a;\nint c;\nint d;\n"]
    examples = {
        "cross": (programs, 1),
        "mutate": (programs[:1], 1),
        "feedback": (["1", "2\n", "3\n", "ok"], None),
    }
    for name, source in sources.items():
        arguments, seed = examples[name]
        text = called(source, name, list(arguments), seed=seed)
        if called(source, name, list(arguments), before=ELSEWHERE, seed=seed) != text:
            raise OperatorError(
                f"{name} must return what follows from its arguments alone; in other surroundings "
                "it returned another text"
            )
        most = {"cross": 0, "mutate": MOST_MUTATED}.get(name)
        if most is not None and new_characters(text, *arguments) > most:
            raise OperatorError(
                f"{name} must breed programs and not write them: lines that none of its arguments "
                f"has may have {most} characters together here"
            )
